//! Vector clocks: what happened before what, by synchronisation and not by luck.
//!
//! Source: C. Fidge, "Timestamps in message-passing systems that preserve the
//! partial ordering" (1988); F. Mattern, "Virtual time and global states of
//! distributed systems" (1989).

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

use crate::op::TaskId;

/// Threads of a program whose clocks need no memory of their own.
const INLINE: usize = 16;

/// A count of steps for each thread; missing entries are zero. With it goes the
/// earliest moment of virtual time at which all of these steps can have been taken.
///
/// Copying and joining are done at each synchronisation. There is room for
/// `INLINE` threads from the beginning, so that these are loops of a fixed length.
#[derive(Debug)]
pub struct VectorClock {
    /// At least [`INLINE`] of them.
    counts: SmallVec<[u32; INLINE]>,
    time: u64,
}

impl Default for VectorClock {
    fn default() -> Self {
        Self {
            counts: SmallVec::from_buf([0; INLINE]),
            time: 0,
        }
    }
}

impl Clone for VectorClock {
    #[inline]
    fn clone(&self) -> Self {
        let counts = match self.few() {
            Some(few) => SmallVec::from_buf(*few),
            None => SmallVec::from_slice(&self.counts),
        };
        Self {
            counts,
            time: self.time,
        }
    }

    #[inline]
    fn clone_from(&mut self, other: &Self) {
        match (self.few_mut(), other.few()) {
            (Some(mine), Some(theirs)) => *mine = *theirs,
            _ => self.counts = SmallVec::from_slice(&other.counts),
        }
        self.time = other.time;
    }
}

impl PartialEq for VectorClock {
    fn eq(&self, other: &Self) -> bool {
        self.counts() == other.counts() && self.time == other.time
    }
}

impl Eq for VectorClock {}

impl Hash for VectorClock {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.counts().hash(state);
        self.time.hash(state);
    }
}

impl VectorClock {
    /// The counts, if there is room for no more than [`INLINE`].
    #[inline]
    fn few(&self) -> Option<&[u32; INLINE]> {
        self.counts.as_slice().try_into().ok()
    }

    #[inline]
    fn few_mut(&mut self) -> Option<&mut [u32; INLINE]> {
        self.counts.as_mut_slice().try_into().ok()
    }

    /// Counts one more step of `task`.
    #[inline]
    pub fn tick(&mut self, task: TaskId) {
        if self.counts.len() <= task {
            self.counts.resize(task + 1, 0);
        }
        self.counts[task] += 1;
    }

    /// Takes over everything that `other` knows.
    #[inline]
    pub fn join(&mut self, other: &Self) {
        match (self.few_mut(), other.few()) {
            (Some(mine), Some(theirs)) => *mine = later(mine, theirs),
            _ => self.join_many(other),
        }
        self.time = self.time.max(other.time);
    }

    /// Both take over everything that the other knows.
    #[inline]
    pub(crate) fn share(&mut self, other: &mut Self) {
        if let (Some(mine), Some(theirs)) = (self.few_mut(), other.few_mut()) {
            *mine = later(mine, theirs);
            *theirs = *mine;
        } else {
            self.join_many(other);
            other.clone_from(self);
        }
        let time = self.time.max(other.time);
        (self.time, other.time) = (time, time);
    }

    fn join_many(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// The counts, by thread, as far as they are not zero.
    pub fn counts(&self) -> &[u32] {
        let last = self.counts.iter().rposition(|&count| count > 0);
        &self.counts[..last.map_or(0, |last| last + 1)]
    }

    /// The count of one thread.
    #[inline]
    pub fn count(&self, task: TaskId) -> u32 {
        self.counts.get(task).copied().unwrap_or(0)
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
