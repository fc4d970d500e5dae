//! Waiting for descriptors that the system keeps a list of: `epoll(7)`.

use std::{
    io,
    os::fd::{AsFd, AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd},
    time::Duration,
};

use libc::{c_int, c_short};

use crate::{
    child::checked,
    poll::{Events, milliseconds},
};

/// A list of descriptors that is waited for. `epoll(7)`
///
/// A descriptor stays in the list until it is [deleted](Epoll::delete), or until nothing refers any more to
/// what it stands for: neither a copy of it, nor that of another process.
#[derive(Debug)]
pub struct Epoll {
    fd: OwnedFd,
}

/// When an event is told. `epoll(7)`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// As often as it is asked for, as long as it is so.
    Level,
    /// Once each time that it becomes so, or more of it comes: `EPOLLET`. Who is told that a descriptor is
    /// readable has to read until there is nothing more.
    Edge,
    /// Once, and then not until the descriptor is [modified](Epoll::modify): `EPOLLONESHOT`.
    OneShot,
}

/// A descriptor that has events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The number that was given for it.
    pub token: u64,
    /// What has come.
    pub events: Events,
}

impl Epoll {
    /// An empty list. `epoll_create1(2)`
    ///
    /// # Errors
    ///
    /// `EMFILE` if too much is open.
    pub fn new() -> io::Result<Self> {
        // SAFETY: nothing is touched.
        let fd = checked(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: nobody else has it.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Self { fd })
    }

    /// Adds a descriptor, with the number by which [`wait`](Self::wait) tells of it. `epoll_ctl(2)`
    ///
    /// # Errors
    ///
    /// `EEXIST` if it is there already, `EPERM` if it is a file, which never waits.
    pub fn add(&self, fd: &impl AsFd, token: u64, events: Events, when: Trigger) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_ADD, fd, Some((token, events, when)))
    }

    /// Waits for other events of a descriptor, or in another way. `epoll_ctl(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT` if it is not there.
    pub fn modify(
        &self,
        fd: &impl AsFd,
        token: u64,
        events: Events,
        when: Trigger,
    ) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_MOD, fd, Some((token, events, when)))
    }

    /// Takes a descriptor out. `epoll_ctl(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT` if it is not there.
    pub fn delete(&self, fd: &impl AsFd) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_DEL, fd, None)
    }

    /// Waits until a descriptor has events, and gives at most `most` of those that have. Without a limit it
    /// waits for ever; a part of a millisecond counts as a whole one. After the time, there are none.
    /// `epoll_wait(2)`
    ///
    /// # Errors
    ///
    /// `EINVAL` if `most` is 0, `EINTR` if the handler of a signal has run.
    pub fn wait(&self, most: usize, limit: Option<Duration>) -> io::Result<Vec<Ready>> {
        /// So many can be asked for at once.
        const LARGEST: usize = 1 << 16;
        let mut found = vec![libc::epoll_event { events: 0, u64: 0 }; most.min(LARGEST)];
        let count = c_int::try_from(found.len()).unwrap_or(c_int::MAX);
        let limit = milliseconds(limit);
        // SAFETY: there is room for so many.
        let ready = checked(unsafe {
            libc::epoll_wait(self.fd.as_raw_fd(), found.as_mut_ptr(), count, limit)
        })?;
        found.truncate(ready.unsigned_abs() as usize);
        // What is told are the lowest bits, which are those of `poll(2)`.
        let ready = found.iter().map(|event| Ready {
            token: event.u64,
            events: Events(event.events as c_short),
        });
        Ok(ready.collect())
    }

    fn control(
        &self,
        operation: c_int,
        fd: &impl AsFd,
        item: Option<(u64, Events, Trigger)>,
    ) -> io::Result<()> {
        let fd = fd.as_fd().as_raw_fd();
        let (token, events, when) = item.unwrap_or((0, Events::NONE, Trigger::Level));
        let when = match when {
            Trigger::Level => 0,
            Trigger::Edge => libc::EPOLLET,
            Trigger::OneShot => libc::EPOLLONESHOT,
        };
        let mut event = libc::epoll_event {
            events: (c_int::from(events.0) | when).cast_unsigned(),
            u64: token,
        };
        // SAFETY: the event is a variable of this function.
        checked(unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), operation, fd, &raw mut event) })
            .map(drop)
    }
}

impl AsFd for Epoll {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
