//! Vector clocks: what happened before what, by synchronisation and not by luck.
//!
//! Source: C. Fidge, "Timestamps in message-passing systems that preserve the
//! partial ordering" (1988); F. Mattern, "Virtual time and global states of
//! distributed systems" (1989).

use crate::op::TaskId;

/// A count of steps for each thread; missing entries are zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct VectorClock(Vec<u32>);

impl VectorClock {
    /// Counts one more step of `task`.
    pub fn tick(&mut self, task: TaskId) {
        if self.0.len() <= task {
            self.0.resize(task + 1, 0);
        }
        self.0[task] += 1;
    }

    /// Takes over everything that `other` knows.
    pub fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// The counts, by thread.
    pub fn counts(&self) -> &[u32] {
        &self.0
    }
}
