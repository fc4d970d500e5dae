//! wrong: starts no thread from the beginning of `shutdown` on
//! fails: waits_for_those_that_start_late property
//! fails: each_waits_for_a_late_one property

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
        {
            let mut state = self.shared.state.lock().unwrap();
            if state.shut_down {
                return Err(ShutDown);
            }
            state.running += 1;
        }
        let shared = Arc::clone(&self.shared);
        thread::spawn(move || {
            let _ = catch_unwind(AssertUnwindSafe(f));
            let mut state = shared.state.lock().unwrap();
            state.running -= 1;
            if state.running == 0 {
                shared.ended.notify_all();
            }
        });
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
        state.shut_down = true;
        while state.running > 0 {
            state = self.shared.ended.wait(state).unwrap();
        }
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::new()
    }
}
