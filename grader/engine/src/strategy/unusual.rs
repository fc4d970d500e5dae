//! The steps that need a time-out or luck. They are there at most steps of a program that
//! waits, and most strategies hardly look at them, so they are not put into a list.

use super::Candidate;
use crate::{op::Wake, task_set::TaskSet};

/// The possible steps that need a time-out or luck.
#[derive(Debug, Clone, Copy)]
pub struct Unusual<'a> {
    timed: TaskSet,
    fickle: TaskSet,
    /// Those of the threads that do not fit into a set.
    later: &'a [Candidate],
}

impl<'a> Unusual<'a> {
    /// Those of the threads in two sets, and `later`, which come after all of these.
    #[inline]
    pub(crate) fn new(timed: TaskSet, fickle: TaskSet, later: &'a [Candidate]) -> Self {
        Self {
            timed,
            fickle,
            later,
        }
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.timed.or(self.fickle).is_empty() && self.later.is_empty()
    }

    /// Whether there are some that need `wake`.
    #[inline]
    pub fn has(self, wake: Wake) -> bool {
        let tasks = match wake {
            Wake::Normal => return false,
            Wake::Timeout => self.timed,
            Wake::Spurious => self.fickle,
        };
        !tasks.is_empty() || self.later.iter().any(|c| c.wake == wake)
    }

    /// All of them, in the order of threads, and of each thread the time-out first.
    pub fn iter(self) -> impl Iterator<Item = Candidate> + Clone + use<'a> {
        let of = move |task| {
            let candidate =
                move |set: TaskSet, wake| set.contains(task).then_some(Candidate { task, wake });
            let timeout = candidate(self.timed, Wake::Timeout);
            timeout
                .into_iter()
                .chain(candidate(self.fickle, Wake::Spurious))
        };
        let tasks = self.timed.or(self.fickle).iter();
        tasks.flat_map(of).chain(self.later.iter().copied())
    }
}
