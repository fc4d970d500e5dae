//! Vector clocks: what happened before what, by synchronisation and not by luck.
//!
//! Source: C. Fidge, "Timestamps in message-passing systems that preserve the
//! partial ordering" (1988); F. Mattern, "Virtual time and global states of
//! distributed systems" (1989).

mod counts;

use crate::op::TaskId;

use counts::Counts;

/// Threads of a program whose clocks need no memory of their own.
const INLINE: usize = 16;

/// A count of steps for each thread. With it goes the earliest moment of virtual time at
/// which all of these steps can have been taken.
///
/// Copying and joining are done at each synchronisation. There is room for `INLINE`
/// threads from the beginning, so that these are loops of a fixed length.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub struct VectorClock {
    /// The counts of the first threads.
    first: [u32; INLINE],
    /// The counts of the others.
    others: Counts,
    /// In nanoseconds.
    time: u64,
}

impl Clone for VectorClock {
    #[inline]
    fn clone(&self) -> Self {
        Self {
            first: self.first,
            others: self.others.clone(),
            time: self.time,
        }
    }

    #[inline]
    fn clone_from(&mut self, other: &Self) {
        self.first = other.first;
        self.others.clone_from(&other.others);
        self.time = other.time;
    }
}

impl VectorClock {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.first = [0; INLINE];
        self.others.clear();
        self.time = 0;
    }

    /// Counts one more step of `task`.
    #[inline]
    pub fn tick(&mut self, task: TaskId) {
        match self.first.get_mut(task) {
            Some(count) => *count += 1,
            None => self.others.increment(task - INLINE),
        }
    }

    /// Takes over everything that `other` knows.
    #[inline]
    pub fn join(&mut self, other: &Self) {
        self.first = later(&self.first, &other.first);
        self.time = self.time.max(other.time);
        if !other.others.is_empty() {
            self.others.join(&other.others);
        }
    }

    /// Both take over everything that the other knows.
    #[inline]
    pub(crate) fn share(&mut self, other: &mut Self) {
        self.first = later(&self.first, &other.first);
        other.first = self.first;
        self.time = self.time.max(other.time);
        other.time = self.time;
        if !self.others.is_empty() || !other.others.is_empty() {
            self.others.join(&other.others);
            other.others.clone_from(&self.others);
        }
    }

    /// Whether it knows everything that `other` knows.
    pub(crate) fn knows(&self, other: &Self) -> bool {
        let mut both = self.clone();
        both.join(other);
        both == *self
    }

    /// The counts, by thread, as far as they are not zero.
    pub fn counts(&self) -> Vec<u32> {
        if !self.others.is_empty() {
            return [&self.first[..], &self.others.to_vec()].concat();
        }
        let last = self.first.iter().rposition(|&count| count > 0);
        self.first[..last.map_or(0, |last| last + 1)].to_vec()
    }

    /// The count of one thread.
    #[inline]
    pub fn count(&self, task: TaskId) -> u32 {
        let count = self.first.get(task).copied();
        count.unwrap_or_else(|| self.others.get(task - INLINE))
    }

    /// Nanoseconds of virtual time since the start of the execution.
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Lets virtual time go on to `time`.
    #[inline]
    pub(crate) fn advance_to(&mut self, time: u64) {
        self.time = self.time.max(time);
    }
}

/// The later ones of two clocks' counts.
#[inline]
fn later(a: &[u32; INLINE], b: &[u32; INLINE]) -> [u32; INLINE] {
    // They are compared as signed numbers, as they are far below 2^31: processors do that
    // four at a time.
    let (a, b) = (a.map(u32::cast_signed), b.map(u32::cast_signed));
    std::array::from_fn(|i| a[i].max(b[i]).cast_unsigned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A clock of these threads' steps.
    fn clock(steps: &[TaskId]) -> VectorClock {
        let mut clock = VectorClock::default();
        for &task in steps {
            clock.tick(task);
        }
        clock
    }

    fn steps() -> impl Strategy<Value = Vec<TaskId>> {
        prop::collection::vec(0..2 * INLINE, 0..40)
    }

    proptest! {
        #[test]
        fn a_join_knows_what_either_knew_however_many_threads_there_are(
            a in steps(),
            b in steps(),
        ) {
            let (first, second) = (clock(&a), clock(&b));
            let mut joined = first.clone();
            joined.join(&second);
            for task in 0..3 * INLINE {
                prop_assert_eq!(joined.count(task), first.count(task).max(second.count(task)));
            }
        }

        #[test]
        fn two_that_share_both_know_what_either_knew(a in steps(), b in steps()) {
            let (mut first, mut second) = (clock(&a), clock(&b));
            let mut joined = first.clone();
            joined.join(&second);
            first.share(&mut second);
            prop_assert_eq!(&first, &joined);
            prop_assert_eq!(&second, &joined);
        }

        #[test]
        fn a_copy_is_equal_wherever_it_is_made(a in steps(), b in steps()) {
            let (source, mut target) = (clock(&a), clock(&b));
            target.clone_from(&source);
            prop_assert_eq!(&target, &source);
            prop_assert_eq!(source.clone(), source);
        }
    }
}
