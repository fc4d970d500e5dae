//! wrong: calls the function instead of starting a thread
//! fails: waits_for_all_that_are_no_daemons deadlock
//! fails: a_daemon_may_start_the_last_one property
//! fails: a_daemon_starts_one_among_others property

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex},
    thread,
};

/// A registry of threads. Its clones are the same registry.
#[derive(Clone)]
pub struct Threads {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

struct State {
    /// How many threads must be waited for.
    running: usize,
    shut_down: bool,
}

/// The registry is shut down, and starts no threads any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

impl Threads {
    /// A registry without threads.
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    running: 0,
                    shut_down: false,
                }),
                ended: Condvar::new(),
            }),
        }
    }

    /// Runs `f` in a new thread that [`shutdown`](Self::shutdown) waits for.
    pub fn spawn(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        if self.shared.state.lock().unwrap().shut_down {
            return Err(ShutDown);
        }
        let _ = catch_unwind(AssertUnwindSafe(f));
        Ok(())
    }

    /// Runs `f` in a new thread that nobody waits for.
    pub fn spawn_daemon(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        if self.shared.state.lock().unwrap().shut_down {
            return Err(ShutDown);
        }
        thread::spawn(move || catch_unwind(AssertUnwindSafe(f)));
        Ok(())
    }

    /// Waits until all threads that are no daemons have ended. From then on no thread is
    /// started any more.
    pub fn shutdown(&self) {
        let mut state = self.shared.state.lock().unwrap();
        while state.running > 0 {
            state = self.shared.ended.wait(state).unwrap();
        }
        state.shut_down = true;
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::new()
    }
}
