//! `join` is woken by `SIGCHLD`: after each signal it looks whether it was its own child.

use std::{
    cell::Cell,
    io,
    os::unix::process::parent_id,
    time::{Duration, Instant},
};

use os::{Child, Events, Exit, PollFd, Signal, SignalPipe};

thread_local! {
    /// The name is never given back: a process has one for its life.
    static NAME: Cell<&'static str> = const { Cell::new("MainProcess") };
}

pub struct Process {
    name: &'static str,
    life: Life,
}

enum Life {
    Before(Option<Box<dyn FnOnce() -> i32>>),
    Began(Child, Option<Exit>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    System,
}

fn system(_: io::Error) -> ProcessError {
    ProcessError::System
}

/// Looks whether the child has ended.
fn look(child: &mut Child, end: &mut Option<Exit>) -> io::Result<Option<Exit>> {
    if end.is_none() {
        *end = child.try_wait()?;
    }
    Ok(*end)
}

impl Process {
    pub fn new(name: &str, target: impl FnOnce() -> i32 + 'static) -> Self {
        Self {
            name: Box::leak(name.to_owned().into_boxed_str()),
            life: Life::Before(Some(Box::new(target))),
        }
    }

    pub fn name(&self) -> &str {
        self.name
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        let Life::Before(target) = &mut self.life else {
            return Err(ProcessError::AlreadyStarted);
        };
        let target = target.take().ok_or(ProcessError::System)?;
        let name = self.name;
        let child = os::fork(move || {
            NAME.with(|own| own.set(name));
            target()
        });
        self.life = Life::Began(child.map_err(system)?, None);
        Ok(())
    }

    pub fn pid(&self) -> Option<u32> {
        match &self.life {
            Life::Before(_) => None,
            Life::Began(child, _) => Some(child.pid()),
        }
    }

    pub fn is_alive(&mut self) -> bool {
        matches!(self.life, Life::Began(..)) && self.exit().is_none()
    }

    pub fn exit(&mut self) -> Option<Exit> {
        match &mut self.life {
            Life::Before(_) => None,
            Life::Began(child, end) => look(child, end).ok().flatten(),
        }
    }

    pub fn join(&mut self, limit: Option<Duration>) -> Result<Option<Exit>, ProcessError> {
        let begin = Instant::now();
        let Life::Began(child, end) = &mut self.life else {
            return Err(ProcessError::NotStarted);
        };
        // Before the first look: else the child could end between the look and the wait.
        let ends = SignalPipe::new(&[Signal::CHLD]).map_err(system)?;
        loop {
            if let Some(end) = look(child, end).map_err(system)? {
                return Ok(Some(end));
            }
            let left = limit.map(|limit| limit.saturating_sub(begin.elapsed()));
            match os::poll(&mut [PollFd::new(&ends, Events::READABLE)], left) {
                Ok(0) if left == Some(Duration::ZERO) => return Ok(None),
                Ok(0) => {}
                Ok(_) => drop(ends.read().map_err(system)?),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(system(error)),
            }
        }
    }

    pub fn terminate(&mut self) -> Result<(), ProcessError> {
        let Life::Began(child, end) = &mut self.life else {
            return Err(ProcessError::NotStarted);
        };
        if end.is_none() {
            child.signal(Signal::TERM).map_err(system)?;
            *end = Some(child.wait().map_err(system)?);
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
        name: NAME.with(Cell::get).to_owned(),
        pid: std::process::id(),
        parent: parent_id(),
    }
}
