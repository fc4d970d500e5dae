//! 14 · Daemon processes: who is ended with the code of its parent, and who is waited for.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use os::Exit;

/// A process that can be started once, as a daemon or not.
pub struct Process {
    // Choose your own fields.
}

/// What can go wrong with a [`Process`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    /// It has not been started.
    NotStarted,
    /// It has been started already.
    AlreadyStarted,
    /// The calling process is a daemon, which has no children.
    Daemonic,
    /// The system refused.
    System,
}

impl Process {
    /// A process that will run `target`.
    pub fn new(target: impl FnOnce() -> i32 + 'static) -> Self {
        let _ = target;
        todo!()
    }

    /// Says whether it will be a daemon.
    pub fn set_daemon(&mut self, is_daemon: bool) -> Result<(), ProcessError> {
        let _ = is_daemon;
        todo!()
    }

    /// Whether it is a daemon.
    pub fn is_daemon(&self) -> bool {
        todo!()
    }

    /// Starts it, and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        todo!()
    }

    /// Waits for the end of the process, and tells it, also when asked again.
    pub fn join(&mut self) -> Result<Exit, ProcessError> {
        todo!()
    }
}

/// Runs `body` as the code of this process. Then it ends the daemons that were started, waits for all children that
/// were, and returns what `body` did.
pub fn run_main(body: impl FnOnce() -> i32) -> i32 {
    let _ = body;
    todo!()
}
