//! `spawn_zombie` blocks `SIGCHLD` and takes it by `sigwait`; lists are made by iterators.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
};

use os::{Exit, Signal, SignalPipe};

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
    let blocked = os::block(&[Signal::CHLD])?;
    let child = os::fork(|| code)?;
    while os::sigwait(&[Signal::CHLD])? != Signal::CHLD {}
    drop(blocked);
    Ok(child.pid())
}

/// Waits for all children, and gives the pid and the end of each, in any order.
pub fn reap_all() -> io::Result<Vec<(u32, Exit)>> {
    std::iter::from_fn(|| match os::wait_any() {
        Err(error) if error.raw_os_error() == Some(10) => None,
        result => Some(result),
    })
    .collect()
}

/// Runs `body` in a child, and waits for the child and for every orphan that it leaves.
pub fn adopt_orphans(body: impl FnOnce() -> i32) -> io::Result<Adopted> {
    os::set_subreaper(true)?;
    let forked = os::fork(body);
    let result = forked.and_then(|child| {
        let ended = reap_all()?;
        let (own, orphans): (Vec<_>, Vec<_>) =
            ended.into_iter().partition(|(pid, _)| *pid == child.pid());
        let own = own.first().ok_or(io::ErrorKind::NotFound)?;
        Ok(Adopted {
            child: own.1,
            orphans,
        })
    });
    os::set_subreaper(false).and(result)
}

/// Reaps children without waiting for them.
pub struct Reaper(SignalPipe);

impl Reaper {
    /// From now on it is told of children that end.
    pub fn new() -> io::Result<Self> {
        Ok(Self(SignalPipe::new(&[Signal::CHLD])?))
    }

    /// Reaps all children that have ended, and gives the pid and the end of each, in any order. It does not wait.
    pub fn reap(&mut self) -> io::Result<Vec<(u32, Exit)>> {
        let mut all = Vec::new();
        while self.has_signal()? {
            self.0.read()?;
        }
        loop {
            match os::try_wait_any() {
                Ok(None) => break,
                Ok(Some(child)) => all.push(child),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.raw_os_error() == Some(10) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    fn has_signal(&self) -> io::Result<bool> {
        loop {
            let mut one = [os::PollFd::new(&self.0, os::Events::READABLE)];
            match os::poll(&mut one, Some(std::time::Duration::ZERO)) {
                Ok(count) => return Ok(count > 0),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl AsFd for Reaper {
    /// Can be read when a child has ended that was not reaped.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
