//! 14 · Daemon processes: who is ended with the code of its parent, and who is waited for.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

// BEGIN SOLUTION
use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
};

use os::{Child, Signal};
// END SOLUTION

use os::Exit;

/// A process that can be started once, as a daemon or not.
pub struct Process {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    is_daemon: bool,
    target: Option<Box<dyn FnOnce() -> i32>>,
    started: Option<Rc<RefCell<Started>>>,
    // END SOLUTION
}

// BEGIN SOLUTION
/// A child, which its `Process` and the family of its parent know of.
struct Started {
    child: Child,
    is_daemon: bool,
    end: Option<Exit>,
}

impl Started {
    fn terminate(&mut self) {
        if self.end.is_none() {
            // It has not been waited for, so that its number is its own.
            let _ = self.child.signal(Signal::TERM);
        }
    }

    fn wait(&mut self) -> Result<Exit, ProcessError> {
        if let Some(end) = self.end {
            return Ok(end);
        }
        let end = self.child.wait().map_err(|_| ProcessError::System)?;
        self.end = Some(end);
        Ok(end)
    }
}

thread_local! {
    /// The children that this process has started.
    static FAMILY: RefCell<Vec<Rc<RefCell<Started>>>> = const { RefCell::new(Vec::new()) };
    /// Whether this process is a daemon.
    static IS_DAEMON: Cell<bool> = const { Cell::new(false) };
}
// END SOLUTION

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
        // BEGIN SOLUTION
        // | let _ = target;
        // | todo!()
        Self {
            is_daemon: false,
            target: Some(Box::new(target)),
            started: None,
        }
        // END SOLUTION
    }

    /// Says whether it will be a daemon.
    pub fn set_daemon(&mut self, is_daemon: bool) -> Result<(), ProcessError> {
        // BEGIN SOLUTION
        // | let _ = is_daemon;
        // | todo!()
        if self.target.is_none() {
            return Err(ProcessError::AlreadyStarted);
        }
        self.is_daemon = is_daemon;
        Ok(())
        // END SOLUTION
    }

    /// Whether it is a daemon.
    pub fn is_daemon(&self) -> bool {
        // BEGIN SOLUTION
        // | todo!()
        self.is_daemon
        // END SOLUTION
    }

    /// Starts it, and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        // BEGIN SOLUTION
        // | todo!()
        if IS_DAEMON.get() {
            return Err(ProcessError::Daemonic);
        }
        let target = self.target.take().ok_or(ProcessError::AlreadyStarted)?;
        let is_daemon = self.is_daemon;
        let child = os::fork(move || {
            // Those in the list are siblings of this process, and no children.
            FAMILY.take();
            IS_DAEMON.set(is_daemon);
            run_main(target)
        });
        let started = Rc::new(RefCell::new(Started {
            child: child.map_err(|_| ProcessError::System)?,
            is_daemon,
            end: None,
        }));
        FAMILY.with_borrow_mut(|family| family.push(Rc::clone(&started)));
        self.started = Some(started);
        Ok(())
        // END SOLUTION
    }

    /// Waits for the end of the process, and tells it, also when asked again.
    pub fn join(&mut self) -> Result<Exit, ProcessError> {
        // BEGIN SOLUTION
        // | todo!()
        let started = self.started.as_ref().ok_or(ProcessError::NotStarted)?;
        started.borrow_mut().wait()
        // END SOLUTION
    }
}

/// Runs `body` as the code of this process. Then it ends the daemons that were started, waits for all children that
/// were, and returns what `body` did.
pub fn run_main(body: impl FnOnce() -> i32) -> i32 {
    // BEGIN SOLUTION
    // | let _ = body;
    // | todo!()
    let done = catch_unwind(AssertUnwindSafe(body));
    let family = FAMILY.take();
    // All of them before it waits for anybody.
    for started in &family {
        let mut started = started.borrow_mut();
        if started.is_daemon {
            started.terminate();
        }
    }
    for started in &family {
        let _ = started.borrow_mut().wait();
    }
    done.unwrap_or_else(|panic| resume_unwind(panic))
    // END SOLUTION
}
