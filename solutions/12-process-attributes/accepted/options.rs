//! All is kept in plain options, and the name in a static mutex.

use std::{
    io::{ErrorKind, PipeReader, pipe},
    sync::Mutex,
    time::{Duration, Instant},
};

use os::{Child, Exit};

static NAME: Mutex<Option<String>> = Mutex::new(None);

/// A process that can be started once, asked about, joined and ended.
pub struct Process {
    name: String,
    target: Option<Box<dyn FnOnce() -> i32>>,
    number: u32,
    child: Option<Child>,
    gone: Option<PipeReader>,
    end: Option<Exit>,
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
        Self {
            name: name.into(),
            target: Some(Box::new(target)),
            number: 0,
            child: None,
            gone: None,
            end: None,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Starts it, and returns at once.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        let target = self.target.take().ok_or(ProcessError::AlreadyStarted)?;
        let Ok((reader, writer)) = pipe() else {
            return Err(ProcessError::System);
        };
        let name = self.name.clone();
        // The closure owns the write end: here it is dropped with the closure, in the child at its end.
        let child = os::fork(move || {
            *NAME.lock().unwrap() = Some(name);
            let code = target();
            drop(writer);
            code
        });
        let child = child.map_err(|_| ProcessError::System)?;
        self.number = child.pid();
        self.child = Some(child);
        self.gone = Some(reader);
        Ok(())
    }

    /// The number of the child, once it has been started.
    pub fn pid(&self) -> Option<u32> {
        (self.number != 0).then_some(self.number)
    }

    /// Whether the child runs.
    pub fn is_alive(&mut self) -> bool {
        self.exit();
        self.child.is_some()
    }

    /// How the child ended, if it has.
    pub fn exit(&mut self) -> Option<Exit> {
        if let Some(Ok(Some(end))) = self.child.as_mut().map(Child::try_wait) {
            self.ended(end);
        }
        self.end
    }

    /// Waits for the end of the child, for no longer than `limit`, and tells it.
    pub fn join(&mut self, limit: Option<Duration>) -> Result<Option<Exit>, ProcessError> {
        if self.target.is_some() {
            return Err(ProcessError::NotStarted);
        }
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        if let Some(end) = self.exit() {
            return Ok(Some(end));
        }
        if until.is_some() {
            let Some(gone) = &self.gone else {
                return Err(ProcessError::System);
            };
            loop {
                let left = until.map(|until| until.saturating_duration_since(Instant::now()));
                let mut polled = [os::PollFd::new(gone, os::Events::READABLE)];
                match os::poll(&mut polled, left) {
                    Ok(0) if left == Some(Duration::ZERO) => return Ok(None),
                    Ok(0) => {}
                    Ok(_) => break,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => return Err(ProcessError::System),
                }
            }
        }
        let child = self.child.as_mut().ok_or(ProcessError::System)?;
        let end = child.wait().map_err(|_| ProcessError::System)?;
        self.ended(end);
        Ok(Some(end))
    }

    /// Ends the child, and waits until it has ended.
    pub fn terminate(&mut self) -> Result<(), ProcessError> {
        if self.target.is_some() {
            return Err(ProcessError::NotStarted);
        }
        if self.exit().is_none() {
            let child = self.child.as_mut().ok_or(ProcessError::System)?;
            let sent = child.signal(os::Signal::TERM);
            let end = sent.and_then(|()| child.wait());
            self.ended(end.map_err(|_| ProcessError::System)?);
        }
        Ok(())
    }

    fn ended(&mut self, end: Exit) {
        self.end = Some(end);
        self.child = None;
        self.gone = None;
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
    let name = NAME.lock().unwrap().clone();
    Current {
        name: name.unwrap_or_else(|| "MainProcess".into()),
        pid: std::process::id(),
        parent: std::os::unix::process::parent_id(),
    }
}
