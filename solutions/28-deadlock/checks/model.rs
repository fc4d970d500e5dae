// canary: d69b2f1fd9df412e96f38cde5bf874d2
//! What a bank and a table promise: their calls, and what comes of each.

use kit::serde::{Deserialize, Serialize};

/// A call of the bank, or of the table beside it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// Returns what it returned, and what was stamped.
    Transfer(usize, usize, u64),
    Balances,
    /// Returns whether somebody else has one of the forks.
    Eat(usize),
}

#[cfg(verdict)]
pub use verdict::Accounts;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::Value,
    };

    use super::Call;

    /// Transfers that are one step each. There are as many seats as accounts.
    #[derive(Clone, Copy)]
    pub struct Accounts;

    impl Model for Accounts {
        type Object = Vec<u64>;
        type Call = Call;
        type State = Vec<u64>;

        const LENGTH: usize = 1;
        const WIDELY: usize = 3;
        const LARGER: usize = 30;

        fn objects(&self) -> Vec<Vec<u64>> {
            vec![vec![3, 2]]
        }

        fn more_objects(&self) -> Vec<Vec<u64>> {
            vec![vec![2, 0, 1], vec![1, 5, 0, 2]]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Transfer(0, 1, 3),
                Call::Transfer(1, 0, 2),
                Call::Eat(0),
                Call::Eat(1),
                Call::Balances,
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::Transfer(0, 1, 0),
                Call::Transfer(0, 0, 3),
                Call::Transfer(1, 1, 6),
                Call::Transfer(1, 0, u64::MAX),
                Call::Transfer(1, 2, 2),
                Call::Transfer(2, 0, 1),
                Call::Eat(2),
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            vec![
                vec![vec![Call::Transfer(0, 1, 0)]],
                vec![vec![Call::Transfer(0, 0, 3), Call::Transfer(1, 1, 6)]],
                vec![vec![Call::Transfer(1, 0, u64::MAX)], vec![Call::Balances]],
                vec![vec![Call::Eat(0)]; 4],
            ]
        }

        /// There are the accounts and the seats.
        fn allows(&self, balances: &Vec<u64>, threads: &[Vec<Call>]) -> bool {
            let count = balances.len();
            threads.iter().flatten().all(|call| match *call {
                Call::Transfer(from, to, _) => from.max(to) < count,
                Call::Eat(seat) => seat < count,
                Call::Balances => true,
            })
        }

        fn last(&self, _: &Vec<u64>, _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Balances]
        }

        fn initial(&self, balances: &Vec<u64>) -> Vec<u64> {
            balances.clone()
        }

        fn outcomes(&self, state: &Vec<u64>, _: usize, call: &Call) -> Vec<Allowed<Vec<u64>>> {
            let mut next = state.clone();
            let allowed = match *call {
                Call::Transfer(from, _, amount) if state[from] < amount => {
                    Allowed::new((None::<(u64, u64)>, [(); 0]), next)
                }
                Call::Transfer(from, to, amount) => {
                    next[from] -= amount;
                    next[to] += amount;
                    let stamped = (next[from], next[to]);
                    Allowed::new((Some(stamped), [stamped]), next)
                }
                Call::Balances => Allowed::new(state, next),
                Call::Eat(_) => Allowed::new(false, next),
            };
            vec![allowed]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use deadlock::{Bank, Table};",
                name: "bank",
            }
        }

        fn made(&self, balances: &Vec<u64>) -> String {
            let seats = balances.len();
            format!("Bank::new(vec!{balances:?});\n    let table = Table::new({seats})")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Transfer(from, to, amount) => {
                    format!("bank.transfer({from}, {to}, {amount}, |from, to| (from, to))")
                }
                Call::Balances => "bank.balances()".to_owned(),
                Call::Eat(seat) => format!("table.eat({seat}, || ())"),
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::Transfer(..) => Some(|given| match &given[0] {
                    Value::Null => "None".to_owned(),
                    stamped => format!("Some(({}, {}))", stamped[0], stamped[1]),
                }),
                Call::Balances => Some(plainly),
                Call::Eat(_) => Some(|_| "()".to_owned()),
            }
        }
    }
}
