//! What a call has to do with the calls of others: which parts of the state it touches, and how.
//!
//! Two calls of different processes that touch nothing in common, or only in ways that are
//! [independent](https://doi.org/10.1145/2535838.2535845), come to the same in either order, and
//! neither decides whether the other has to wait. An explorer tries one of the two orders only.
//! `tests/independence.rs` makes such calls in both orders.
//!
//! Descriptors share descriptions, and which closing is the last one depends on the order. So each
//! closing of an end of a pipe or of a socket touches it, not only the last.

mod awaited;
mod connections;
mod descriptors;
mod events;
mod files;
mod lives;
mod locks;
mod part;
mod pipes;
mod rings;
mod shared;
mod signals;
mod sockets;
mod waits;

pub use part::Part;

use crate::{
    kernel::Kernel,
    process::Pid,
    system_call::{MemoryCall, MutexCall, SemaphoreCall, SystemCall, TimeCall},
};

/// What is done to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It is looked at.
    Read,
    /// It is changed, or looked at in a way that tells more.
    Write,
    /// It is taken, after a wait until all others have given it back.
    Acquire,
    /// A share of it is taken, after a wait until none has it for itself.
    AcquireShared,
    /// What was taken is given back.
    Release,
    /// A share is given back.
    ReleaseShared,
    /// It is changed in a way that comes to the same in whatever order.
    Add,
    /// It is used as long as it is there.
    Open,
    /// It goes, or a share of it.
    Close,
}

impl Access {
    /// Whether two accesses of different processes to one part depend on each other: whether in one
    /// of their orders `Access::relation` of the crate `engine` is not `Independent`.
    pub fn depends_on(self, other: Self) -> bool {
        !(self.is_independent_before(other) && other.is_independent_before(self))
    }

    fn is_independent_before(self, later: Self) -> bool {
        use Access::{Acquire, AcquireShared, Add, Close, Open, Read, Release, ReleaseShared};
        matches!(
            (self, later),
            (Read, Read)
                | (AcquireShared | ReleaseShared, AcquireShared)
                | (Add, Add)
                | (Open, Open)
                | (Close, Close)
                | (
                    Acquire | AcquireShared | Release | ReleaseShared,
                    Release | ReleaseShared
                )
        )
    }
}

/// Parts, and what is done to each.
pub type Accesses = Vec<(Part, Access)>;

impl Kernel {
    /// What the call would touch, if it were made now.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn accesses(&self, pid: Pid, call: &SystemCall) -> Accesses {
        if let SystemCall::Within { call, .. } = call {
            return self.limited_accesses(pid, call);
        }
        let mut accesses = vec![(Part::Signals(pid), Access::Read)];
        let to = &mut accesses;
        self.table_accesses(pid, call, to);
        mapping_accesses(pid, call, to);
        match *call {
            SystemCall::Open { .. }
            | SystemCall::Mkdir { .. }
            | SystemCall::Rmdir { .. }
            | SystemCall::Unlink { .. }
            | SystemCall::Rename { .. } => self.name_accesses(call, to),
            SystemCall::Read { fd, count } => {
                if let Ok(id) = self.description(pid, fd) {
                    self.read_accesses(id, count, to);
                }
            }
            SystemCall::Write { fd, ref bytes } => {
                if let Ok(id) = self.description(pid, fd) {
                    self.write_accesses(pid, id, bytes.len(), to);
                }
            }
            SystemCall::Stat { ref path } => self.stat_accesses(path, to),
            SystemCall::Entries { .. } => to.push((Part::Names, Access::Read)),
            SystemCall::Pread { fd, .. } | SystemCall::Fstat { fd } => {
                self.file_access(pid, fd, Access::Read, to);
            }
            SystemCall::Pwrite { fd, .. } | SystemCall::Truncate { fd, .. } => {
                self.file_access(pid, fd, Access::Write, to);
            }
            SystemCall::Seek { fd, .. } => {
                self.file_access(pid, fd, Access::Read, to);
                self.description_access(pid, fd, Access::Write, to);
            }
            SystemCall::Flock { fd, locking } => self.lock_accesses(pid, fd, locking, to),
            SystemCall::IsNonblocking { fd } => {
                self.description_access(pid, fd, Access::Read, to);
            }
            SystemCall::SetNonblocking { fd, .. } => {
                self.description_access(pid, fd, Access::Write, to);
            }
            // Nothing is closed.
            SystemCall::Dup2 { fd, to } if fd == to => {}
            SystemCall::Close { fd } | SystemCall::Dup2 { to: fd, .. } => {
                if let Ok(id) = self.description(pid, fd) {
                    self.close_accesses(id, to);
                }
            }
            // The last of these is taken apart before.
            SystemCall::Pipe { .. } | SystemCall::Dup { .. } | SystemCall::Within { .. } => {}
            SystemCall::Wait { children, options } => {
                self.wait_accesses(pid, children, options, to);
            }
            SystemCall::TryWait { children, .. } => self.try_wait_accesses(pid, children, to),
            SystemCall::Parent => to.push((Part::Parent(pid), Access::Read)),
            SystemCall::SetSubreaper { .. } => to.push((Part::Subreapers, Access::Write)),
            SystemCall::Exec { .. } => self.exec_accesses(pid, to),
            SystemCall::Signal(ref call) => self.signal_call_accesses(pid, call, to),
            SystemCall::Group(call) => self.group_accesses(pid, call, to),
            SystemCall::Time(call) => time_accesses(pid, call, to),
            SystemCall::Semaphore(ref call) => self.semaphore_accesses(call, to),
            SystemCall::Mutex(call) => self.mutex_accesses(pid, call, to),
            SystemCall::Memory(ref call) => self.memory_accesses(pid, call, to),
            SystemCall::Socket(ref call) => self.socket_accesses(pid, call, to),
            SystemCall::Event(ref call) => self.event_call_accesses(pid, call, to),
            SystemCall::Ring(ref call) => self.ring_accesses(pid, call, to),
        }
        accesses
    }

    /// What a call touches that need not wait until it can be done, because its time may be up or it may
    /// be interrupted: whether it could is a part of what it tells.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn limited_accesses(&self, pid: Pid, call: &SystemCall) -> Accesses {
        if let SystemCall::Within { call, .. } = call {
            return self.limited_accesses(pid, call);
        }
        let mut accesses = self.accesses(pid, call);
        if let Some(request) = call.request()
            && self.waits_for(pid, &request).is_some()
        {
            accesses.extend(self.awaited(pid, &request));
        }
        for (_, access) in &mut accesses {
            if matches!(access, Access::Acquire | Access::AcquireShared) {
                *access = Access::Write;
            }
        }
        accesses
    }
}

/// What a call with the clock touches. The threads of a process share its timer.
fn time_accesses(pid: Pid, call: TimeCall, to: &mut Accesses) {
    to.push((Part::Clock, Access::Read));
    match call {
        TimeCall::Timer => to.push((Part::Pending(pid), Access::Read)),
        TimeCall::Alarm { .. } | TimeCall::SetTimer { .. } => {
            to.push((Part::Pending(pid), Access::Write));
        }
        _ => {}
    }
}

/// What a call does to the mappings, the named semaphores and the mutexes of its process, which its threads
/// share.
fn mapping_accesses(pid: Pid, call: &SystemCall, to: &mut Accesses) {
    let access = match call {
        SystemCall::Semaphore(SemaphoreCall::Open { .. } | SemaphoreCall::Close { .. })
        | SystemCall::Memory(
            MemoryCall::Map { .. } | MemoryCall::MapAnonymous { .. } | MemoryCall::Unmap { .. },
        )
        // It has the mutex until one of them gives it back.
        | SystemCall::Mutex(MutexCall::Unlock { .. }) => Access::Write,
        SystemCall::Memory(MemoryCall::Atomic { .. }) | SystemCall::Semaphore(_) => Access::Read,
        _ => return,
    };
    to.push((Part::Mappings(pid), access));
}
