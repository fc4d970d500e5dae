// canary: f3f4ca380d33b960e97ad5b76c8417bd
//! What an event promises: its calls, and what may come of each.

use kit::{
    programs::Limit,
    serde::{Deserialize, Serialize},
};

/// A call with its arguments.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Set,
    Clear,
    IsSet,
    Wait,
    WaitTimeout(Limit),
    Waiting,
    /// So many signals, one after the other: `set` and `clear`.
    Signals(u32),
}

#[cfg(verdict)]
pub use verdict::Event;

#[cfg(verdict)]
mod verdict {
    use std::{collections::BTreeMap, time::Duration};

    use kit::programs::{Allowed, Limit, Model, Words};

    use super::Call;

    const SOON: Limit = Limit::micros(10_500);
    const LATE: Limit = Limit::millis(25);

    /// So many signals that a small counter of them is where it was.
    const ROUND: u32 = 256;

    /// A flag, and those who wait for it.
    #[derive(Clone, Copy)]
    pub struct Event;

    /// Whether it is set, and how far each thread is that has called `wait` or `wait_timeout`.
    #[derive(Clone, Default, PartialEq, Eq, Hash)]
    pub struct State {
        set: bool,
        waiters: BTreeMap<usize, Waiter>,
    }

    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    enum Waiter {
        /// It has called. Nobody knows whether it is asleep yet.
        Called,
        /// `waiting` counted it, so the next `set` lets it go.
        Counted,
        /// It goes on, though the event may not be set any more.
        LetGo,
        /// Its time was up. It may not have returned yet, and is counted until then.
        GaveUp,
    }

    impl State {
        /// The states after some of those who are only known to have called are `now`.
        fn with_some(&self, now: Waiter) -> Vec<Self> {
            let mut states = vec![self.clone()];
            for (thread, waiter) in &self.waiters {
                if *waiter == Waiter::Called {
                    let more: Vec<Self> = states
                        .iter()
                        .cloned()
                        .map(|mut state| {
                            state.waiters.insert(*thread, now);
                            state
                        })
                        .collect();
                    states.extend(more);
                }
            }
            states
        }

        fn count(&self, which: Waiter) -> usize {
            self.waiters
                .values()
                .filter(|waiter| **waiter == which)
                .count()
        }

        fn without(&self, thread: usize) -> Self {
            let mut state = self.clone();
            state.waiters.remove(&thread);
            state
        }

        /// What `waiting` may say: it counts who must be counted, and perhaps those who go on.
        fn counted(&self, by: usize) -> Vec<Allowed<Self>> {
            let states = if self.set {
                vec![self.clone()]
            } else {
                self.with_some(Waiter::Counted)
            };
            let results = states.into_iter().flat_map(|state| {
                let least = state.count(Waiter::Counted);
                let mut more = state.count(Waiter::LetGo);
                if state.set {
                    more += state.count(Waiter::Called);
                }
                // The main thread asks when all the others have returned.
                if by > 0 {
                    more += state.count(Waiter::GaveUp);
                }
                (least..=least + more).map(move |count| Allowed::new(count, state.clone()))
            });
            results.collect()
        }
    }

    impl Model for Event {
        type Object = ();
        type Call = Call;
        type State = State;

        /// Who waits, is counted, and meets a short signal.
        const WIDELY: usize = 4;
        /// That a call has ended settles who is counted.
        const SETTLING: &'static [&'static str] = &["wait", "wait_timeout", "waiting"];

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Wait,
                Call::Set,
                Call::Clear,
                Call::Waiting,
                Call::WaitTimeout(SOON),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::WaitTimeout(Limit::ZERO),
                Call::WaitTimeout(LATE),
                Call::IsSet,
            ]
        }

        /// Who waits longer is counted when another one has given up, and gives up in time as well.
        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let late = vec![Call::WaitTimeout(LATE)];
            let soon = Call::WaitTimeout(SOON);
            vec![
                vec![late.clone(), vec![soon.clone(), Call::Waiting]],
                vec![late, vec![soon.clone(), Call::Clear, Call::Set]],
                vec![vec![Call::Wait], vec![soon, Call::Signals(ROUND)]],
                // No time is too long.
                vec![vec![Call::WaitTimeout(Limit::LONGEST)], vec![Call::Set]],
                vec![
                    vec![Call::WaitTimeout(SOON), Call::Waiting],
                    vec![Call::Wait, Call::Clear],
                    vec![Call::Set],
                ],
            ]
        }

        /// Each thread that waits is asleep.
        fn slept(&self, state: &State) -> State {
            let mut next = state.clone();
            for waiter in next.waiters.values_mut() {
                if *waiter == Waiter::Called {
                    *waiter = Waiter::Counted;
                }
            }
            next
        }

        fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::IsSet, Call::Waiting]
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn begun(&self, state: &State, thread: usize, call: &Call) -> State {
            let mut next = state.without(thread);
            if matches!(call, Call::Wait | Call::WaitTimeout(_)) {
                next.waiters.insert(thread, Waiter::Called);
            }
            next
        }

        fn outcomes(&self, state: &State, thread: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            match call {
                Call::Set => {
                    next.set = true;
                    for waiter in next.waiters.values_mut() {
                        if *waiter == Waiter::Counted {
                            *waiter = Waiter::LetGo;
                        }
                    }
                    vec![Allowed::new((), next)]
                }
                // Some of those who have called have seen the signal.
                Call::Clear if state.set => {
                    next.set = false;
                    let states = next.with_some(Waiter::LetGo).into_iter();
                    states.map(|next| Allowed::new((), next)).collect()
                }
                Call::Clear => vec![Allowed::new((), next)],
                Call::Signals(_) => {
                    let after = self.outcomes(state, thread, &Call::Set).into_iter();
                    let after =
                        after.flat_map(|set| self.outcomes(&set.state, thread, &Call::Clear));
                    after.collect()
                }
                Call::IsSet => vec![Allowed::new(state.set, next)],
                Call::Waiting => state.counted(thread),
                Call::Wait | Call::WaitTimeout(_) => {
                    let goes_on = state.set || state.waiters.get(&thread) == Some(&Waiter::LetGo);
                    let next = state.without(thread);
                    match call {
                        _ if !goes_on => vec![],
                        Call::Wait => vec![Allowed::new((), next)],
                        _ => vec![Allowed::new(true, next)],
                    }
                }
            }
        }

        fn limit(&self, call: &Call) -> Option<Duration> {
            let Call::WaitTimeout(limit) = call else {
                return None;
            };
            Some(limit.duration())
        }

        fn timed_out(&self, state: &State, thread: usize, call: &Call) -> Option<Allowed<State>> {
            let Call::WaitTimeout(_) = call else {
                return None;
            };
            let mut next = state.clone();
            next.waiters.insert(thread, Waiter::GaveUp);
            Some(Allowed::new(false, next))
        }

        fn words(&self) -> Words {
            Words {
                imports: "use event::Event;",
                name: "event",
            }
        }

        fn made(&self, (): &()) -> String {
            "Event::new()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Set => "event.set()".to_owned(),
                Call::Clear => "event.clear()".to_owned(),
                Call::IsSet => "event.is_set()".to_owned(),
                Call::Wait => "event.wait()".to_owned(),
                Call::WaitTimeout(limit) => {
                    format!("event.wait_timeout({limit})")
                }
                Call::Waiting => "event.waiting()".to_owned(),
                Call::Signals(count) => {
                    format!("for _ in 0..{count} {{ event.set(); event.clear(); }}")
                }
            }
        }
    }
}
