//! 12 · Attributes of a process: a handle that starts a child, asks about it, and ends it.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::time::Duration;

use os::Exit;

/// A process that can be started once, asked about, joined and ended.
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
    /// The system refused.
    System,
}

impl Process {
    /// A process of this name that will run `target`.
    pub fn new(name: &str, target: impl FnOnce() -> i32 + 'static) -> Self {
        let _ = (name, target);
        todo!()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        todo!()
    }

    /// Starts it, and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        todo!()
    }

    /// The number of the child, once it has been started.
    pub fn pid(&self) -> Option<u32> {
        todo!()
    }

    /// Whether the child runs.
    pub fn is_alive(&mut self) -> bool {
        todo!()
    }

    /// How the child ended, if it has.
    pub fn exit(&mut self) -> Option<Exit> {
        todo!()
    }

    /// Waits for the end of the child, for no longer than `limit`, and tells it.
    pub fn join(&mut self, limit: Option<Duration>) -> Result<Option<Exit>, ProcessError> {
        let _ = limit;
        todo!()
    }

    /// Ends the child, and waits until it has ended.
    pub fn terminate(&mut self) -> Result<(), ProcessError> {
        todo!()
    }
}

/// What a process knows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Its name.
    pub name: String,
    /// Its number.
    pub pid: u32,
    /// The number of its parent.
    pub parent: u32,
}

/// The process that calls this.
pub fn current() -> Current {
    todo!()
}
