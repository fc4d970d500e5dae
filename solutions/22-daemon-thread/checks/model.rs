// canary: 7dd5d8b779ca5eb57fdadeda01956063
//! What a registry of threads promises: its calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// A call. Every function that is not a daemon's counts itself when it is done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Spawn,
    /// Returns how many functions have ended by then.
    Shutdown,
    SpawnDaemon,
    SpawnPanicking,
    /// The function starts another one.
    SpawnSpawning,
    /// What the function has with it starts a thread when it is dropped.
    SpawnWithGuest,
    /// By a clone.
    SpawnAgain,
}

#[cfg(verdict)]
pub use verdict::Registry;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::Value,
    };

    use super::Call;

    /// Functions that are waited for until nothing more is started.
    #[derive(Clone, Copy)]
    pub struct Registry;

    #[derive(Clone, Default, PartialEq, Eq, Hash)]
    pub struct State {
        /// How many functions are to be waited for, whether they have ended or not.
        started: usize,
        is_shut: bool,
    }

    impl Model for Registry {
        type Object = ();
        type Call = Call;
        type State = State;

        const LENGTH: usize = 1;
        const WIDELY: usize = 2;
        const LARGER: usize = 24;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Spawn,
                Call::Shutdown,
                Call::SpawnDaemon,
                Call::SpawnPanicking,
                Call::SpawnSpawning,
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![Call::SpawnWithGuest, Call::SpawnAgain]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            vec![
                vec![vec![Call::Shutdown, Call::SpawnWithGuest]],
                vec![vec![
                    Call::SpawnDaemon,
                    Call::Spawn,
                    Call::Shutdown,
                    Call::SpawnAgain,
                ]],
                vec![vec![Call::SpawnPanicking, Call::Spawn, Call::Shutdown]],
                vec![vec![Call::SpawnAgain, Call::SpawnDaemon, Call::Shutdown]],
                vec![vec![Call::Shutdown, Call::SpawnDaemon], vec![Call::Spawn]],
            ]
        }

        /// Few functions at once: each is a thread.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            let calls = threads.iter().flatten();
            let weight = calls.map(|call| match call {
                Call::Shutdown => 1,
                Call::SpawnSpawning | Call::SpawnWithGuest => 3,
                _ => 2,
            });
            weight.sum::<usize>() <= 7
        }

        fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
            vec![
                Call::Shutdown,
                Call::SpawnAgain,
                Call::SpawnDaemon,
                Call::Shutdown,
            ]
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            if *call == Call::Shutdown {
                next.is_shut = true;
                return vec![Allowed::new(next.started, next)];
            }
            if state.is_shut {
                return vec![Allowed::new("Err(ShutDown)", next)];
            }
            next.started += match call {
                Call::SpawnDaemon => 0,
                Call::SpawnSpawning => 2,
                _ => 1,
            };
            vec![Allowed::new("Ok(())", next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use daemon_thread::Threads;",
                name: "threads",
            }
        }

        fn made(&self, (): &()) -> String {
            "Threads::new()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Spawn => "threads.spawn(|| ())",
                Call::Shutdown => "threads.shutdown()",
                Call::SpawnDaemon => "threads.spawn_daemon(|| ())",
                Call::SpawnPanicking => "threads.spawn(|| panic!())",
                Call::SpawnSpawning => {
                    "{ let again = threads.clone(); threads.spawn(move || drop(again.spawn(|| ()))) }"
                }
                Call::SpawnWithGuest => {
                    "{ struct Guest(Threads); impl Drop for Guest { fn drop(&mut self) \
                     { let _ = self.0.spawn_daemon(|| ()); } } \
                     let guest = Guest(threads.clone()); threads.spawn(move || drop(guest)) }"
                }
                Call::SpawnAgain => "threads.clone().spawn(|| ())",
            }
            .to_owned()
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                // The count of what has begun is the scenario's.
                Call::Shutdown => Some(|_| "()".to_owned()),
                _ => Some(plainly),
            }
        }
    }
}
