//! wrong: the exit code is given to the first `join` only
//! page: join_reports
//! fails: join_reports property

use std::mem;

use os::{Child, Exit};

/// Something that can run as a process: the second way.
pub trait Run {
    /// Runs in the child process. The result is its exit code, 0 to 255.
    fn run(&mut self) -> i32;
}

/// A process that can be started once and joined.
pub struct Process {
    state: State,
    pid: Option<u32>,
}

enum State {
    Ready(Box<dyn FnOnce() -> i32>),
    Running(Child),
    Ended(Result<i32, ProcessError>),
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
        Self {
            state: State::Ready(Box::new(move || target(args))),
            pid: None,
        }
    }

    /// The second way: a process that will call `run.run()`.
    pub fn from_run(run: impl Run + 'static) -> Self {
        let mut run = run;
        Self::new(move |()| run.run(), ())
    }

    /// Starts the process and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        let failed = State::Ended(Err(ProcessError::System));
        match mem::replace(&mut self.state, failed) {
            State::Ready(body) => {
                let child = os::fork(body).map_err(|_| ProcessError::System)?;
                self.pid = Some(child.pid());
                self.state = State::Running(child);
                Ok(())
            }
            started => {
                self.state = started;
                Err(ProcessError::AlreadyStarted)
            }
        }
    }

    /// Waits for the end of the process and returns its exit code, also when asked again.
    pub fn join(&mut self) -> Result<i32, ProcessError> {
        match &mut self.state {
            State::Ready(_) => Err(ProcessError::NotStarted),
            State::Ended(result) => result.clone(),
            State::Running(child) => {
                let result = match child.wait() {
                    Ok(Exit::Code(code)) => Ok(code),
                    Ok(Exit::Signal(_)) | Err(_) => Err(ProcessError::System),
                };
                self.state = State::Ended(Err(ProcessError::System));
                result
            }
        }
    }

    /// The child's process id, once it has been started.
    pub fn pid(&self) -> Option<u32> {
        self.pid
    }
}
