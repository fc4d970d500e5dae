//! 12 · Attributes of a process: a handle that starts a child, asks about it, and ends it.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::time::Duration;
// BEGIN SOLUTION
use std::{
    cell::RefCell,
    io::{self, PipeReader},
    mem,
    os::unix::process::parent_id,
    process,
    time::Instant,
};

use os::{Child, Events, PollFd, Signal};
// END SOLUTION

use os::Exit;

/// A process that can be started once, asked about, joined and ended.
pub struct Process {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    name: String,
    pid: Option<u32>,
    state: State,
    // END SOLUTION
}

// BEGIN SOLUTION
enum State {
    Ready(Box<dyn FnOnce() -> i32>),
    Running(Running),
    Ended(Exit),
    /// The system refused to start it.
    Failed,
}

struct Running {
    child: Child,
    /// Nobody writes to this pipe. The child alone has the other end, so the pipe is at its end when the child
    /// exits.
    sentinel: PipeReader,
}

thread_local! {
    /// The name of this process.
    static NAME: RefCell<String> = RefCell::new("MainProcess".to_owned());
}
// END SOLUTION

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

// BEGIN SOLUTION
impl From<io::Error> for ProcessError {
    fn from(_: io::Error) -> Self {
        Self::System
    }
}
// END SOLUTION

impl Process {
    /// A process of this name that will run `target`.
    pub fn new(name: &str, target: impl FnOnce() -> i32 + 'static) -> Self {
        // BEGIN SOLUTION
        // | let _ = (name, target);
        // | todo!()
        Self {
            name: name.to_owned(),
            pid: None,
            state: State::Ready(Box::new(target)),
        }
        // END SOLUTION
    }

    /// Its name.
    pub fn name(&self) -> &str {
        // BEGIN SOLUTION
        // | todo!()
        &self.name
        // END SOLUTION
    }

    /// Starts it, and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        // BEGIN SOLUTION
        // | todo!()
        let target = match mem::replace(&mut self.state, State::Failed) {
            State::Ready(target) => target,
            started => {
                self.state = started;
                return Err(ProcessError::AlreadyStarted);
            }
        };
        let (sentinel, held) = io::pipe()?;
        let name = &self.name;
        let child = os::fork(move || {
            // Until the child exits.
            let _held = held;
            NAME.set(name.clone());
            target()
        })?;
        self.pid = Some(child.pid());
        self.state = State::Running(Running { child, sentinel });
        Ok(())
        // END SOLUTION
    }

    /// The number of the child, once it has been started.
    pub fn pid(&self) -> Option<u32> {
        // BEGIN SOLUTION
        // | todo!()
        self.pid
        // END SOLUTION
    }

    /// Whether the child runs.
    pub fn is_alive(&mut self) -> bool {
        // BEGIN SOLUTION
        // | todo!()
        self.look();
        matches!(self.state, State::Running(_))
        // END SOLUTION
    }

    /// How the child ended, if it has.
    pub fn exit(&mut self) -> Option<Exit> {
        // BEGIN SOLUTION
        // | todo!()
        self.look();
        match self.state {
            State::Ended(exit) => Some(exit),
            _ => None,
        }
        // END SOLUTION
    }

    /// Waits for the end of the child, for no longer than `limit`, and tells it.
    pub fn join(&mut self, limit: Option<Duration>) -> Result<Option<Exit>, ProcessError> {
        // BEGIN SOLUTION
        // | let _ = limit;
        // | todo!()
        let running = match &mut self.state {
            State::Running(running) => running,
            State::Ready(_) => return Err(ProcessError::NotStarted),
            State::Ended(exit) => return Ok(Some(*exit)),
            State::Failed => return Err(ProcessError::System),
        };
        if limit.is_some_and(|limit| !ends_in(&running.sentinel, limit).unwrap_or(true)) {
            // It may have ended in another way than by closing what it had open: it is looked at once more.
            return Ok(self.exit());
        }
        self.reap()
        // END SOLUTION
    }

    /// Ends the child, and waits until it has ended.
    pub fn terminate(&mut self) -> Result<(), ProcessError> {
        // BEGIN SOLUTION
        // | todo!()
        match &mut self.state {
            State::Running(running) => running.child.signal(Signal::TERM)?,
            State::Ready(_) => return Err(ProcessError::NotStarted),
            State::Ended(_) => return Ok(()),
            State::Failed => return Err(ProcessError::System),
        }
        self.reap().map(drop)
        // END SOLUTION
    }

    // BEGIN SOLUTION
    /// Notes the end of the child, if it has ended.
    fn look(&mut self) {
        if let State::Running(running) = &mut self.state
            && let Ok(Some(exit)) = running.child.try_wait()
        {
            self.state = State::Ended(exit);
        }
    }

    /// Waits for the end of the child, however long that takes.
    fn reap(&mut self) -> Result<Option<Exit>, ProcessError> {
        if let State::Running(running) = &mut self.state {
            self.state = State::Ended(running.child.wait()?);
        }
        Ok(self.exit())
    }
    // END SOLUTION
}

// BEGIN SOLUTION
/// Waits until a pipe is at its end, for no longer than `limit`. Whether it is.
fn ends_in(pipe: &PipeReader, limit: Duration) -> io::Result<bool> {
    let begin = Instant::now();
    let mut polled = [PollFd::new(pipe, Events::READABLE)];
    loop {
        let left = limit.saturating_sub(begin.elapsed());
        match os::poll(&mut polled, Some(left)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(1..) => return Ok(true),
            // The call knows no limit as long as the longest of ours.
            Ok(0) if begin.elapsed() >= limit => return Ok(false),
            Ok(0) => {}
        }
    }
}
// END SOLUTION

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
    // BEGIN SOLUTION
    // | todo!()
    Current {
        name: NAME.with_borrow(String::clone),
        pid: process::id(),
        parent: parent_id(),
    }
    // END SOLUTION
}
