// canary: 6ec6128ff25408fe295f2b40fc0ef4a9
//! What a spooler promises: its calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// The capacity.
pub type Object = usize;

/// A call with its arguments.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// The number of the job, and how many pages it has.
    Submit(u32, usize),
    Flush,
    ShutDown,
    /// Shuts down, and looks at all that was printed.
    End,
}

#[cfg(verdict)]
pub use verdict::Spooling;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words},
        serde_json::Value,
    };

    use super::{Call, Object};

    /// A spooler whose printer works at a speed that nobody knows.
    #[derive(Clone, Copy)]
    pub struct Spooling;

    /// How many jobs may be waiting at most: those of which it is not known that they are printed.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        capacity: usize,
        waiting: usize,
        shut_down: bool,
    }

    impl Model for Spooling {
        type Object = Object;
        type Call = Call;
        type State = State;

        const LENGTH: usize = 1;
        const WIDELY: usize = 1;
        const LARGER: usize = 40;
        const LONGEST: usize = 5;
        /// A job that is not known to be printed may still wait, so that more is allowed.
        const SETTLING: &'static [&'static str] = &["flush", "end"];

        fn objects(&self) -> Vec<usize> {
            vec![2, 1]
        }

        fn calls(&self) -> Vec<Call> {
            vec![Call::Submit(0, 1), Call::Flush, Call::ShutDown]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![Call::Submit(0, 2), Call::Submit(0, 0)]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let submit = || Call::Submit(0, 1);
            vec![
                vec![vec![submit(), submit(), Call::ShutDown, submit()]],
                vec![vec![submit(), Call::Flush], vec![submit(), Call::Flush]],
                vec![vec![submit(), Call::ShutDown, submit(), Call::Flush]],
            ]
        }

        fn numbered(&self, call: &Call, number: usize) -> Call {
            match call {
                Call::Submit(_, pages) => Call::Submit(number as u32, *pages),
                other => other.clone(),
            }
        }

        fn last(&self, _: &usize, _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::End]
        }

        fn initial(&self, capacity: &usize) -> State {
            State {
                capacity: *capacity,
                waiting: 0,
                shut_down: false,
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let printed = State {
                waiting: 0,
                ..state.clone()
            };
            match call {
                Call::Submit(id, _) if state.shut_down => {
                    vec![Allowed::new(format!("ShutDown({id})"), state.clone())]
                }
                Call::Submit(id, _) => {
                    let accepted = State {
                        waiting: state.waiting + 1,
                        ..state.clone()
                    };
                    let mut all = vec![Allowed::new("Ok", accepted)];
                    if state.waiting >= state.capacity {
                        all.push(Allowed::new(format!("Full({id})"), state.clone()));
                    }
                    all
                }
                Call::Flush => vec![Allowed::new(true, printed)],
                Call::ShutDown | Call::End => vec![Allowed::new(
                    true,
                    State {
                        shut_down: true,
                        ..printed
                    },
                )],
            }
        }

        fn words(&self) -> Words {
            Words {
                imports: "use device_arbiter::{Job, Spooler};",
                name: "spooler",
            }
        }

        fn made(&self, capacity: &usize) -> String {
            format!("Spooler::new({capacity}, |page: &str| println!(\"{{page}}\"))")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Submit(id, pages) => {
                    let pages: Vec<String> = (1..=*pages)
                        .map(|page| format!("\"{id}.{page}\".into()"))
                        .collect();
                    format!(
                        "spooler.submit(Job {{ id: {id}, pages: vec![{}] }})",
                        pages.join(", ")
                    )
                }
                Call::Flush => "spooler.flush()".to_owned(),
                Call::ShutDown | Call::End => "spooler.shut_down()".to_owned(),
            }
        }

        fn printed(&self, _: &Call) -> Option<fn(&Value) -> String> {
            // What the scenario records of a flush is what lies in the tray.
            None
        }
    }
}
