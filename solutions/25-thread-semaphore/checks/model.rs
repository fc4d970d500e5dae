// canary: e9027bb24131d6e1c701130f8077318c
//! What a semaphore promises: its calls, and what may come of each.

use kit::{
    programs::Limit,
    serde::{Deserialize, Serialize},
};

/// A call with its arguments.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Acquire,
    TryAcquire,
    AcquireTimeout(Limit),
    Release,
    ReleaseMany(usize),
}

#[cfg(verdict)]
pub use verdict::Semaphore;

#[cfg(verdict)]
mod verdict {
    use std::time::Duration;

    use kit::programs::{Allowed, Limit, Model, Words};

    use super::Call;

    const SOON: Limit = Limit::micros(10_500);
    const AN_HOUR: Limit = Limit::millis(3_600_000);

    /// A number of permits; whoever wants one waits while it is 0.
    #[derive(Clone, Copy)]
    pub struct Semaphore;

    /// The permits that are free. `release_many` may give its own one after the other.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        free: usize,
        /// The threads in `release_many`, and what others have not taken yet of their permits.
        coming: Vec<(usize, usize)>,
    }

    impl State {
        /// The states after a permit was taken: one that is free, or one that comes just then.
        fn taken(&self) -> Vec<Self> {
            if self.free > 0 {
                let free = self.free - 1;
                return vec![Self {
                    free,
                    ..self.clone()
                }];
            }
            let given = self
                .coming
                .iter()
                .enumerate()
                .filter(|(_, (_, left))| *left > 0);
            let taken = given.map(|(index, _)| {
                let mut next = self.clone();
                next.coming[index].1 -= 1;
                next
            });
            taken.collect()
        }
    }

    impl Model for Semaphore {
        type Object = usize;
        type Call = Call;
        type State = State;

        /// Whoever waits, with a limit or without, and one permit or several.
        const WIDELY: usize = 4;
        const MAY_POLL: bool = true;
        /// From its beginning on the permits may be taken; its effect only says that all are there.
        const SETTLING: &'static [&'static str] = &["release_many"];

        fn objects(&self) -> Vec<usize> {
            vec![0]
        }

        fn more_objects(&self) -> Vec<usize> {
            vec![1, 2]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Acquire,
                Call::Release,
                Call::AcquireTimeout(SOON),
                Call::ReleaseMany(2),
                Call::TryAcquire,
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::AcquireTimeout(Limit::ZERO),
                Call::AcquireTimeout(Limit::millis(25)),
                Call::ReleaseMany(0),
                Call::ReleaseMany(3),
            ]
        }

        /// Three who wait, and permits for all of them; with a limit and without.
        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let long = Call::AcquireTimeout(AN_HOUR);
            let waits = |calls: [&Call; 2]| calls.map(|call| vec![call.clone()]).to_vec();
            let given = vec![Call::ReleaseMany(2)];
            vec![
                [waits([&Call::Acquire, &long]), vec![given.clone()]].concat(),
                [waits([&long, &long]), vec![given]].concat(),
                [
                    vec![vec![Call::Acquire]; 3],
                    vec![vec![Call::ReleaseMany(3)]],
                ]
                .concat(),
                vec![
                    vec![long],
                    vec![Call::Acquire, Call::Release],
                    vec![Call::Release],
                ],
                // The first thread is woken in the middle of its limit, and another one was faster.
                vec![
                    vec![Call::AcquireTimeout(AN_HOUR)],
                    vec![Call::AcquireTimeout(SOON), Call::Release, Call::TryAcquire],
                ],
                // A time is up while others wait, go on, and wait again.
                vec![
                    vec![Call::AcquireTimeout(SOON)],
                    vec![Call::Acquire; 2],
                    vec![Call::Release; 2],
                ],
                // No time is too long.
                vec![
                    vec![Call::AcquireTimeout(Limit::LONGEST)],
                    vec![Call::Release],
                ],
            ]
        }

        /// As many attempts as there can be permits, and one that must fail.
        fn last(&self, permits: &usize, threads: &[Vec<Call>]) -> Vec<Call> {
            let given = threads.iter().flatten().map(|call| match call {
                Call::Release => 1,
                Call::ReleaseMany(count) => *count,
                _ => 0,
            });
            vec![Call::TryAcquire; permits + given.sum::<usize>() + 1]
        }

        fn initial(&self, permits: &usize) -> State {
            State {
                free: *permits,
                coming: Vec::new(),
            }
        }

        fn begun(&self, state: &State, thread: usize, call: &Call) -> State {
            let mut next = state.clone();
            if let Call::ReleaseMany(count) = call {
                next.coming.push((thread, *count));
                next.coming.sort_unstable();
            }
            next
        }

        fn outcomes(&self, state: &State, thread: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            match call {
                Call::Acquire => {
                    let taken = state.taken().into_iter();
                    return taken.map(|next| Allowed::new((), next)).collect();
                }
                Call::TryAcquire | Call::AcquireTimeout(_) => {
                    let taken = state.taken().into_iter();
                    let mut allowed: Vec<_> = taken.map(|next| Allowed::new(true, next)).collect();
                    let waits = matches!(call, Call::AcquireTimeout(_)) && allowed.is_empty();
                    // What is only coming may as well not have come yet.
                    if state.free == 0 && !waits {
                        allowed.push(Allowed::new(false, next));
                    }
                    return allowed;
                }
                Call::Release => next.free += 1,
                Call::ReleaseMany(_) => {
                    let given = next.coming.iter().filter(|(of, _)| *of == thread);
                    next.free += given.map(|(_, left)| left).sum::<usize>();
                    next.coming.retain(|(of, _)| *of != thread);
                }
            }
            vec![Allowed::new((), next)]
        }

        fn limit(&self, call: &Call) -> Option<Duration> {
            match call {
                Call::AcquireTimeout(limit) => Some(limit.duration()),
                _ => None,
            }
        }

        fn timed_out(&self, state: &State, _: usize, call: &Call) -> Option<Allowed<State>> {
            matches!(call, Call::AcquireTimeout(_)).then(|| Allowed::new(false, state.clone()))
        }

        fn words(&self) -> Words {
            Words {
                imports: "use thread_semaphore::Semaphore;",
                name: "semaphore",
            }
        }

        fn made(&self, permits: &usize) -> String {
            format!("Semaphore::new({permits})")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Acquire => "semaphore.acquire()".to_owned(),
                Call::TryAcquire => "semaphore.try_acquire()".to_owned(),
                Call::AcquireTimeout(limit) => {
                    format!("semaphore.acquire_timeout({limit})")
                }
                Call::Release => "semaphore.release()".to_owned(),
                Call::ReleaseMany(count) => format!("semaphore.release_many({count})"),
            }
        }
    }
}
