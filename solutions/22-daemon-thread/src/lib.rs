//! 22 · Daemon threads: a registry that knows whom to wait for.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! It counts those who must be waited for, from before they start until they have ended.
//! To look whether there are none and to shut the door is one step.
// END SOLUTION

// BEGIN SOLUTION
// | use std::sync::Arc;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex},
    thread,
};
// END SOLUTION

/// A registry of threads. Its clones are the same registry.
#[derive(Clone)]
pub struct Threads {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _shared: Arc<()>,
    shared: Arc<Shared>,
    // END SOLUTION
}

// BEGIN SOLUTION
struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

struct State {
    /// How many threads must be waited for.
    running: usize,
    shut_down: bool,
}
// END SOLUTION

/// The registry is shut down, and starts no threads any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

impl Threads {
    /// A registry without threads.
    pub fn new() -> Self {
        // BEGIN SOLUTION
        // | todo!()
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    running: 0,
                    shut_down: false,
                }),
                ended: Condvar::new(),
            }),
        }
        // END SOLUTION
    }

    /// Runs `f` in a new thread that [`shutdown`](Self::shutdown) waits for.
    pub fn spawn(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        // BEGIN SOLUTION
        // | let _ = f;
        // | todo!()
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
        // END SOLUTION
    }

    /// Runs `f` in a new thread that nobody waits for.
    pub fn spawn_daemon(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        // BEGIN SOLUTION
        // | let _ = f;
        // | todo!()
        if self.shared.state.lock().unwrap().shut_down {
            return Err(ShutDown);
        }
        thread::spawn(move || catch_unwind(AssertUnwindSafe(f)));
        Ok(())
        // END SOLUTION
    }

    /// Waits until the functions of all threads that are no daemons have ended. After
    /// that, `spawn` and `spawn_daemon` start nothing more.
    pub fn shutdown(&self) {
        // BEGIN SOLUTION
        // | todo!()
        let mut state = self.shared.state.lock().unwrap();
        while state.running > 0 {
            state = self.shared.ended.wait(state).unwrap();
        }
        state.shut_down = true;
        // END SOLUTION
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::new()
    }
}
