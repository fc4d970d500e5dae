//! wrong: a second `shutdown` finds no handle left, while the first one still joins
//! fails: a_daemon_may_start_the_last_one property
//! fails: each_shutdown_waits property
//! fails: each_waits_for_a_late_one property
//! fails: small_programs property

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

/// A registry of threads. Its clones are the same registry.
#[derive(Clone)]
pub struct Threads {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    handles: Vec<JoinHandle<()>>,
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
                state: Mutex::default(),
            }),
        }
    }

    /// Runs `f` in a new thread that [`shutdown`](Self::shutdown) waits for.
    pub fn spawn(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        let mut state = self.shared.state.lock().unwrap();
        if state.shut_down {
            return Err(ShutDown);
        }
        state.handles.push(thread::spawn(f));
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
        loop {
            let next = self.shared.state.lock().unwrap().handles.pop();
            let Some(next) = next else {
                break;
            };
            let _ = next.join();
        }
        self.shared.state.lock().unwrap().shut_down = true;
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::new()
    }
}
