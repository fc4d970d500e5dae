//! Options in place of an enum, and one boxed [`Run`] for both ways.

use os::{Child, Exit};

pub trait Run {
    fn run(&mut self) -> i32;
}

/// A target with its arguments, used up by its only run.
struct Target<F, A>(Option<(F, A)>);

impl<A, F: FnOnce(A) -> i32> Run for Target<F, A> {
    fn run(&mut self) -> i32 {
        self.0.take().map_or(1, |(target, args)| target(args))
    }
}

pub struct Process {
    run: Box<dyn Run>,
    child: Option<Child>,
    result: Option<Result<i32, ProcessError>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    System,
}

impl Process {
    pub fn new<A: 'static>(target: impl FnOnce(A) -> i32 + 'static, args: A) -> Self {
        Self::from_run(Target(Some((target, args))))
    }

    pub fn from_run(run: impl Run + 'static) -> Self {
        Self {
            run: Box::new(run),
            child: None,
            result: None,
        }
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        if self.child.is_some() {
            return Err(ProcessError::AlreadyStarted);
        }
        match os::fork(|| self.run.run()) {
            Ok(child) => {
                self.child = Some(child);
                Ok(())
            }
            Err(_) => Err(ProcessError::System),
        }
    }

    pub fn join(&mut self) -> Result<i32, ProcessError> {
        let Some(child) = &mut self.child else {
            return Err(ProcessError::NotStarted);
        };
        let wait = || match child.wait() {
            Ok(Exit::Code(code)) => Ok(code),
            _ => Err(ProcessError::System),
        };
        self.result.get_or_insert_with(wait).clone()
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::pid)
    }
}
