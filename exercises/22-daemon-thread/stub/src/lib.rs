//! 22 · Daemon threads: a registry that knows whom to wait for.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::sync::Arc;

/// A registry of threads. Its clones are the same registry.
#[derive(Clone)]
pub struct Threads {
    // Choose your own fields.
    _shared: Arc<()>,
}

/// The registry is shut down, and starts no threads any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

impl Threads {
    /// A registry without threads.
    pub fn new() -> Self {
        todo!()
    }

    /// Runs `f` in a new thread that [`shutdown`](Self::shutdown) waits for.
    pub fn spawn(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        let _ = f;
        todo!()
    }

    /// Runs `f` in a new thread that nobody waits for.
    pub fn spawn_daemon(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        let _ = f;
        todo!()
    }

    /// Waits until the functions of all threads that are no daemons have ended. After
    /// that, `spawn` and `spawn_daemon` start nothing more.
    pub fn shutdown(&self) {
        todo!()
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::new()
    }
}
