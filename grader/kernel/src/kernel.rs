//! The state of everything, and what calls answer.

use std::{collections::BTreeMap, mem};

use crate::{
    clock::Nanos,
    descriptor::{Description, Object},
    epoll::Epoll,
    errno::Errno,
    file::File,
    flags::OpenFlags,
    mutex::{Mutex, MutexId},
    pipe::Pipe,
    port::{HeldPorts, TimeWait},
    process::{FIRST, Processes},
    ring::Ring,
    semaphore::{Semaphore, SemaphoreId},
    shared_memory::Segment,
    signal::SignalSet,
    slots::{Id, Slots},
    socket::Socket,
    tree::Directory,
    wait::Children,
};

/// How much there may be of what the real system limits too. Small enough that a scenario meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Processes at a time, zombies among them: `RLIMIT_NPROC`.
    pub processes: usize,
    /// One more than the largest descriptor: `RLIMIT_NOFILE`.
    pub descriptors: usize,
    /// What a pipe has room for, in pages of 4096 bytes: 16 on Linux.
    pub pipe_pages: usize,
    /// How many bytes may be on their way in each direction of a connection: for what Linux has
    /// `SO_SNDBUF` and `SO_RCVBUF`, and counts otherwise.
    pub socket_bytes: usize,
    /// The largest backlog of a listener: `net.core.somaxconn`.
    pub backlog: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            processes: 64,
            descriptors: 256,
            pipe_pages: 16,
            socket_bytes: 65536,
            backlog: 4096,
        }
    }
}

/// What a call gives: its result, or that it has to wait, or an error.
pub type Call<T> = Result<Reply<T>, Errno>;

/// What becomes of a call without an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply<T> {
    /// It is done.
    Done(T),
    /// Nothing is done. It has to be made again when what it waits for may have come.
    Waits(WaitFor),
    /// Some of it is done, and the rest has to be called for again.
    Partly {
        /// What is done: bytes that are written.
        done: T,
        /// What the rest waits for.
        rest: WaitFor,
    },
}

impl<T> Reply<T> {
    /// The same with another result.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reply<U> {
        match self {
            Self::Done(done) => Reply::Done(f(done)),
            Self::Waits(what) => Reply::Waits(what),
            Self::Partly { done, rest } => Reply::Partly {
                done: f(done),
                rest,
            },
        }
    }
}

/// What a call waits for. Objects are named by numbers, which a later object can have again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitFor {
    /// Bytes in this pipe, or the end of all who can write to it.
    PipeData(usize),
    /// Room in this pipe, or the end of all who can read from it.
    PipeRoom(usize),
    /// Bytes at this socket, the end of the stream, or the end of the connection.
    SocketData(usize),
    /// Room for what this socket sends, or the end of the connection.
    SocketRoom(usize),
    /// A connection in the backlog of this listener.
    Connection(usize),
    /// Room in the backlog of this listener, or its end.
    Backlog(usize),
    /// An event at one of the descriptors that the call names.
    Poll,
    /// An item of this epoll instance that is ready.
    Epoll(usize),
    /// So many completions of this ring.
    Completions {
        /// The ring.
        ring: usize,
        /// How many completions there have to be.
        at_least: usize,
    },
    /// That nobody else has a lock on the file which excludes this one.
    Lock,
    /// The end of one of these children, or what else is to be told of them.
    Child(Children),
    /// One of these signals.
    Signal(SignalSet),
    /// This time.
    Time(Nanos),
    /// That this semaphore is more than 0, or this time if there is one.
    Semaphore(SemaphoreId, Option<Nanos>),
    /// That no process has this mutex.
    Mutex(MutexId),
}

/// How many objects there are that processes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenObjects {
    /// Pipes of which one end is open at least.
    pub pipes: usize,
    /// Sockets, with those that no process has accepted yet.
    pub sockets: usize,
    /// Open file descriptions.
    pub descriptions: usize,
}

/// A system with its processes, descriptors, pipes, sockets and files.
///
/// Its calls are made in the name of a process, and panic if there is none of that number.
#[derive(Debug, Clone)]
pub struct Kernel {
    pub(crate) limits: Limits,
    pub(crate) processes: Processes,
    pub(crate) descriptions: Slots<Description>,
    pub(crate) pipes: Slots<Pipe>,
    pub(crate) sockets: Slots<Socket>,
    /// What is left of connections whose sockets are closed.
    pub(crate) time_wait: Vec<TimeWait>,
    pub(crate) held_ports: HeldPorts,
    /// The sockets that listen, and maybe some that did.
    pub(crate) listeners: Vec<Id<Socket>>,
    pub(crate) epolls: Slots<Epoll>,
    pub(crate) rings: Slots<Ring>,
    pub(crate) files: Slots<File>,
    pub(crate) directories: Slots<Directory>,
    pub(crate) root: Id<Directory>,
    pub(crate) segments: Slots<Segment>,
    pub(crate) semaphores: BTreeMap<SemaphoreId, Semaphore>,
    pub(crate) mutexes: BTreeMap<MutexId, Mutex>,
    /// How many of the latter three there have been.
    serials: u64,
    /// The time.
    pub(crate) now: Nanos,
    /// What was written to the terminal.
    pub(crate) printed: Vec<u8>,
}

impl Default for Kernel {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Kernel {
    /// A system with one process, [`FIRST`], which has the three standard
    /// descriptors, and with an empty file tree.
    pub fn new(limits: Limits) -> Self {
        let mut directories = Slots::default();
        let root = directories.add(Directory::default());
        let mut kernel = Self {
            limits,
            processes: Processes::new(),
            descriptions: Slots::default(),
            pipes: Slots::default(),
            sockets: Slots::default(),
            time_wait: Vec::new(),
            held_ports: HeldPorts::default(),
            listeners: Vec::new(),
            epolls: Slots::default(),
            rings: Slots::default(),
            files: Slots::default(),
            directories,
            root,
            segments: Slots::default(),
            semaphores: BTreeMap::new(),
            mutexes: BTreeMap::new(),
            serials: 0,
            now: 0,
            printed: Vec::new(),
        };
        for (fd, flags) in [
            (0, OpenFlags::READ),
            (1, OpenFlags::WRITE),
            (2, OpenFlags::WRITE),
        ] {
            kernel.open_as(FIRST, fd, Description::new(Object::Terminal, flags));
        }
        kernel
    }

    /// Takes out what all processes have written to their standard output and error since this was
    /// called last, in that order.
    pub fn take_printed(&mut self) -> Vec<u8> {
        mem::take(&mut self.printed)
    }

    /// A number that none had before.
    pub(crate) fn serial(&mut self) -> u64 {
        self.serials += 1;
        self.serials
    }

    /// How much of what is shared there is: what no process has any more is gone.
    pub fn open_objects(&self) -> OpenObjects {
        OpenObjects {
            pipes: self.pipes.len(),
            sockets: self.sockets.len(),
            descriptions: self.descriptions.len(),
        }
    }
}
