//! Waiting for several descriptors, each with its events: `poll(2)`.

use std::{
    fmt, io,
    ops::{BitOr, BitOrAssign},
    os::fd::{AsFd, AsRawFd as _, BorrowedFd},
    time::Duration,
};

use libc::{c_int, c_short};

use crate::child::checked;

/// What can be done with a descriptor, or has become of it. `poll(2)`, `epoll_ctl(2)`
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Events(pub(crate) c_short);

impl Events {
    /// None.
    pub const NONE: Self = Self(0);
    /// A read does not wait: there are bytes, the end, or a connection to accept. `POLLIN`
    pub const READABLE: Self = Self(libc::POLLIN);
    /// A write does not wait, if it is not too long. `POLLOUT`
    pub const WRITABLE: Self = Self(libc::POLLOUT);
    /// The other end of a connection writes no more. `POLLRDHUP`
    pub const PEER_CLOSED: Self = Self(libc::POLLRDHUP);
    /// The other end is closed. It is told whether it was asked for or not. `POLLHUP`
    pub const HUNG_UP: Self = Self(libc::POLLHUP);
    /// There is an error, or nobody can read a pipe. It is told whether it was asked for or not. `POLLERR`
    pub const ERROR: Self = Self(libc::POLLERR);

    /// Those with their names.
    const NAMES: [(Self, &'static str); 5] = [
        (Self::READABLE, "READABLE"),
        (Self::WRITABLE, "WRITABLE"),
        (Self::PEER_CLOSED, "PEER_CLOSED"),
        (Self::HUNG_UP, "HUNG_UP"),
        (Self::ERROR, "ERROR"),
    ];

    /// Whether all of these are among them.
    #[must_use]
    pub const fn contains(self, events: Self) -> bool {
        self.0 & events.0 == events.0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Events {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

impl BitOrAssign for Events {
    fn bitor_assign(&mut self, others: Self) {
        *self = *self | others;
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::NAMES
            .iter()
            .filter(|(event, _)| self.contains(*event));
        let names: Vec<_> = names.map(|(_, name)| *name).collect();
        if names.is_empty() {
            return f.pad("NONE");
        }
        f.pad(&names.join(" | "))
    }
}

/// A descriptor with what is waited for, and with what has come. `poll(2)`
#[derive(Clone)]
pub struct PollFd<'fd> {
    fd: BorrowedFd<'fd>,
    events: Events,
    found: Events,
}

impl<'fd> PollFd<'fd> {
    /// A descriptor, and the events that are waited for.
    pub fn new(fd: &'fd impl AsFd, events: Events) -> Self {
        Self {
            fd: fd.as_fd(),
            events,
            found: Events::NONE,
        }
    }

    /// Waits for these events from the next call of [`poll`] on.
    pub fn set_events(&mut self, events: Events) {
        self.events = events;
    }

    /// What the last call of [`poll`] has found.
    pub fn found(&self) -> Events {
        self.found
    }
}

impl fmt::Debug for PollFd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fd, events, found } = self;
        write!(f, "PollFd({}, {events:?}, found {found:?})", fd.as_raw_fd())
    }
}

/// Waits until one of the descriptors has an event, and says how many have some: see [`PollFd::found`].
/// Without a limit it waits for ever; a part of a millisecond counts as a whole one. After the time, none has
/// any. `poll(2)`
///
/// # Errors
///
/// `EINTR` if the handler of a signal has run: the time that is left is known to the caller alone.
pub fn poll(descriptors: &mut [PollFd<'_>], limit: Option<Duration>) -> io::Result<usize> {
    let polled = descriptors.iter().map(|descriptor| libc::pollfd {
        fd: descriptor.fd.as_raw_fd(),
        events: descriptor.events.0,
        revents: 0,
    });
    let mut polled: Vec<_> = polled.collect();
    let count = polled.len() as libc::nfds_t;
    // SAFETY: the list has that many items, and the call writes to no others.
    let ready = checked(unsafe { libc::poll(polled.as_mut_ptr(), count, milliseconds(limit)) })?;
    for (descriptor, polled) in descriptors.iter_mut().zip(polled) {
        descriptor.found = Events(polled.revents);
    }
    Ok(ready.unsigned_abs() as usize)
}

/// How long a call waits, as `poll(2)` has it: never less than it is asked to.
pub(crate) fn milliseconds(limit: Option<Duration>) -> c_int {
    /// No time limit.
    const FOREVER: c_int = -1;
    limit.map_or(FOREVER, |limit| {
        let rounded_up = limit.as_nanos().div_ceil(1_000_000);
        c_int::try_from(rounded_up).unwrap_or(c_int::MAX)
    })
}
