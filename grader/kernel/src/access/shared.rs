//! What calls with semaphores, mutexes and shared memory touch.

use super::{Access, Accesses, Part};
use crate::{
    atomic::Atomic,
    kernel::Kernel,
    process::Pid,
    shared_memory::SegmentId,
    system_call::{MemoryCall, MutexCall, SemaphoreCall},
};

impl Kernel {
    pub(super) fn semaphore_accesses(&self, call: &SemaphoreCall, to: &mut Accesses) {
        let (id, access) = match *call {
            SemaphoreCall::Open { ref name, .. } => {
                let is_there = self.would_open_semaphore(name);
                name_accesses(is_there, to);
                return;
            }
            SemaphoreCall::Unlink { .. } => {
                to.push((Part::SharedNames, Access::Write));
                return;
            }
            SemaphoreCall::Init { .. } => {
                to.push((Part::Serials, Access::Write));
                return;
            }
            // It is closed for one process.
            SemaphoreCall::Close { .. } => return,
            SemaphoreCall::Post { id } if !self.may_overflow(id) => (id, Access::Add),
            SemaphoreCall::Value { id } => (id, Access::Read),
            SemaphoreCall::Wait { id, .. } => {
                to.push((Part::Clock, Access::Read));
                (id, Access::Write)
            }
            SemaphoreCall::Post { id }
            | SemaphoreCall::TryWait { id }
            | SemaphoreCall::Destroy { id } => (id, Access::Write),
        };
        to.push((Part::Semaphore(id.number()), access));
    }

    pub(super) fn mutex_accesses(&self, pid: Pid, call: MutexCall, to: &mut Accesses) {
        let (id, access) = match call {
            MutexCall::Init { .. } => {
                to.push((Part::Serials, Access::Write));
                return;
            }
            MutexCall::Lock { id } => (id, Access::Acquire),
            MutexCall::Unlock { id } if self.has_mutex(pid, id) => (id, Access::Release),
            MutexCall::TryLock { id }
            | MutexCall::Unlock { id }
            | MutexCall::Consistent { id }
            | MutexCall::Destroy { id } => (id, Access::Write),
        };
        to.push((Part::Mutex(id.number()), access));
    }

    /// A process ends: who waits for its robust mutexes goes on.
    pub(super) fn abandon_accesses(&self, pid: Pid, to: &mut Accesses) {
        for id in self.mutexes.keys().filter(|id| self.has_mutex(pid, **id)) {
            to.push((Part::Mutex(id.number()), Access::Release));
        }
    }

    pub(super) fn memory_accesses(&self, pid: Pid, call: &MemoryCall, to: &mut Accesses) {
        match *call {
            MemoryCall::Open { ref name, .. } => {
                let found = self.would_open_segment(name);
                name_accesses(found.is_some(), to);
                if let Some(segment) = found {
                    // It may be emptied.
                    to.push((Part::Segment(segment.number()), Access::Write));
                }
            }
            MemoryCall::Unlink { .. } => to.push((Part::SharedNames, Access::Write)),
            MemoryCall::Map { fd, .. } | MemoryCall::Size { fd } => {
                self.file_access(pid, fd, Access::Read, to);
            }
            MemoryCall::MapAnonymous { .. } => to.push((Part::Serials, Access::Write)),
            MemoryCall::Unmap { .. } => {}
            MemoryCall::Atomic {
                id,
                word,
                operation,
            } => self.atomic_accesses(pid, id, word, operation, to),
        }
    }
}

impl Kernel {
    fn atomic_accesses(
        &self,
        pid: Pid,
        id: SegmentId,
        word: u64,
        operation: Atomic,
        to: &mut Accesses,
    ) {
        let Some(segment) = self.mapped_segment(pid, id) else {
            return;
        };
        // Whether the word is in it.
        to.push((Part::Segment(segment.number()), Access::Read));
        let access = if operation.only_reads(self.segments.get(segment).word(word)) {
            Access::Read
        } else {
            Access::Write
        };
        to.push((Part::Word(id.number(), word as usize), access));
    }
}

/// A name is looked up; something new may be made for it.
fn name_accesses(is_there: bool, to: &mut Accesses) {
    if is_there {
        to.push((Part::SharedNames, Access::Read));
    } else {
        to.push((Part::SharedNames, Access::Write));
        to.push((Part::Serials, Access::Write));
    }
}
