//! A zombie is waited for by a reaper of its own; the subreaper ends with a guard, and `reap` takes one signal each time.

use std::{
    io::{self, ErrorKind},
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
};

use os::{Events, Exit, PollFd, Signal, SignalPipe};

/// What became of a child and of the orphans that it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// How the child itself ended.
    pub child: Exit,
    /// The pid and the end of each orphan, in any order.
    pub orphans: Vec<(u32, Exit)>,
}

/// Starts a child that exits with `code`, and returns its pid when it is a zombie.
pub fn spawn_zombie(code: i32) -> io::Result<u32> {
    let ends = Reaper::new()?;
    let pid = os::fork(move || code)?.pid();
    os::wait_readable(&[&ends])?;
    Ok(pid)
}

/// Waits for all children, and gives the pid and the end of each, in any order.
pub fn reap_all() -> io::Result<Vec<(u32, Exit)>> {
    let mut list = vec![];
    while let Some(ended) = next(os::wait_any().map(Some))? {
        list.extend(ended);
    }
    Ok(list)
}

/// Nothing if there are no children; an empty option if the call is to be made again.
fn next(result: io::Result<Option<(u32, Exit)>>) -> io::Result<Option<Option<(u32, Exit)>>> {
    match result {
        Ok(ended) => Ok(Some(ended)),
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Some(None)),
        Err(error) if error.raw_os_error() == Some(10) => Ok(None),
        Err(error) => Err(error),
    }
}

struct Subreaper;

impl Subreaper {
    fn begin() -> io::Result<Self> {
        os::set_subreaper(true)?;
        Ok(Self)
    }
}

impl Drop for Subreaper {
    fn drop(&mut self) {
        let _ = os::set_subreaper(false);
    }
}

/// Runs `body` in a child, and waits for the child and for every orphan that it leaves.
pub fn adopt_orphans(body: impl FnOnce() -> i32) -> io::Result<Adopted> {
    let _subreaper = Subreaper::begin()?;
    let mut child = os::fork(|| {
        // The child of a subreaper is none itself.
        body()
    })?;
    // First the child itself, then whoever has come by then.
    let end = child.wait()?;
    Ok(Adopted {
        child: end,
        orphans: reap_all()?,
    })
}

/// Reaps children without waiting for them.
pub struct Reaper {
    pipe: Box<SignalPipe>,
}

impl Reaper {
    /// From now on it is told of children that end.
    pub fn new() -> io::Result<Self> {
        SignalPipe::new(&[Signal::CHLD]).map(|pipe| Self {
            pipe: Box::new(pipe),
        })
    }

    /// Reaps all children that have ended, and gives the pid and the end of each, in any order. It does not wait.
    pub fn reap(&mut self) -> io::Result<Vec<(u32, Exit)>> {
        // One signal is taken at each call: a later call finds nothing and takes the next one.
        let mut polled = [PollFd::new(&*self.pipe, Events::READABLE)];
        match os::poll(&mut polled, Some(Duration::ZERO)) {
            Ok(0) => {}
            Ok(_) => drop(self.pipe.read()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        let mut list = vec![];
        loop {
            match os::try_wait_any() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error() != Some(10) => return Err(error),
                Ok(Some(ended)) => list.push(ended),
                Ok(None) | Err(_) => break,
            }
        }
        Ok(list)
    }
}

impl AsFd for Reaper {
    /// Can be read when a child has ended that was not reaped.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}
