//! Descriptors, and the open file descriptions behind them: `open(2)`, `dup(2)`, `close(2)`.

use crate::{
    epoll::Epoll, errno::Errno, file::File, flags::OpenFlags, kernel::Kernel, lock::LockKind,
    pipe::Pipe, process::Pid, ring::Ring, shared_memory::Segment, slots::Id, socket::Socket,
    tree::Directory,
};

/// A descriptor: a number of one process.
pub type Fd = i32;

/// What a description is open on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    /// Where the standard descriptors lead.
    Terminal,
    /// What is always at its end, and takes everything: `null(4)`.
    Null,
    File(Id<File>),
    Directory(Id<Directory>),
    ReadEnd(Id<Pipe>),
    WriteEnd(Id<Pipe>),
    Segment(Id<Segment>),
    Socket(Id<Socket>),
    Epoll(Id<Epoll>),
    Ring(Id<Ring>),
}

impl Object {
    /// A number for its kind, and one that no other object of the kind has had.
    pub(crate) fn number(self) -> (u8, usize) {
        match self {
            Self::Terminal => (0, 0),
            Self::File(id) => (1, id.number()),
            Self::Directory(id) => (2, id.number()),
            Self::ReadEnd(id) => (3, id.number()),
            Self::WriteEnd(id) => (4, id.number()),
            Self::Segment(id) => (5, id.number()),
            Self::Socket(id) => (6, id.number()),
            Self::Epoll(id) => (7, id.number()),
            Self::Ring(id) => (8, id.number()),
            Self::Null => (9, 0),
        }
    }
}

/// An open file description. Descriptors that were made from each other share one, also those of
/// several processes: cursor, flags and lock are its own.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    pub(crate) object: Object,
    /// `READ`, `WRITE`, `APPEND` and `NONBLOCK`, as far as it has them.
    pub(crate) flags: OpenFlags,
    /// Where the next read or write of a file is, in bytes.
    pub(crate) cursor: u64,
    pub(crate) lock: Option<LockKind>,
}

impl Description {
    pub(crate) fn new(object: Object, flags: OpenFlags) -> Self {
        Self {
            object,
            flags,
            cursor: 0,
            lock: None,
        }
    }
}

impl Kernel {
    /// A second descriptor of the same description: the lowest that is free. `dup(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `EMFILE`.
    pub fn dup(&mut self, pid: Pid, fd: Fd) -> Result<Fd, Errno> {
        let description = self.description(pid, fd)?;
        let free = self.free(pid)?;
        let shared = self.descriptions.share(description);
        self.process_mut(pid).descriptors.insert(free, shared);
        Ok(free)
    }

    /// Makes `to` a descriptor of the same description as `fd`; what it was is closed. `dup2(2)`
    ///
    /// # Errors
    ///
    /// `EBADF` if `fd` is not open, or `to` is no number that a descriptor may have.
    pub fn dup2(&mut self, pid: Pid, fd: Fd, to: Fd) -> Result<Fd, Errno> {
        let description = self.description(pid, fd)?;
        let is_number = usize::try_from(to).is_ok_and(|to| to < self.limits.descriptors);
        if !is_number {
            return Err(Errno::EBADF);
        }
        if fd == to {
            return Ok(to);
        }
        let shared = self.descriptions.share(description);
        let old = self.process_mut(pid).descriptors.insert(to, shared);
        if let Some(old) = old {
            self.release(old);
        }
        Ok(to)
    }

    /// Closes a descriptor. Its description goes with the last one. `close(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`.
    pub fn close(&mut self, pid: Pid, fd: Fd) -> Result<(), Errno> {
        let description = self.process_mut(pid).descriptors.remove(fd);
        self.release(description.ok_or(Errno::EBADF)?);
        Ok(())
    }

    /// Whether calls with this descriptor fail instead of waiting: `F_GETFL` of `fcntl(2)`.
    ///
    /// # Errors
    ///
    /// `EBADF`.
    pub fn is_nonblocking(&self, pid: Pid, fd: Fd) -> Result<bool, Errno> {
        let description = self.description(pid, fd)?;
        let flags = self.descriptions.get(description).flags;
        Ok(flags.has(OpenFlags::NONBLOCK))
    }

    /// Says whether calls are to fail instead of waiting, for all who share the description:
    /// `F_SETFL` of `fcntl(2)`.
    ///
    /// # Errors
    ///
    /// `EBADF`.
    pub fn set_nonblocking(&mut self, pid: Pid, fd: Fd, is: bool) -> Result<(), Errno> {
        let description = self.description(pid, fd)?;
        let flags = &mut self.descriptions.get_mut(description).flags;
        *flags = if is {
            *flags | OpenFlags::NONBLOCK
        } else {
            flags.without(OpenFlags::NONBLOCK)
        };
        Ok(())
    }

    /// The descriptors of a process, from the lowest on.
    pub fn descriptors(&self, pid: Pid) -> Vec<Fd> {
        let descriptors = self.process(pid).descriptors.iter();
        descriptors.map(|(fd, _)| fd).collect()
    }

    /// Whether a process has as many descriptors as it may have, so that a call that is to open one fails
    /// with `EMFILE`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn is_table_full(&self, pid: Pid) -> bool {
        self.free(pid).is_err()
    }

    /// The description behind a descriptor.
    pub(crate) fn description(&self, pid: Pid, fd: Fd) -> Result<Id<Description>, Errno> {
        self.process(pid).descriptors.get(fd).ok_or(Errno::EBADF)
    }

    /// The lowest number that is free.
    pub(crate) fn free(&self, pid: Pid) -> Result<Fd, Errno> {
        self.free_from(pid, 0)
    }

    /// The lowest number from this one on that is free.
    pub(crate) fn free_from(&self, pid: Pid, first: Fd) -> Result<Fd, Errno> {
        let free = self.process(pid).descriptors.free_from(first);
        let most = Fd::try_from(self.limits.descriptors).unwrap_or(Fd::MAX);
        (free < most).then_some(free).ok_or(Errno::EMFILE)
    }

    /// A descriptor of a new description.
    pub(crate) fn open_as(&mut self, pid: Pid, fd: Fd, description: Description) {
        let description = self.descriptions.add(description);
        self.process_mut(pid).descriptors.insert(fd, description);
    }

    /// One descriptor less has it; what it was open on goes with the last one.
    pub(crate) fn release(&mut self, description: Id<Description>) {
        let Some(last) = self.descriptions.release(description) else {
            return;
        };
        self.forget_items(description);
        match last.object {
            Object::Terminal | Object::Null => {}
            Object::File(file) => drop(self.files.release(file)),
            Object::Segment(segment) => drop(self.segments.release(segment)),
            Object::Directory(directory) => drop(self.directories.release(directory)),
            Object::ReadEnd(pipe) => {
                self.pipes.get_mut(pipe).readers -= 1;
                self.close_pipe(pipe);
            }
            Object::WriteEnd(pipe) => {
                self.pipes.get_mut(pipe).writers -= 1;
                self.close_pipe(pipe);
            }
            Object::Socket(socket) => {
                if let Some(last) = self.sockets.release(socket) {
                    self.close_socket(socket, last);
                }
            }
            Object::Epoll(epoll) => drop(self.epolls.release(epoll)),
            Object::Ring(ring) => self.close_ring(ring),
        }
    }

    /// An end of a pipe is closed. The last one of its kind is news to the other side.
    fn close_pipe(&mut self, pipe: Id<Pipe>) {
        let state = self.pipes.get(pipe);
        if (state.readers == 0) != (state.writers == 0) {
            self.wake_all(Object::ReadEnd(pipe));
            self.wake_all(Object::WriteEnd(pipe));
        }
        self.pipes.release(pipe);
    }
}
