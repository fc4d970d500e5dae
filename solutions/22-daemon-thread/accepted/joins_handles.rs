//! Keeps the handles, and joins one after the other until none is left. One thread at a
//! time does so; the others wait for it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

/// A registry of threads. Its clones are the same registry.
#[derive(Clone)]
pub struct Threads {
    /// Nothing once it is shut down.
    handles: Arc<Mutex<Option<Vec<JoinHandle<()>>>>>,
    joining: Arc<Mutex<()>>,
}

/// The registry is shut down, and starts no threads any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

impl Threads {
    /// A registry without threads.
    pub fn new() -> Self {
        Self {
            handles: Arc::new(Mutex::new(Some(Vec::new()))),
            joining: Arc::default(),
        }
    }

    /// Runs `f` in a new thread that [`shutdown`](Self::shutdown) waits for.
    pub fn spawn(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        let mut handles = self.handles.lock().unwrap();
        handles.as_mut().ok_or(ShutDown)?.push(thread::spawn(f));
        Ok(())
    }

    /// Runs `f` in a new thread that nobody waits for.
    pub fn spawn_daemon(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        let handles = self.handles.lock().unwrap();
        if handles.is_none() {
            return Err(ShutDown);
        }
        thread::spawn(|| drop(catch_unwind(AssertUnwindSafe(f))));
        Ok(())
    }

    /// Waits until all threads that are no daemons have ended. From then on no thread is
    /// started any more.
    pub fn shutdown(&self) {
        let _joining = self.joining.lock().unwrap();
        loop {
            let next = {
                let mut handles = self.handles.lock().unwrap();
                match handles.as_mut().map(Vec::pop) {
                    Some(Some(next)) => next,
                    _ => {
                        *handles = None;
                        return;
                    }
                }
            };
            // Whoever panicked has ended too.
            let _ = next.join();
        }
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::new()
    }
}
