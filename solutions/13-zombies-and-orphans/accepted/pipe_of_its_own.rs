//! A reaper takes a signal and looks again, as long as there are signals; `adopt_orphans` waits for the child first.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
};

use os::{Events, Exit, PollFd, Signal, SignalPipe, poll};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    pub child: Exit,
    pub orphans: Vec<(u32, Exit)>,
}

pub fn spawn_zombie(code: i32) -> io::Result<u32> {
    let pipe = SignalPipe::new(&[Signal::CHLD])?;
    let child = os::fork(move || code)?;
    os::wait_readable(&[&pipe])?;
    Ok(child.pid())
}

pub fn reap_all() -> io::Result<Vec<(u32, Exit)>> {
    fn reap_rest(mut reaped: Vec<(u32, Exit)>) -> io::Result<Vec<(u32, Exit)>> {
        match os::wait_any() {
            Ok(one) => {
                reaped.push(one);
                reap_rest(reaped)
            }
            Err(error) => match error.raw_os_error() {
                Some(10) => Ok(reaped),
                _ => Err(error),
            },
        }
    }
    reap_rest(Vec::new())
}

/// This process adopts orphans as long as `f` runs.
fn adopting<T>(f: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    os::set_subreaper(true)?;
    let done = f();
    os::set_subreaper(false).and(done)
}

pub fn adopt_orphans(body: impl FnOnce() -> i32) -> io::Result<Adopted> {
    adopting(|| {
        let child = os::fork(body)?.wait()?;
        let orphans = reap_all()?;
        Ok(Adopted { child, orphans })
    })
}

pub struct Reaper(SignalPipe);

impl Reaper {
    pub fn new() -> io::Result<Self> {
        SignalPipe::new(&[Signal::CHLD]).map(Self)
    }

    fn look(ended: &mut Vec<(u32, Exit)>) -> io::Result<()> {
        loop {
            match os::try_wait_any() {
                Ok(Some(one)) => ended.push(one),
                Ok(None) => return Ok(()),
                Err(error) if error.raw_os_error() == Some(10) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    pub fn reap(&mut self) -> io::Result<Vec<(u32, Exit)>> {
        let mut ended = Vec::new();
        Self::look(&mut ended)?;
        // After each signal it looks once more.
        loop {
            let mut pipe = [PollFd::new(&self.0, Events::READABLE)];
            match poll(&mut pipe, Some(Duration::ZERO)) {
                Ok(0) => return Ok(ended),
                Ok(_) => drop(self.0.read()?),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            Self::look(&mut ended)?;
        }
    }
}

impl AsFd for Reaper {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
