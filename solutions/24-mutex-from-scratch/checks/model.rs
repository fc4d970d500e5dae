// canary: 536841da5654921ab6fc461977392b00
//! What a mutex promises: its calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// A call, or several that belong together. A thread keeps its guard from one call to the next.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// Locks, adds 1, and gives the mutex back.
    Add,
    Waiting,
    Lock,
    /// Adds 1 and drops the guard, if the thread has one.
    GiveBack,
    TryLock,
    /// Panics with the guard.
    AddPanicking,
    /// The same on a second mutex.
    AddOther,
    AddMany(u64),
}

#[cfg(verdict)]
pub use verdict::Line;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Own, Words, optionally, plainly},
        serde_json::{Value, json},
    };

    use super::Call;

    /// A mutex whose line is kept.
    #[derive(Clone, Copy)]
    pub struct Line;

    #[derive(Clone, Default, PartialEq, Eq, Hash)]
    pub struct State {
        holder: Option<usize>,
        /// Whether the call by which the holder has it is not over yet.
        is_coming: bool,
        line: Vec<usize>,
        /// How often the mutex was asked for and got in the end, and how often given back.
        asked: usize,
        given: usize,
        /// The threads in `waiting`, with both numbers when they looked first.
        looking: Vec<(usize, usize, usize)>,
        value: u64,
        other: u64,
    }

    impl State {
        /// One more in the value, and the mutex with the first in line.
        fn given_back(&self) -> Self {
            let mut next = self.clone();
            next.value += 1;
            next.given += 1;
            next.is_coming = !next.line.is_empty();
            next.holder = next.is_coming.then(|| next.line.remove(0));
            next
        }
    }

    /// More often than a small counter can count.
    const MANY: u64 = 300;

    impl Model for Line {
        type Object = ();
        type Call = Call;
        type State = State;

        /// A guard lives on after the call that made it.
        const OWN: Option<Own> = Some(Own {
            name: "guard",
            made: "None",
        });
        const WIDELY: usize = 2;
        const LARGER: usize = 20;
        /// Whether the mutex is free, and who looks, only forbids something to others.
        const SETTLING: &'static [&'static str] = &["lock", "waiting"];

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Add,
                Call::Waiting,
                Call::Lock,
                Call::GiveBack,
                Call::TryLock,
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![Call::AddPanicking, Call::AddOther, Call::AddMany(MANY)]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let held = [Call::Lock, Call::Waiting, Call::GiveBack];
            let and_tries = [&held[..], &[Call::TryLock, Call::GiveBack]].concat();
            let and_looks = [&held[..2], &held[1..]].concat();
            vec![
                vec![vec![Call::AddMany(MANY)]],
                vec![vec![Call::AddPanicking, Call::TryLock, Call::GiveBack]],
                vec![vec![Call::AddPanicking], vec![Call::Add]],
                vec![and_tries, vec![Call::Add]],
                vec![vec![Call::Add; 2], vec![Call::Add; 2]],
                vec![held.to_vec(), vec![Call::TryLock, Call::GiveBack]],
                vec![held.to_vec(), vec![Call::Add], vec![Call::AddOther]],
                vec![held.to_vec(), held.to_vec(), vec![Call::Add]],
                vec![and_looks, vec![Call::Add], vec![Call::Waiting]],
            ]
        }

        /// A thread that has the mutex, or may have it, does not ask for it again, and gives it
        /// back before it ends. To look twice shows little, and many additions take long.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            threads.iter().all(|calls| {
                let mut has = false;
                let fits = calls.iter().all(|call| {
                    let fits = match call {
                        Call::Waiting | Call::AddOther => true,
                        Call::AddMany(_) => threads.len() == 1 && calls.len() == 1,
                        Call::GiveBack => has,
                        Call::Add | Call::Lock | Call::TryLock | Call::AddPanicking => !has,
                    };
                    has = match call {
                        Call::Lock | Call::TryLock => true,
                        Call::Waiting | Call::AddOther => has,
                        _ => false,
                    };
                    fits
                });
                let looks = calls.iter().filter(|call| **call == Call::Waiting);
                fits && !has && looks.count() <= if calls.len() > 3 { 2 } else { 1 }
            })
        }

        fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Waiting, Call::TryLock, Call::GiveBack]
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn begun(&self, state: &State, thread: usize, call: &Call) -> State {
            let mut next = state.clone();
            match call {
                Call::Add | Call::Lock | Call::AddPanicking | Call::AddMany(_) => {
                    next.asked += 1;
                    if state.holder.is_none() {
                        next.holder = Some(thread);
                        next.is_coming = true;
                    } else {
                        next.line.push(thread);
                    }
                }
                Call::Waiting => {
                    next.looking.push((thread, state.asked, state.given));
                    next.looking.sort_unstable();
                }
                _ => {}
            }
            next
        }

        fn outcomes(&self, state: &State, thread: usize, call: &Call) -> Vec<Allowed<State>> {
            let has = state.holder == Some(thread);
            let mut next = state.clone();
            match call {
                Call::Waiting => {
                    // Nothing is said of one moment: who comes and who leaves meanwhile may count
                    // or not, and so may a thread that has the mutex and has not come back yet.
                    let place = next.looking.iter().position(|(of, ..)| *of == thread);
                    let (_, asked, given) = next.looking.remove(place.unwrap_or_default());
                    let least = asked.saturating_sub(state.given + 1);
                    let most = (state.asked - given).saturating_sub(1);
                    let most = most + usize::from(state.is_coming);
                    let allowed = (least..=most).map(|count| Allowed::new(count, next.clone()));
                    allowed.collect()
                }
                Call::TryLock => {
                    let is_free = state.holder.is_none();
                    if is_free {
                        next.asked += 1;
                        next.holder = Some(thread);
                    }
                    vec![Allowed::new(is_free, next)]
                }
                Call::AddOther => {
                    next.other += 1;
                    vec![Allowed::new(next.other, next)]
                }
                Call::GiveBack if !has => vec![Allowed::new(json!(null), next)],
                _ if !has => vec![],
                Call::Lock => {
                    next.is_coming = false;
                    vec![Allowed::new(json!(null), next)]
                }
                Call::AddMany(times) => {
                    next.value += times - 1;
                    // Nobody looks meanwhile.
                    let next = next.given_back();
                    vec![Allowed::new(next.value, next)]
                }
                Call::GiveBack | Call::Add | Call::AddPanicking => {
                    let next = state.given_back();
                    vec![Allowed::new(next.value, next)]
                }
            }
        }

        fn words(&self) -> Words {
            Words {
                imports: "use mutex_from_scratch::Mutex;",
                name: "mutex",
            }
        }

        fn made(&self, (): &()) -> String {
            "Mutex::new(0);\n    let other = Mutex::new(0)".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Add => "{ let mut value = mutex.lock(); *value += 1; *value }",
                Call::Waiting => "mutex.waiting()",
                Call::Lock => "{ guard = Some(mutex.lock()); }",
                Call::TryLock => "{ guard = mutex.try_lock(); guard.is_some() }",
                Call::GiveBack => "guard.take().map(|mut value| { *value += 1; *value })",
                Call::AddPanicking => {
                    "std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| \
                     { let mut value = mutex.lock(); *value += 1; panic!() }))"
                }
                Call::AddOther => "{ let mut value = other.lock(); *value += 1; *value }",
                Call::AddMany(times) => {
                    return format!("(0..{times}).for_each(|_| *mutex.lock() += 1)");
                }
            }
            .to_owned()
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::AddPanicking => None,
                Call::AddMany(_) => Some(|_| "()".to_owned()),
                Call::GiveBack => Some(optionally),
                _ => Some(plainly),
            }
        }
    }
}
