//! The calls with shared memory: `shm_overview(7)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    atomic::Atomic,
    descriptor::Fd,
    flags::OpenFlags,
    kernel::{Call, Kernel, Reply},
    process::Pid,
    shared_memory::{Protection, SegmentId},
};

/// A call with shared memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum MemoryCall {
    /// [`Kernel::shm_open`].
    Open { name: String, flags: OpenFlags },
    /// [`Kernel::shm_unlink`].
    Unlink { name: String },
    /// [`Kernel::map`].
    Map { fd: Fd, protection: Protection },
    /// [`Kernel::map_anonymous`].
    MapAnonymous { size: u64 },
    /// [`Kernel::unmap`].
    Unmap { id: SegmentId },
    /// The size of the [segment](Kernel::segment).
    Size { fd: Fd },
    /// [`Kernel::atomic`].
    Atomic {
        id: SegmentId,
        word: u64,
        operation: Atomic,
    },
}

impl MemoryCall {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "shm_open",
            Self::Unlink { .. } => "shm_unlink",
            Self::Map { .. } | Self::MapAnonymous { .. } => "mmap",
            Self::Unmap { .. } => "munmap",
            Self::Size { .. } => "fstat",
            Self::Atomic { operation, .. } => match operation {
                Atomic::Load => "atomic_load",
                Atomic::Store(_) => "atomic_store",
                Atomic::Exchange(_) => "atomic_exchange",
                Atomic::Add(_) => "atomic_fetch_add",
                Atomic::CompareExchange { .. } => "atomic_compare_exchange",
            },
        }
    }

    pub(super) fn fd(&self) -> Option<Fd> {
        match *self {
            Self::Map { fd, .. } | Self::Size { fd } => Some(fd),
            Self::Open { .. }
            | Self::Unlink { .. }
            | Self::MapAnonymous { .. }
            | Self::Unmap { .. }
            | Self::Atomic { .. } => None,
        }
    }
}

impl Kernel {
    pub(super) fn call_with_memory(&mut self, pid: Pid, call: &MemoryCall) -> Call<Answer> {
        Ok(Reply::Done(match *call {
            MemoryCall::Open { ref name, flags } => {
                Answer::Descriptor(self.shm_open(pid, name, flags)?)
            }
            MemoryCall::Unlink { ref name } => {
                self.shm_unlink(name)?;
                Answer::Nothing
            }
            MemoryCall::Map { fd, protection } => Answer::Segment(self.map(pid, fd, protection)?),
            MemoryCall::MapAnonymous { size } => Answer::Segment(self.map_anonymous(pid, size)?),
            MemoryCall::Atomic {
                id,
                word,
                operation,
            } => Answer::Number(self.atomic(pid, id, word, operation)?),
            MemoryCall::Unmap { id } => {
                self.unmap(pid, id)?;
                Answer::Nothing
            }
            MemoryCall::Size { fd } => Answer::Number(self.segment(pid, fd)?.size),
        }))
    }
}
