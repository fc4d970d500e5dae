// canary: 309bb69c614227efe3b5b6b0997518e2
//! What a counter and a ticket office promise: their calls, and what comes of each.

use kit::serde::{Deserialize, Serialize};

/// A call of the counter or of the office.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// Returns what `buy` returned, and what was printed.
    Buy,
    Add(u64),
    /// While one ticket is printed, another is bought.
    BuyWhilePrinting,
    Left,
    Get,
    /// At another office with as many tickets.
    BuyElsewhere,
    BuyMany(u32),
}

#[cfg(verdict)]
pub use verdict::Sales;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, optionally, plainly},
        serde_json::{Value, json},
    };

    use super::Call;

    /// A total, and tickets that are sold in order.
    #[derive(Clone, Copy)]
    pub struct Sales;

    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        total: u64,
        tickets: u32,
        sold: u32,
        sold_elsewhere: u32,
        /// The threads that buy a second ticket, with their first.
        printing: Vec<(usize, Option<u32>)>,
    }

    impl State {
        /// The next ticket, if there is one.
        fn sell(&mut self) -> Option<u32> {
            let is_left = self.sold < self.tickets;
            self.sold += u32::from(is_left);
            is_left.then_some(self.sold)
        }
    }

    /// More than a small number can count.
    const MANY: u32 = 300;

    impl Model for Sales {
        /// Where the counter starts, and how many tickets there are.
        type Object = (u64, u32);
        type Call = Call;
        type State = State;

        const LENGTH: usize = 1;
        const WIDELY: usize = 3;
        const LARGER: usize = 40;

        fn objects(&self) -> Vec<(u64, u32)> {
            vec![(7, MANY), (0, 0), (u64::from(u32::MAX), 1), (1, 2)]
        }

        fn more_objects(&self) -> Vec<(u64, u32)> {
            vec![(u64::MAX - 100, 3)]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Buy,
                Call::Add(2),
                Call::BuyWhilePrinting,
                Call::Left,
                Call::Get,
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::Add(0),
                Call::Add(3),
                Call::BuyElsewhere,
                Call::BuyMany(MANY),
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            vec![
                vec![vec![Call::BuyMany(MANY), Call::Left, Call::Buy]],
                vec![vec![Call::BuyElsewhere, Call::Buy, Call::Left]],
            ]
        }

        /// To buy many takes long.
        fn allows(&self, &(_, tickets): &(u64, u32), threads: &[Vec<Call>]) -> bool {
            let mut calls = threads.iter().flatten();
            let is_many = |call: &Call| matches!(call, Call::BuyMany(_));
            !calls.any(is_many) || threads.len() == 1 && tickets == MANY
        }

        fn last(&self, _: &(u64, u32), _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Get, Call::Left]
        }

        fn initial(&self, &(total, tickets): &(u64, u32)) -> State {
            State {
                total,
                tickets,
                sold: 0,
                sold_elsewhere: 0,
                printing: Vec::new(),
            }
        }

        fn begun(&self, state: &State, thread: usize, call: &Call) -> State {
            let mut next = state.clone();
            if *call == Call::BuyWhilePrinting {
                let ticket = next.sell();
                next.printing.push((thread, ticket));
                next.printing.sort_unstable();
            }
            next
        }

        fn outcomes(&self, state: &State, thread: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let printed = |ticket: Option<u32>| json!([ticket, ticket.as_slice()]);
            let result = match *call {
                Call::Buy => printed(next.sell()),
                Call::BuyWhilePrinting => {
                    let place = next.printing.iter().position(|(of, _)| *of == thread);
                    let (_, first) = next.printing.remove(place.unwrap_or_default());
                    let second = first.and_then(|_| next.sell());
                    json!([first, second])
                }
                Call::BuyElsewhere => {
                    let is_left = next.sold_elsewhere < next.tickets;
                    next.sold_elsewhere += u32::from(is_left);
                    printed(is_left.then_some(next.sold_elsewhere))
                }
                Call::BuyMany(count) => {
                    let sold = (0..count).map(|_| next.sell());
                    printed(sold.last().flatten())
                }
                Call::Left => json!(next.tickets - next.sold),
                Call::Add(n) => {
                    next.total += n;
                    json!(next.total)
                }
                Call::Get => json!(next.total),
            };
            vec![Allowed::new(result, next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use thread_mutex::{Counter, TicketOffice};",
                name: "counter",
            }
        }

        fn made(&self, (start, tickets): &(u64, u32)) -> String {
            format!(
                "Counter::new({start});\n    let office = TicketOffice::new({tickets});\n    \
                 let other = TicketOffice::new({tickets})"
            )
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Buy => "office.buy(|ticket| ticket)".to_owned(),
                Call::BuyWhilePrinting => {
                    "office.buy(|ticket| (ticket, office.buy(|ticket| ticket)))".to_owned()
                }
                Call::BuyElsewhere => "other.buy(|ticket| ticket)".to_owned(),
                Call::BuyMany(count) => {
                    format!("(0..{count}).map(|_| office.buy(|ticket| ticket)).last()")
                }
                Call::Left => "office.left()".to_owned(),
                Call::Add(n) => format!("counter.add({n})"),
                Call::Get => "counter.get()".to_owned(),
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::Buy | Call::BuyElsewhere => Some(|bought| optionally(&bought[0])),
                Call::BuyWhilePrinting | Call::BuyMany(_) => None,
                Call::Left | Call::Add(_) | Call::Get => Some(plainly),
            }
        }
    }
}
