//! wrong: a second `start` starts the target again
//! fails: starts_once property

use std::{cell::RefCell, rc::Rc};

use os::{Child, Exit};

/// Something that can run as a process: the second way.
pub trait Run {
    /// Runs in the child process. The result is its exit code, 0 to 255.
    fn run(&mut self) -> i32;
}

/// A process that can be started once and joined.
pub struct Process {
    body: Rc<dyn Fn() -> i32>,
    child: Option<Child>,
    code: Option<i32>,
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
            body: {
                let once = RefCell::new(Some((target, args)));
                // The parent's copy is never used up, so every child finds it whole.
                Rc::new(move || match once.take() {
                    Some((target, args)) => target(args),
                    None => 1,
                })
            },
            child: None,
            code: None,
        }
    }

    /// The second way: a process that will call `run.run()`.
    pub fn from_run(mut run: impl Run + 'static) -> Self {
        Self::new(move |()| run.run(), ())
    }

    /// Starts the process and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        let body = Rc::clone(&self.body);
        let child = os::fork(move || body()).map_err(|_| ProcessError::System)?;
        self.child = Some(child);
        Ok(())
    }

    /// Waits for the end of the process and returns its exit code, also when asked again.
    pub fn join(&mut self) -> Result<i32, ProcessError> {
        if let Some(code) = self.code {
            return Ok(code);
        }
        let child = self.child.as_mut().ok_or(ProcessError::NotStarted)?;
        match child.wait() {
            Ok(Exit::Code(code)) => {
                self.code = Some(code);
                Ok(code)
            }
            Ok(Exit::Signal(_)) | Err(_) => Err(ProcessError::System),
        }
    }

    /// The child's process id, once it has been started.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::pid)
    }
}
