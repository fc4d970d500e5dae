//! A set of threads, as the bits of one number: what is asked of all threads at each step is
//! answered for all of them at once.

use crate::op::TaskId;

/// A set of some of the first [`MOST`](Self::MOST) threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TaskSet(u64);

impl TaskSet {
    /// So many threads can be told apart.
    pub(crate) const MOST: usize = u64::BITS as usize;

    /// The set of one thread, or of none if the thread comes after the first.
    #[inline]
    pub(crate) fn of(task: TaskId) -> Self {
        Self(u64::from(task < Self::MOST) << (task % Self::MOST))
    }

    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many threads there are.
    pub(crate) fn len(self) -> u32 {
        self.0.count_ones()
    }

    #[inline]
    pub(crate) fn contains(self, task: TaskId) -> bool {
        !self.and(Self::of(task)).is_empty()
    }

    /// Puts a thread in, if it is one of the first.
    #[inline]
    pub(crate) fn insert(&mut self, task: TaskId) {
        *self = self.or(Self::of(task));
    }

    #[inline]
    pub(crate) fn remove(&mut self, task: TaskId) {
        *self = self.without(Self::of(task));
    }

    /// The threads in their order.
    #[inline]
    pub(crate) fn iter(self) -> Iter {
        Iter(self.0)
    }

    /// Puts the thread in or takes it out.
    #[inline]
    pub(crate) fn set(&mut self, task: TaskId, is_in: bool) {
        let changed = if is_in { Self::of(task) } else { Self(0) };
        *self = self.without(Self::of(task)).or(changed);
    }

    #[inline]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[inline]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<TaskId> for TaskSet {
    fn from_iter<I: IntoIterator<Item = TaskId>>(tasks: I) -> Self {
        let mut set = Self::default();
        tasks.into_iter().for_each(|task| set.insert(task));
        set
    }
}

/// The threads of a set, in their order.
#[derive(Debug, Clone)]
pub(crate) struct Iter(u64);

impl Iterator for Iter {
    type Item = TaskId;

    #[inline]
    fn next(&mut self) -> Option<TaskId> {
        let first = (self.0 != 0).then(|| self.0.trailing_zeros() as usize);
        // The lowest bit is taken out.
        self.0 &= self.0.wrapping_sub(1);
        first
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::TaskSet;

    proptest! {
        #[test]
        fn it_holds_what_was_put_in_and_not_taken_out(
            changes in prop::collection::vec((0..TaskSet::MOST + 9, any::<bool>()), 0..99),
        ) {
            let (mut set, mut expected) = (TaskSet::default(), BTreeSet::new());
            for (task, is_in) in changes {
                set.set(task, is_in);
                if is_in && task < TaskSet::MOST {
                    expected.insert(task);
                } else {
                    expected.remove(&task);
                }
                prop_assert_eq!(set.contains(task), expected.contains(&task));
            }
            prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), expected);
        }
    }
}
