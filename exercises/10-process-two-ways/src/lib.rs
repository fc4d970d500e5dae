//! 10 · Two ways to start a process: a target function, and an own type with `run`.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// Something that can run as a process: the second way.
pub trait Run {
    /// Runs in the child process. The result is its exit code, 0 to 255.
    fn run(&mut self) -> i32;
}

/// A process that can be started once and joined.
pub struct Process {
    // Choose your own fields.
}

/// What can go wrong with a [`Process`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessError {
    /// It has not been started.
    NotStarted,
    /// It has been started already.
    AlreadyStarted,
    /// The system refused, or a signal ended the child.
    System,
}

impl Process {
    /// The first way: a process that will call `target(args)`.
    pub fn new<A: 'static>(target: impl FnOnce(A) -> i32 + 'static, args: A) -> Self {
        let _ = (target, args);
        todo!()
    }

    /// The second way: a process that will call `run.run()`.
    pub fn from_run(run: impl Run + 'static) -> Self {
        let _ = run;
        todo!()
    }

    /// Starts the process and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        todo!()
    }

    /// Waits for the end of the process and returns its exit code, also when asked again.
    pub fn join(&mut self) -> Result<i32, ProcessError> {
        todo!()
    }

    /// The child's process id, once it has been started.
    pub fn pid(&self) -> Option<u32> {
        todo!()
    }
}
