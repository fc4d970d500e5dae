//! All waiting is for signals: `reap_all` and `adopt_orphans` are loops around a `Reaper`, which has an `Epoll` inside.

use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
};

use os::{Epoll, Events, Exit, Signal, SignalPipe, Trigger};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    pub child: Exit,
    pub orphans: Vec<(u32, Exit)>,
}

/// One child that has ended, `Ok(None)` if all run, and nothing if there are none.
fn next() -> Option<io::Result<Option<(u32, Exit)>>> {
    let asked = os::try_wait_any();
    let has_none = asked
        .as_ref()
        .is_err_and(|error| error.raw_os_error() == Some(10));
    (!has_none).then_some(asked)
}

pub fn spawn_zombie(code: i32) -> io::Result<u32> {
    let told = Reaper::new()?;
    let pid = os::fork(|| code)?.pid();
    told.sleep()?;
    Ok(pid)
}

pub fn reap_all() -> io::Result<Vec<(u32, Exit)>> {
    let told = Reaper::new()?;
    let mut all = Vec::new();
    while let Some(asked) = next() {
        match asked? {
            Some(child) => all.push(child),
            None => {
                told.sleep()?;
                told.take_signals()?;
            }
        }
    }
    Ok(all)
}

pub fn adopt_orphans(body: impl FnOnce() -> i32) -> io::Result<Adopted> {
    os::set_subreaper(true)?;
    let adopted = os::fork(body).and_then(|root| {
        let mut all: BTreeMap<u32, Exit> = reap_all()?.into_iter().collect();
        let child = all.remove(&root.pid()).ok_or(io::ErrorKind::NotFound)?;
        let orphans = all.into_iter().collect();
        Ok(Adopted { child, orphans })
    });
    os::set_subreaper(false)?;
    adopted
}

pub struct Reaper {
    signals: SignalPipe,
    epoll: Epoll,
}

impl Reaper {
    pub fn new() -> io::Result<Self> {
        let (signals, epoll) = (SignalPipe::new(&[Signal::CHLD])?, Epoll::new()?);
        epoll.add(&signals, 0, Events::READABLE, Trigger::Level)?;
        Ok(Self { signals, epoll })
    }

    /// Whether there is a signal, within the limit.
    fn waits(&self, limit: Option<Duration>) -> io::Result<bool> {
        loop {
            match self.epoll.wait(1, limit) {
                Ok(ready) => return Ok(!ready.is_empty()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn sleep(&self) -> io::Result<()> {
        self.waits(None).map(drop)
    }

    fn take_signals(&self) -> io::Result<()> {
        while self.waits(Some(Duration::ZERO))? {
            self.signals.read()?;
        }
        Ok(())
    }

    pub fn reap(&mut self) -> io::Result<Vec<(u32, Exit)>> {
        self.take_signals()?;
        let mut ended = Vec::new();
        while let Some(asked) = next() {
            let Some(child) = asked? else { break };
            ended.push(child);
        }
        Ok(ended)
    }
}

impl AsFd for Reaper {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }
}
