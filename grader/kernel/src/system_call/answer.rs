//! What calls give.

use serde::{Deserialize, Serialize};

use crate::{
    clock::IntervalTimer,
    descriptor::Fd,
    disposition::Action,
    epoll::EpollEvent,
    errno::Errno,
    events::Events,
    listen::Accepted,
    mutex::MutexId,
    ring::Completion,
    semaphore::SemaphoreId,
    shared_memory::SegmentId,
    signal::{Signal, SignalSet},
    socket::Address,
    stat::{DirectoryEntry, Metadata},
    wait::Waited,
};

/// What a call gives that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing but that it is done.
    Nothing,
    /// A number: of bytes, a place, a process; or whether something is so.
    Number(u64),
    /// A new descriptor.
    Descriptor(Fd),
    /// Both ends of a pipe, or both sockets of a pair.
    Ends([Fd; 2]),
    /// Bytes.
    Bytes(Vec<u8>),
    /// What is known of a file.
    Metadata(Metadata),
    /// What a directory holds.
    Entries(Vec<DirectoryEntry>),
    /// A child that was waited for, if there was one.
    Waited(Option<Waited>),
    /// A signal that was taken.
    Signal(Signal),
    /// Signals.
    Signals(SignalSet),
    /// What a process does with a signal, or did before.
    Action(Action),
    /// What a timer has left, or had left before.
    Timer(IntervalTimer),
    /// A semaphore.
    Semaphore(SemaphoreId),
    /// A mutex.
    Mutex(MutexId),
    /// A segment of shared memory.
    Segment(SegmentId),
    /// The name of a socket.
    Address(Address),
    /// A pending error, if there was one.
    Error(Option<Errno>),
    /// A connection.
    Accepted(Accepted),
    /// The events at each descriptor.
    Events(Vec<Events>),
    /// The items of an epoll instance that are ready.
    EpollEvents(Vec<EpollEvent>),
    /// What a ring has completed.
    Completions(Vec<Completion>),
    /// Operations of a ring.
    Numbers(Vec<u64>),
}
