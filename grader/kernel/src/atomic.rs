//! Words of shared memory, which processes read and write by calls.
//!
//! On a real machine an access to shared memory is no call, so that nobody could tell when it is made. Here
//! each is one, and atomic: it is done at once, and all processes see all of them in one order. The names are
//! those of C: `stdatomic.h`.

use serde::{Deserialize, Serialize};

use crate::{
    errno::Errno,
    kernel::Kernel,
    process::Pid,
    shared_memory::{Segment, SegmentId},
    slots::Id,
};

/// The bytes of a word.
pub(crate) const WORD: u64 = 8;

/// What is done to a word of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Atomic {
    /// It is read: `atomic_load`.
    Load,
    /// This is written: `atomic_store`.
    Store(u64),
    /// This is written, and what was there is read: `atomic_exchange`.
    Exchange(u64),
    /// This is added, and wraps around: `atomic_fetch_add`.
    Add(u64),
    /// It is read, and if `current` was there, `new` is written: `atomic_compare_exchange_strong`.
    CompareExchange {
        /// What has to be there.
        current: u64,
        /// What is written then.
        new: u64,
    },
}

impl Atomic {
    /// What there is after it, where this was before.
    pub(crate) fn after(self, before: u64) -> u64 {
        match self {
            Self::Store(new) | Self::Exchange(new) => new,
            Self::Add(more) => before.wrapping_add(more),
            Self::CompareExchange { current, new } if before == current => new,
            Self::Load | Self::CompareExchange { .. } => before,
        }
    }

    /// Whether it only reads where this is.
    #[must_use]
    pub fn only_reads(self, before: u64) -> bool {
        match self {
            Self::Load => true,
            Self::Store(_) | Self::Exchange(_) | Self::Add(_) => false,
            Self::CompareExchange { current, .. } => before != current,
        }
    }
}

impl Kernel {
    /// Does something to a word of a segment that the process has mapped, and gives what was there before,
    /// or 0 if it was only written. All words are 0 at first.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the process has not mapped the segment, or the word is not in it. On a real machine that
    /// is no error of a call, but the end of the process.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn atomic(
        &mut self,
        pid: Pid,
        id: SegmentId,
        word: u64,
        operation: Atomic,
    ) -> Result<u64, Errno> {
        let segment = self.mapped_segment(pid, id).ok_or(Errno::EINVAL)?;
        let segment = self.segments.get_mut(segment);
        if word >= segment.size / WORD {
            return Err(Errno::EINVAL);
        }
        let before = segment.word(word);
        match operation.after(before) {
            0 => segment.words.remove(&word),
            after => segment.words.insert(word, after),
        };
        // Who writes learns nothing by that of what was there.
        let is_told = !matches!(operation, Atomic::Store(_));
        Ok(if is_told { before } else { 0 })
    }

    /// A segment that a process has mapped.
    pub(crate) fn mapped_segment(&self, pid: Pid, id: SegmentId) -> Option<Id<Segment>> {
        let mut mappings = self.process(pid).mappings.iter();
        mappings
            .find(|segment| self.segments.get(**segment).id == id)
            .copied()
    }
}

impl Segment {
    pub(crate) fn word(&self, word: u64) -> u64 {
        self.words.get(&word).copied().unwrap_or_default()
    }

    /// Has another size; what is cut off is 0 if there is room for it again.
    pub(crate) fn resize(&mut self, size: u64) {
        self.size = size;
        self.words.retain(|word, _| *word < size / WORD);
    }
}
