//! The steps that need a time-out or luck. They are there at most steps of a program that
//! waits, and most strategies hardly look at them, so they are not put into a list.

use super::Candidate;
use crate::{op::Wake, task_set::TaskSet};

/// The possible steps that need a time-out or luck.
#[derive(Debug, Clone, Copy)]
pub struct RareWakes<'a> {
    has_deadline: TaskSet,
    may_wake_spuriously: TaskSet,
    /// Those of the threads that do not fit into a set.
    later: &'a [Candidate],
    /// How many of these are time-outs.
    later_timeouts: usize,
}

impl<'a> RareWakes<'a> {
    /// Those of the threads in two sets, and `later`, which come after all of these, and how many of
    /// the latter are time-outs.
    #[inline]
    pub(crate) fn new(
        has_deadline: TaskSet,
        may_wake_spuriously: TaskSet,
        (later, later_timeouts): (&'a [Candidate], usize),
    ) -> Self {
        Self {
            has_deadline,
            may_wake_spuriously,
            later,
            later_timeouts,
        }
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.has_deadline.or(self.may_wake_spuriously).is_empty() && self.later.is_empty()
    }

    /// Whether there are some that need `wake`.
    #[inline]
    pub fn has(self, wake: Wake) -> bool {
        let (tasks, later) = match wake {
            Wake::Normal => return false,
            Wake::Timeout => (self.has_deadline, self.later_timeouts),
            Wake::Spurious => {
                let later = self.later.len() - self.later_timeouts;
                (self.may_wake_spuriously, later)
            }
        };
        !tasks.is_empty() || later > 0
    }

    /// All of them, in the order of threads, and of each thread the time-out first.
    pub fn iter(self) -> impl Iterator<Item = Candidate> + Clone + use<'a> {
        let of = move |task| {
            let candidate =
                move |set: TaskSet, wake| set.contains(task).then_some(Candidate { task, wake });
            let timeout = candidate(self.has_deadline, Wake::Timeout);
            timeout
                .into_iter()
                .chain(candidate(self.may_wake_spuriously, Wake::Spurious))
        };
        let tasks = self.has_deadline.or(self.may_wake_spuriously).iter();
        tasks.flat_map(of).chain(self.later.iter().copied())
    }
}
