// canary: 38fcb06710519b0dca1d8193010b3c8c
//! What the lock of the interpreter promises: its calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// A call, or two at once. What gives the lock to its thread returns which turn that is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// Takes the lock and gives it back.
    Turn,
    Acquire,
    Release,
    Switch,
    Waiting,
}

#[cfg(verdict)]
pub use verdict::Line;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::{Value, json},
    };

    use super::Call;

    /// A lock whose line is kept.
    #[derive(Clone, Copy)]
    pub struct Line;

    /// While nobody has the lock, it is as good as that of the first in line.
    #[derive(Clone, Default, PartialEq, Eq, Hash)]
    pub struct State {
        holder: Option<usize>,
        line: Vec<usize>,
        /// The threads in `switch`, with those who were in line before them. The place of such a
        /// thread behind them is fixed at a moment that nobody sees.
        switching: Vec<(usize, Vec<usize>)>,
        turns: usize,
    }

    impl State {
        /// The lock is that of the thread, if its turn may have come.
        fn turn_of(&self, thread: usize) -> Option<Self> {
            if self.holder.is_some() {
                return None;
            }
            let mut next = self.clone();
            if self.line.first() == Some(&thread) {
                next.line.remove(0);
            } else {
                let mut all = self.switching.iter();
                let place = all.position(|(of, _)| *of == thread)?;
                let (_, before) = next.switching.remove(place);
                if before.iter().any(|other| self.line.contains(other)) {
                    return None;
                }
            }
            next.holder = Some(thread);
            next.turns += 1;
            Some(next)
        }
    }

    impl Model for Line {
        type Object = ();
        type Call = Call;
        type State = State;

        const WIDELY: usize = 1;
        const LARGER: usize = 10;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Turn,
                Call::Acquire,
                Call::Release,
                Call::Switch,
                Call::Waiting,
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let gives_way = vec![Call::Acquire, Call::Waiting, Call::Switch, Call::Release];
            let comes_back = vec![
                Call::Acquire,
                Call::Waiting,
                Call::Release,
                Call::Acquire,
                Call::Release,
            ];
            vec![
                vec![gives_way.clone(), vec![Call::Turn]],
                vec![gives_way.clone(), gives_way.clone()],
                vec![gives_way.clone(), vec![Call::Turn], vec![Call::Turn]],
                vec![gives_way.clone(), gives_way, vec![Call::Turn]],
                vec![comes_back.clone(), vec![Call::Turn]],
                vec![comes_back, vec![Call::Turn], vec![Call::Turn]],
            ]
        }

        /// Only the thread that has the lock gives it away, and does so before it ends. It alone
        /// counts the line: all others may see it change.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            threads.iter().all(|calls| {
                let mut has = false;
                let fits = calls.iter().all(|call| {
                    let needs = !matches!(call, Call::Turn | Call::Acquire);
                    let fits = has == needs;
                    has = needs && *call != Call::Release || *call == Call::Acquire;
                    fits
                });
                fits && !has
            })
        }

        fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Acquire, Call::Waiting, Call::Switch, Call::Release]
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn begun(&self, state: &State, thread: usize, call: &Call) -> State {
            let mut next = state.clone();
            match call {
                Call::Turn | Call::Acquire => next.line.push(thread),
                Call::Switch if state.holder == Some(thread) => {
                    next.holder = None;
                    next.switching.push((thread, state.line.clone()));
                }
                _ => {}
            }
            next
        }

        fn outcomes(&self, state: &State, thread: usize, call: &Call) -> Vec<Allowed<State>> {
            let got = state.turn_of(thread);
            let mut next = state.clone();
            match call {
                Call::Waiting => {
                    let least = state.line.len();
                    let counts = least..=least + state.switching.len();
                    let allowed = counts.map(|count| Allowed::new(count, state.clone()));
                    return allowed.collect();
                }
                Call::Release => next.holder = None,
                Call::Turn => {
                    let Some(mut got) = got else { return vec![] };
                    got.holder = None;
                    return vec![Allowed::new(got.turns, got)];
                }
                Call::Acquire | Call::Switch => {
                    let Some(got) = got else { return vec![] };
                    return vec![Allowed::new(got.turns, got)];
                }
            }
            vec![Allowed::new(json!(null), next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use gil::Gil;",
                name: "gil",
            }
        }

        fn made(&self, (): &()) -> String {
            "Gil::new()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Turn => "{ gil.acquire(); gil.release(); }",
                Call::Acquire => "gil.acquire()",
                Call::Release => "gil.release()",
                Call::Switch => "gil.switch()",
                Call::Waiting => "gil.waiting()",
            }
            .to_owned()
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::Waiting => Some(plainly),
                // The numbers of turns are the scenario's.
                _ => Some(|_| "()".to_owned()),
            }
        }
    }
}
