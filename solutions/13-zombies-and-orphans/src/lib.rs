//! 13 · Zombies and orphans: who has ended, and who asks for them.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
};
// BEGIN SOLUTION
use std::time::Duration;

use os::{Events, PollFd, Signal, SignalPipe};
// END SOLUTION

use os::Exit;

// BEGIN SOLUTION
/// The number of the error that there are no children.
const ECHILD: i32 = 10;
// END SOLUTION

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
    // BEGIN SOLUTION
    // | let _ = code;
    // | todo!()
    // The signal comes when the child is a zombie. That its descriptors are closed would come before.
    let ends = SignalPipe::new(&[Signal::CHLD])?;
    let child = os::fork(|| code)?;
    ends.read()?;
    Ok(child.pid())
    // END SOLUTION
}

/// Waits for all children, and gives the pid and the end of each, in any order.
pub fn reap_all() -> io::Result<Vec<(u32, Exit)>> {
    // BEGIN SOLUTION
    // | todo!()
    let mut ended = Vec::new();
    loop {
        match os::wait_any() {
            Ok(child) => ended.push(child),
            Err(error) if error.raw_os_error() == Some(ECHILD) => return Ok(ended),
            Err(error) => return Err(error),
        }
    }
    // END SOLUTION
}

/// Runs `body` in a child, and waits for the child and for every orphan that it leaves.
pub fn adopt_orphans(body: impl FnOnce() -> i32) -> io::Result<Adopted> {
    // BEGIN SOLUTION
    // | let _ = body;
    // | todo!()
    // Before the fork: an orphan may be there as soon as the child is.
    os::set_subreaper(true)?;
    let ended = os::fork(body).and_then(|child| Ok((child.pid(), reap_all()?)));
    os::set_subreaper(false)?;
    let (pid, mut orphans) = ended?;
    let place = orphans.iter().position(|(ended, _)| *ended == pid);
    let place = place.ok_or(io::ErrorKind::NotFound)?;
    let (_, child) = orphans.remove(place);
    Ok(Adopted { child, orphans })
    // END SOLUTION
}

/// Reaps children without waiting for them.
pub struct Reaper {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    ends: SignalPipe,
    // END SOLUTION
}

impl Reaper {
    /// From now on it is told of children that end.
    pub fn new() -> io::Result<Self> {
        // BEGIN SOLUTION
        // | todo!()
        let ends = SignalPipe::new(&[Signal::CHLD])?;
        Ok(Self { ends })
        // END SOLUTION
    }

    /// Reaps all children that have ended, and gives the pid and the end of each, in any order. It does not wait.
    pub fn reap(&mut self) -> io::Result<Vec<(u32, Exit)>> {
        // BEGIN SOLUTION
        // | todo!()
        // First the signals: one that comes later tells of a child that may have been missed.
        while self.is_told()? {
            self.ends.read()?;
        }
        let mut ended = Vec::new();
        loop {
            match os::try_wait_any() {
                Ok(Some(child)) => ended.push(child),
                Ok(None) => return Ok(ended),
                Err(error) if error.raw_os_error() == Some(ECHILD) => return Ok(ended),
                Err(error) => return Err(error),
            }
        }
        // END SOLUTION
    }

    // BEGIN SOLUTION
    /// Whether a signal is there that was not taken.
    fn is_told(&self) -> io::Result<bool> {
        let mut ends = [PollFd::new(&self.ends, Events::READABLE)];
        loop {
            match os::poll(&mut ends, Some(Duration::ZERO)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                polled => return Ok(polled? > 0),
            }
        }
    }
    // END SOLUTION
}

impl AsFd for Reaper {
    /// Can be read when a child has ended that was not reaped.
    fn as_fd(&self) -> BorrowedFd<'_> {
        // BEGIN SOLUTION
        // | todo!()
        self.ends.as_fd()
        // END SOLUTION
    }
}
