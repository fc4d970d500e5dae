//! Vector clocks: what happened before what, by synchronisation and not by luck.
//!
//! Source: C. Fidge, "Timestamps in message-passing systems that preserve the
//! partial ordering" (1988); F. Mattern, "Virtual time and global states of
//! distributed systems" (1989).

use smallvec::SmallVec;

use crate::op::TaskId;

/// Threads of a program whose clocks need no memory of their own.
const INLINE: usize = 16;

/// A count of steps for each thread; missing entries are zero. With it goes the
/// earliest moment of virtual time at which all of these steps can have been taken.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub struct VectorClock {
    counts: SmallVec<[u32; INLINE]>,
    time: u64,
}

impl Clone for VectorClock {
    fn clone(&self) -> Self {
        Self {
            counts: SmallVec::from_slice(&self.counts),
            time: self.time,
        }
    }

    /// Copies in place: this is done at each synchronisation.
    fn clone_from(&mut self, other: &Self) {
        if self.counts.len() == other.counts.len() {
            self.counts.copy_from_slice(&other.counts);
        } else {
            self.counts.clear();
            self.counts.extend_from_slice(&other.counts);
        }
        self.time = other.time;
    }
}

impl VectorClock {
    /// Counts one more step of `task`.
    pub fn tick(&mut self, task: TaskId) {
        if self.counts.len() <= task {
            self.counts.resize(task + 1, 0);
        }
        self.counts[task] += 1;
    }

    /// Takes over everything that `other` knows.
    pub fn join(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine = (*mine).max(*theirs);
        }
        self.time = self.time.max(other.time);
    }

    /// The counts, by thread.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// The count of one thread.
    pub fn count(&self, task: TaskId) -> u32 {
        self.counts.get(task).copied().unwrap_or(0)
    }

    /// Nanoseconds of virtual time since the start of the execution.
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Lets virtual time go on to `time`.
    pub(crate) fn advance_to(&mut self, time: u64) {
        self.time = self.time.max(time);
    }
}
