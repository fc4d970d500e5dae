// canary: dccc5df2de5cf0c30d3492fe76ae4cd3
//! What a tally promises.

use kit::serde::{Deserialize, Serialize};

/// A call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Add(i64),
    Total,
    /// To a clone that is made for it.
    AddToClone(i64),
    /// The total of a clone.
    TotalOfClone,
}

#[cfg(verdict)]
pub use verdict::AnyTally;

#[cfg(verdict)]
mod verdict {
    use kit::programs::{Allowed, Model, Words};

    use super::Call;

    /// A number to which all add.
    #[derive(Clone, Copy)]
    pub struct AnyTally;

    impl Model for AnyTally {
        type Object = ();
        type Call = Call;
        type State = i64;

        const LENGTH: usize = 1;
        const WIDELY: usize = 2;
        const LARGER: usize = 20;
        const LONGEST: usize = 5;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Add(1),
                Call::Total,
                Call::AddToClone(-3),
                Call::TotalOfClone,
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::Add(0),
                Call::Add(-1),
                Call::Add(1 << 33),
                Call::Add(-(1 << 40)),
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            vec![vec![
                vec![Call::Add(1 << 33), Call::AddToClone(-3)],
                vec![Call::Add(-(1 << 40))],
            ]]
        }

        fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Total, Call::TotalOfClone]
        }

        fn initial(&self, (): &()) -> i64 {
            0
        }

        fn outcomes(&self, total: &i64, _: usize, call: &Call) -> Vec<Allowed<i64>> {
            match call {
                Call::Add(n) | Call::AddToClone(n) => vec![Allowed::new((), total + n)],
                Call::Total | Call::TotalOfClone => vec![Allowed::new(total, *total)],
            }
        }

        fn words(&self) -> Words {
            Words {
                imports: "use thread_two_ways::Tally;",
                name: "tally",
            }
        }

        fn made(&self, (): &()) -> String {
            "Tally::new()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Add(n) => format!("tally.add({n})"),
                Call::Total => "tally.total()".to_owned(),
                Call::AddToClone(n) => format!("tally.clone().add({n})"),
                Call::TotalOfClone => "tally.clone().total()".to_owned(),
            }
        }
    }
}
