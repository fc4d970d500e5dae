// canary: 253e0cb14dccd4755426001f458c71c3
//! What a recursive lock promises: its calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// A call, or two at once: a thread that has the lock takes it again, and nobody sees the moment
/// in between.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Acquire,
    Release,
    TryAcquire,
    AcquireTwice,
    AcquireAndTry,
    /// Releases until that is an error, and counts.
    GiveBack,
}

#[cfg(verdict)]
pub use verdict::Lock;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::{Value, json},
    };

    use super::Call;

    /// A lock that its owner can take again. Its object is how often the main thread has it from
    /// the beginning until all others have ended.
    #[derive(Clone, Copy)]
    pub struct Lock;

    /// Who has it, and how often; nobody has it at depth 0.
    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    pub struct State {
        owner: usize,
        depth: usize,
    }

    /// How often a thread has the lock in the end at most, if it gets it whenever it asks for it.
    fn left(calls: &[Call]) -> usize {
        calls.iter().fold(0, |depth: usize, call| match call {
            Call::Acquire | Call::TryAcquire => depth + 1,
            Call::AcquireTwice | Call::AcquireAndTry => depth + 2,
            Call::Release => depth.saturating_sub(1),
            Call::GiveBack => 0,
        })
    }

    /// So deep that a small counter comes to its end.
    const DEEP: usize = 257;

    impl Model for Lock {
        type Object = usize;
        type Call = Call;
        type State = State;

        /// A thread takes the lock twice, and gives it back.
        const LENGTH: usize = 3;

        fn objects(&self) -> Vec<usize> {
            vec![0, 1, DEEP]
        }

        fn more_objects(&self) -> Vec<usize> {
            vec![2]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Acquire,
                Call::Release,
                Call::TryAcquire,
                Call::AcquireTwice,
                Call::AcquireAndTry,
            ]
        }

        /// A thread that waits finds the lock taken again and again.
        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let turn = || [Call::Acquire, Call::Release];
            vec![
                vec![turn().repeat(3), turn().to_vec()],
                vec![turn().to_vec(); 4],
            ]
        }

        /// No thread ends while it has the lock, for nothing is said of that. If the main thread
        /// has the lock, nothing changes: a thread makes no call twice, and none that it cannot
        /// come to. Of a deep lock, what the main thread gives back is what matters.
        fn allows(&self, taken: &usize, threads: &[Vec<Call>]) -> bool {
            if *taken == DEEP {
                return threads == [[Call::TryAcquire]];
            }
            threads.iter().all(|calls| {
                if *taken == 0 {
                    return left(calls) == 0;
                }
                let mut before = calls.iter().enumerate();
                before.all(|(place, call)| match call {
                    Call::TryAcquire | Call::Release => !calls[..place].contains(call),
                    Call::Acquire => place + 1 == calls.len(),
                    _ => false,
                })
            })
        }

        fn last(&self, _: &usize, _: &[Vec<Call>]) -> Vec<Call> {
            vec![
                Call::GiveBack,
                Call::TryAcquire,
                Call::Release,
                Call::Release,
            ]
        }

        fn initial(&self, taken: &usize) -> State {
            State {
                owner: 0,
                depth: *taken,
            }
        }

        fn outcomes(&self, state: &State, thread: usize, call: &Call) -> Vec<Allowed<State>> {
            let is_owner = state.depth > 0 && state.owner == thread;
            let is_free = state.depth == 0;
            let taken = |times| State {
                owner: thread,
                depth: state.depth + times,
            };
            let released = State {
                depth: state.depth.saturating_sub(1),
                ..*state
            };
            let free = State { depth: 0, ..*state };
            let (result, next) = match call {
                Call::TryAcquire if !is_free && !is_owner => (json!(false), *state),
                Call::TryAcquire => (json!(true), taken(1)),
                Call::Release if is_owner => (json!("Ok"), released),
                Call::Release => (json!("Err(NotOwner)"), *state),
                Call::GiveBack if is_owner => (json!(state.depth), free),
                Call::GiveBack => (json!(0), *state),
                _ if !is_free && !is_owner => return vec![],
                Call::Acquire => (json!(null), taken(1)),
                Call::AcquireTwice => (json!(null), taken(2)),
                Call::AcquireAndTry => (json!(true), taken(2)),
            };
            vec![Allowed::new(result, next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use recursive_lock::RLock;",
                name: "lock",
            }
        }

        fn made(&self, taken: &usize) -> String {
            if *taken == 0 {
                return "RLock::new()".to_owned();
            }
            format!(
                "{{ let lock = RLock::new(); (0..{taken}).for_each(|_| lock.acquire()); lock }}"
            )
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Acquire => "lock.acquire()",
                Call::TryAcquire => "lock.try_acquire()",
                Call::Release => "lock.release()",
                Call::AcquireTwice => "{ lock.acquire(); lock.acquire(); }",
                Call::AcquireAndTry => "{ lock.acquire(); lock.try_acquire() }",
                Call::GiveBack => "(0..).take_while(|_| lock.release().is_ok()).count()",
            }
            .to_owned()
        }

        fn printed(&self, _: &Call) -> Option<fn(&Value) -> String> {
            Some(|result| match plainly(result) {
                ok if ok == "Ok" => "Ok(())".to_owned(),
                other => other,
            })
        }
    }
}
