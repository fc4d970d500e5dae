//! Whether a call would have to wait, before it is made.

use std::net::SocketAddrV4;

use crate::{
    clock::Nanos,
    descriptor::{Description, Fd, Object},
    flags::{MessageFlags, OpenFlags},
    kernel::{Kernel, WaitFor},
    lock::LockKind,
    mutex::MutexId,
    poll::PollFd,
    process::Pid,
    semaphore::SemaphoreId,
    signal::SignalSet,
    slots::Id,
    wait::{Children, WaitOptions},
};

/// A call that may have to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// [`Kernel::read`] of so many bytes.
    Read {
        /// The descriptor.
        fd: Fd,
        /// How many bytes at most.
        count: usize,
    },
    /// [`Kernel::write`] of so many bytes.
    Write {
        /// The descriptor.
        fd: Fd,
        /// How many bytes.
        count: usize,
    },
    /// [`Kernel::flock`] with [`Lock`](crate::Locking::Lock).
    Lock {
        /// The descriptor.
        fd: Fd,
        /// Who else may have the file locked.
        kind: LockKind,
    },
    /// [`Kernel::wait`].
    Wait(Children, WaitOptions),
    /// [`Kernel::sigwait`].
    Signal(SignalSet),
    /// [`Kernel::sleep_until`].
    Sleep(Nanos),
    /// [`Kernel::sem_wait`].
    Semaphore(SemaphoreId, Option<Nanos>),
    /// [`Kernel::mutex_lock`].
    Mutex(MutexId),
    /// [`Kernel::recv`] of so many bytes.
    Recv {
        /// The descriptor.
        fd: Fd,
        /// How many bytes at most, which makes no difference.
        count: usize,
        /// How they are received.
        flags: MessageFlags,
    },
    /// [`Kernel::send`] of so many bytes.
    Send {
        /// The descriptor.
        fd: Fd,
        /// How many bytes.
        count: usize,
        /// How they are sent.
        flags: MessageFlags,
    },
    /// [`Kernel::accept`] with this listener.
    Accept(Fd),
    /// [`Kernel::connect`].
    Connect {
        /// The descriptor.
        fd: Fd,
        /// The address of the listener.
        to: SocketAddrV4,
    },
    /// [`Kernel::poll`].
    Poll(Vec<PollFd>),
    /// [`Kernel::epoll_wait`].
    EpollWait {
        /// The epoll instance.
        epoll: Fd,
        /// How many items at most.
        most: usize,
    },
    /// [`Kernel::ring_wait`].
    RingWait {
        /// The ring.
        ring: Fd,
        /// How many completions there have to be.
        at_least: usize,
    },
}

impl Request {
    /// The descriptors that it names.
    pub fn descriptors(&self) -> Vec<Fd> {
        match *self {
            Self::Read { fd, .. }
            | Self::Write { fd, .. }
            | Self::Lock { fd, .. }
            | Self::Recv { fd, .. }
            | Self::Send { fd, .. }
            | Self::Accept(fd)
            | Self::Connect { fd, .. }
            | Self::EpollWait { epoll: fd, .. }
            | Self::RingWait { ring: fd, .. } => vec![fd],
            Self::Poll(ref descriptors) => descriptors.iter().map(|asked| asked.fd).collect(),
            Self::Wait(..)
            | Self::Signal(_)
            | Self::Sleep(_)
            | Self::Semaphore(..)
            | Self::Mutex(_) => Vec::new(),
        }
    }

    /// Whether it may be interrupted while it waits, so that it gives `EINTR`: `signal(7)`. A mutex is
    /// waited for again by the function itself. A wait for a moment or for a signal has nothing else to
    /// tell, and a connection goes on being made meanwhile.
    pub fn is_interruptible(&self) -> bool {
        match self {
            Self::Read { .. }
            | Self::Write { .. }
            | Self::Lock { .. }
            | Self::Wait(..)
            | Self::Semaphore(..)
            | Self::Recv { .. }
            | Self::Send { .. }
            | Self::Accept(_)
            | Self::Poll(_)
            | Self::EpollWait { .. }
            | Self::RingWait { .. } => true,
            Self::Signal(_) | Self::Sleep(_) | Self::Mutex(_) | Self::Connect { .. } => false,
        }
    }
}

impl Kernel {
    /// What the call would wait for, if it were made now; nothing if it would be done, in part or
    /// whole, or fail.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn waits_for(&self, pid: Pid, request: &Request) -> Option<WaitFor> {
        match *request {
            Request::Read { fd, count } => {
                let id = self.description_for(pid, fd, OpenFlags::READ).ok()?;
                self.read_waits(id, count)
            }
            Request::Write { fd, count } => {
                let id = self.description_for(pid, fd, OpenFlags::WRITE).ok()?;
                self.write_waits(id, count)
            }
            Request::Lock { fd, kind } => {
                let id = self.description(pid, fd).ok()?;
                self.is_locked_out(id, kind).then_some(WaitFor::Lock)
            }
            Request::Wait(children, options) => {
                let waits = matches!(self.changed_child(pid, children, options), Ok(None));
                waits.then_some(WaitFor::Child(children))
            }
            Request::Signal(set) => {
                let waits = self.awaited_signal(pid, set).is_none();
                waits.then_some(WaitFor::Signal(set))
            }
            Request::Sleep(until) => (self.now < until).then_some(WaitFor::Time(until)),
            Request::Semaphore(id, until) => {
                let is_late = until.is_some_and(|until| self.now >= until);
                let waits = self.sem_getvalue(pid, id) == Ok(0) && !is_late;
                waits.then_some(WaitFor::Semaphore(id, until))
            }
            Request::Mutex(id) => self.is_mutex_taken(id).then_some(WaitFor::Mutex(id)),
            Request::Recv { fd, flags, .. } => {
                self.recv_waits(self.description(pid, fd).ok()?, flags)
            }
            Request::Send { fd, count, flags } => {
                self.send_waits(self.description(pid, fd).ok()?, count, flags)
            }
            Request::Accept(fd) => self.accept_waits(pid, self.description(pid, fd).ok()?),
            Request::Connect { fd, to } => self.connect_waits(self.description(pid, fd).ok()?, to),
            Request::Poll(ref descriptors) => self.poll_waits(pid, descriptors),
            Request::EpollWait { epoll, most } => self.epoll_waits(pid, epoll, most),
            Request::RingWait { ring, at_least } => {
                self.ring_waits(self.ring_behind(pid, ring).ok()?, at_least)
            }
        }
    }

    /// What a read would wait for.
    pub(crate) fn read_waits(&self, id: Id<Description>, count: usize) -> Option<WaitFor> {
        if count == 0 || !self.may_wait(id) {
            return None;
        }
        match self.descriptions.get(id).object {
            Object::ReadEnd(pipe) => {
                let state = self.pipes.get(pipe);
                let waits = state.is_empty() && state.writers > 0;
                waits.then_some(WaitFor::PipeData(pipe.number()))
            }
            Object::Socket(_) => self.recv_waits(id, MessageFlags::EMPTY),
            _ => None,
        }
    }

    /// What a write would wait for.
    pub(crate) fn write_waits(&self, id: Id<Description>, count: usize) -> Option<WaitFor> {
        match self.descriptions.get(id).object {
            Object::WriteEnd(pipe) if count > 0 && self.may_wait(id) => {
                let state = self.pipes.get(pipe);
                let waits = state.readers > 0 && !state.has_room(count);
                waits.then_some(WaitFor::PipeRoom(pipe.number()))
            }
            Object::Socket(_) => self.send_waits(id, count, MessageFlags::EMPTY),
            _ => None,
        }
    }
}
