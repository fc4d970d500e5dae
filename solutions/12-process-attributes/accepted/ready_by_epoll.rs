//! A started process is a value of its own, which keeps its end in a cell; an `Epoll` waits for the end of a pipe.

use std::{
    cell::{OnceCell, RefCell},
    io::{self, PipeReader},
    os::unix::process::parent_id,
    rc::Rc,
    time::{Duration, Instant},
};

use os::{Child, Epoll, Events, Exit, Signal, Trigger};

thread_local! {
    static NAME: RefCell<Rc<str>> = RefCell::new("MainProcess".into());
}

pub struct Process {
    name: Rc<str>,
    target: Option<Box<dyn FnOnce() -> i32>>,
    pid: Option<u32>,
    child: Option<Child>,
    sentinel: Option<PipeReader>,
    end: OnceCell<Exit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    System,
}

impl Process {
    pub fn new(name: &str, target: impl FnOnce() -> i32 + 'static) -> Self {
        Self {
            name: Rc::from(name),
            target: Some(Box::new(target)),
            pid: None,
            child: None,
            sentinel: None,
            end: OnceCell::new(),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        let Some(target) = self.target.take() else {
            return Err(ProcessError::AlreadyStarted);
        };
        let started = self.try_start(target);
        started.map_err(|_| ProcessError::System)
    }

    fn try_start(&mut self, target: Box<dyn FnOnce() -> i32>) -> io::Result<()> {
        let (reads, writes) = io::pipe()?;
        let child = os::fork(|| {
            NAME.set(Rc::clone(&self.name));
            target()
        })?;
        drop(writes);
        self.pid = Some(child.pid());
        self.child = Some(child);
        self.sentinel = Some(reads);
        Ok(())
    }

    pub fn pid(&self) -> Option<u32> {
        self.pid
    }

    pub fn is_alive(&mut self) -> bool {
        self.pid.is_some() && self.exit().is_none()
    }

    pub fn exit(&mut self) -> Option<Exit> {
        if self.end.get().is_none() {
            let end = self.child.as_mut()?.try_wait().ok()??;
            return Some(self.note(end));
        }
        self.end.get().copied()
    }

    /// Keeps the end, and lets go of what was for the child.
    fn note(&mut self, end: Exit) -> Exit {
        self.child = None;
        self.sentinel = None;
        *self.end.get_or_init(|| end)
    }

    fn wait(&mut self) -> io::Result<Exit> {
        let child = self.child.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let end = child.wait()?;
        Ok(self.note(end))
    }

    /// Whether the pipe comes to its end in time.
    fn ends_in(&self, limit: Duration) -> io::Result<bool> {
        let sentinel = self.sentinel.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let epoll = Epoll::new()?;
        epoll.add(sentinel, 0, Events::READABLE, Trigger::Level)?;
        let begin = Instant::now();
        loop {
            let passed = begin.elapsed();
            match epoll.wait(1, Some(limit.saturating_sub(passed))) {
                Ok(ready) if !ready.is_empty() => return Ok(true),
                Ok(_) if begin.elapsed() >= limit => return Ok(false),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub fn join(&mut self, limit: Option<Duration>) -> Result<Option<Exit>, ProcessError> {
        self.pid.ok_or(ProcessError::NotStarted)?;
        if let Some(end) = self.exit() {
            return Ok(Some(end));
        }
        let ends = limit.map_or(Ok(true), |limit| self.ends_in(limit));
        let end = ends.and_then(|ends| {
            if ends {
                self.wait().map(Some)
            } else {
                Ok(None)
            }
        });
        end.map_err(|_| ProcessError::System)
    }

    pub fn terminate(&mut self) -> Result<(), ProcessError> {
        self.pid.ok_or(ProcessError::NotStarted)?;
        if let Some(child) = &mut self.child {
            let sent = child.signal(Signal::TERM);
            let ended = sent.and_then(|()| self.wait());
            return ended.map(drop).map_err(|_| ProcessError::System);
        }
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    pub name: String,
    pub pid: u32,
    pub parent: u32,
}

pub fn current() -> Current {
    Current {
        name: NAME.with_borrow(|name| name.to_string()),
        pid: std::process::id(),
        parent: parent_id(),
    }
}
