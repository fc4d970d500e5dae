//! The child holds one of a pair of sockets, and `join` reads from the other one with a time limit.

use std::{
    io::{self, ErrorKind, Read},
    os::unix::{net::UnixStream, process::parent_id},
    sync::RwLock,
    time::{Duration, Instant},
};

use os::{Child, Exit, Signal};

static NAME: RwLock<String> = RwLock::new(String::new());

pub struct Process {
    name: String,
    target: Option<Box<dyn FnOnce() -> i32>>,
    started: Option<Started>,
}

struct Started {
    child: Child,
    peer: UnixStream,
    end: Option<Exit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    System,
}

impl Started {
    fn new(name: &str, target: Box<dyn FnOnce() -> i32>) -> io::Result<Self> {
        let (peer, theirs) = UnixStream::pair()?;
        let name = name.to_owned();
        let child = os::fork(move || {
            // It is closed by the end of the process, in whatever way that comes.
            std::mem::forget(theirs);
            *NAME.write().expect("nobody panics while holding it") = name;
            target()
        })?;
        Ok(Self {
            child,
            peer,
            end: None,
        })
    }

    fn wait(&mut self) -> io::Result<Exit> {
        let end = match self.end {
            Some(end) => end,
            None => self.child.wait()?,
        };
        self.end = Some(end);
        Ok(end)
    }

    fn look(&mut self) -> io::Result<Option<Exit>> {
        if self.end.is_none() {
            self.end = self.child.try_wait()?;
        }
        Ok(self.end)
    }

    fn wait_for(&mut self, limit: Duration) -> io::Result<Option<Exit>> {
        let begin = Instant::now();
        loop {
            if let Some(end) = self.look()? {
                return Ok(Some(end));
            }
            let left = limit.saturating_sub(begin.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            // A day at once is enough.
            let left = left.min(Duration::from_secs(24 * 3600));
            self.peer.set_read_timeout(Some(left))?;
            match self.peer.read(&mut [0]) {
                Ok(_) => return self.wait().map(Some),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == ErrorKind::TimedOut => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Process {
    pub fn new(name: &str, target: impl FnOnce() -> i32 + 'static) -> Self {
        Self {
            name: name.to_owned(),
            target: Some(Box::new(target)),
            started: None,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        let target = self.target.take().ok_or(ProcessError::AlreadyStarted)?;
        let started = Started::new(&self.name, target);
        self.started = Some(started.map_err(|_| ProcessError::System)?);
        Ok(())
    }

    pub fn pid(&self) -> Option<u32> {
        let started = self.started.as_ref()?;
        Some(started.child.pid())
    }

    pub fn is_alive(&mut self) -> bool {
        let look = |started: &mut Started| matches!(started.look(), Ok(None));
        self.started.as_mut().is_some_and(look)
    }

    pub fn exit(&mut self) -> Option<Exit> {
        self.started.as_mut()?.look().ok()?
    }

    pub fn join(&mut self, limit: Option<Duration>) -> Result<Option<Exit>, ProcessError> {
        let started = self.started.as_mut().ok_or(ProcessError::NotStarted)?;
        let end = match limit {
            None => started.wait().map(Some),
            Some(limit) => started.wait_for(limit),
        };
        end.map_err(|_| ProcessError::System)
    }

    pub fn terminate(&mut self) -> Result<(), ProcessError> {
        let started = self.started.as_mut().ok_or(ProcessError::NotStarted)?;
        let ended = started.look().and_then(|end| match end {
            Some(_) => Ok(()),
            None => {
                started.child.signal(Signal::TERM)?;
                started.wait().map(drop)
            }
        });
        ended.map_err(|_| ProcessError::System)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    pub name: String,
    pub pid: u32,
    pub parent: u32,
}

pub fn current() -> Current {
    let name = NAME.read().expect("nobody panics while holding it");
    let is_main = name.is_empty();
    Current {
        name: if is_main { "MainProcess" } else { &name }.to_owned(),
        pid: std::process::id(),
        parent: parent_id(),
    }
}
