//! The parts of the state of a kernel.

use crate::{descriptor::Fd, process::Pid};

/// A part of the state that calls of several processes can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Which descriptors of a process are free. Its threads share them.
    Table(Pid),
    /// What a descriptor of a process leads to.
    Descriptor(Pid, Fd),
    /// The mappings and the named semaphores of a process, and the mutexes that it gives back.
    Mappings(Pid),
    /// The cursor, the flags and the lock of an open file description.
    Description(usize),
    /// What a file holds.
    File(usize),
    /// Who has a lock on a file.
    FileLock(usize),
    /// Who has a lock on something that is no file.
    OtherLock,
    /// What is written to a pipe, in that order.
    Writes(usize),
    /// What is read from a pipe, in that order.
    Reads(usize),
    /// Who can write to a pipe.
    WriteEnds(usize),
    /// Who can read from a pipe.
    ReadEnds(usize),
    /// The names in the file tree.
    Names,
    /// The number of the next process, and how many there are.
    Processes,
    /// The life of a process: that it has ended, and what else its parent is told of it.
    Process(Pid),
    /// Whether there is a process of this number, be it a zombie.
    Existence(Pid),
    /// The children of a process, and the order in which they became its children.
    Children(Pid),
    /// Who is the parent of a process.
    Parent(Pid),
    /// Who adopts orphans.
    Subreapers,
    /// The groups and sessions of all processes.
    Groups,
    /// Whether a process makes calls: whether it is stopped, or has a signal to take before.
    Signals(Pid),
    /// What a process has said of signals, and what is pending.
    Pending(Pid),
    /// The time, and the timers of processes.
    Clock,
    /// The state of a socket, but for its bytes; of a listener also its backlog.
    Socket(usize),
    /// Who has a socket open.
    SocketEnds(usize),
    /// What arrives at a socket, in that order.
    Arrivals(usize),
    /// What is received at a socket, in that order.
    Receipts(usize),
    /// How long calls with a socket wait at most.
    TimeLimits(usize),
    /// Which sockets have a port.
    Port(u16),
    /// Which socket listens at a port.
    Listener(u16),
    /// Which ports are free for sockets that ask for none.
    FreePorts,
    /// The items of an epoll instance, and the order in which they became ready.
    Epoll(usize),
    /// The operations of a completion ring, and their completions.
    Ring(usize),
    /// The names of semaphores and of segments of shared memory.
    SharedNames,
    /// The number of the next semaphore, mutex or segment.
    Serials,
    /// The value of a semaphore.
    Semaphore(usize),
    /// Who has a mutex, and the state of its data.
    Mutex(usize),
    /// The size of a segment of shared memory.
    Segment(usize),
    /// A word of a segment.
    Word(usize, usize),
}

impl Part {
    /// A number that depends on the part alone, and is different for all parts of a system that is
    /// not large.
    pub fn number(self) -> usize {
        /// More than there are kinds.
        const KINDS: usize = 32;
        let (kind, of) = match self {
            Self::OtherLock => (0, 0),
            Self::Names => (0, 1),
            Self::Processes => (0, 2),
            Self::Subreapers => (0, 3),
            Self::Groups => (0, 4),
            Self::Clock => (0, 5),
            Self::FreePorts => (0, 6),
            Self::SharedNames => (0, 7),
            Self::Serials => (0, 8),
            Self::Table(pid) => (1, pid as usize),
            Self::Description(number) => (2, number),
            Self::File(number) => (3, number),
            Self::FileLock(number) => (4, number),
            Self::Writes(number) => (5, number),
            Self::Reads(number) => (6, number),
            Self::WriteEnds(number) => (7, number),
            Self::ReadEnds(number) => (8, number),
            Self::Process(pid) => (9, pid as usize),
            Self::Children(pid) => (10, pid as usize),
            Self::Parent(pid) => (11, pid as usize),
            Self::Signals(pid) => (12, pid as usize),
            Self::Pending(pid) => (13, pid as usize),
            Self::Socket(number) => (14, number),
            Self::SocketEnds(number) => (15, number),
            Self::Arrivals(number) => (16, number),
            Self::Receipts(number) => (17, number),
            Self::Port(port) => (18, port.into()),
            Self::Listener(port) => (19, port.into()),
            Self::Epoll(number) => (20, number),
            Self::Ring(number) => (21, number),
            Self::Semaphore(number) => (22, number),
            Self::Mutex(number) => (23, number),
            Self::Segment(number) => (24, number),
            Self::TimeLimits(number) => (25, number),
            Self::Existence(pid) => (26, pid as usize),
            // Segments have few words.
            Self::Word(segment, word) => (27, segment.wrapping_mul(29).wrapping_add(word)),
            // Kernels have fewer descriptors than that.
            Self::Descriptor(pid, fd) => (
                28,
                (pid as usize)
                    .wrapping_mul(4099)
                    .wrapping_add(fd.cast_unsigned() as usize),
            ),
            Self::Mappings(pid) => (29, pid as usize),
        };
        of.wrapping_mul(KINDS).wrapping_add(kind)
    }
}
