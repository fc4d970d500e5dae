//! Whether an execution gets on, or its threads only ask again and again.
//!
//! Most of what changes something is seen where it is done. What a thread does to the value of
//! a lock is not: a loop that polls may borrow it mutably and leave it as it was. So after some
//! steps without a change the bytes of such a value are compared with what they were at the
//! last release, and with them those beside what it points to: a `Vec`, a `Box` or a map keeps
//! its contents there.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hasher as _},
    num::NonZero,
};

use crate::{
    access::Resource,
    execution::Execution,
    objects::{Id, Listed},
    outcome::Outcome,
    race,
};

/// So many steps without a change make it worth while to look at bytes.
const SUSPICIOUS: usize = 1000;

/// How many bytes of a value are looked at, and how many before and after each place that it
/// points to.
const LOOKED_AT: usize = 256;
const BESIDE: usize = 128;

/// The value that a lock protects, as it lies in memory.
#[derive(Debug, Clone, Copy)]
pub struct Protected {
    /// Where it is. Never null, so that none of it is passed in registers as well.
    pub address: NonZero<usize>,
    /// How long it is, in bytes.
    pub size: usize,
}

/// What the values of locks were like.
pub(crate) type Fingerprints = BTreeMap<Resource, u64>;

impl Execution {
    /// The current thread has changed something, so that the program gets on.
    #[inline]
    pub(crate) fn progress(&mut self) {
        self.progress_at = self.steps;
    }

    /// The current thread lets go of a lock after it has borrowed the value mutably.
    #[inline]
    pub(crate) fn note_borrowed<T: Listed>(&mut self, lock: Id<T>, value: Option<Protected>) {
        if let Some(value) = value
            && self.steps - self.progress_at >= SUSPICIOUS
        {
            let lock = self.entry(lock).resource;
            self.compare(lock, value);
        }
    }

    #[cold]
    fn compare(&mut self, lock: Resource, value: Protected) {
        let now = fingerprint(value);
        let before = self.fingerprints.insert(lock, now);
        if before.is_some_and(|before| before != now) {
            self.progress();
        }
    }

    /// Whether nothing has changed for too long, or the execution is too long as a whole.
    #[inline]
    pub(crate) fn is_stalled(&mut self) -> bool {
        self.steps >= self.may_stall_at && self.has_stalled()
    }

    /// The same, at a step before which it cannot be so; notes the next such step.
    #[cold]
    fn has_stalled(&mut self) -> bool {
        let longest = if self.decides {
            self.config.max_steps
        } else {
            self.config.longest
        };
        let without_progress = self.progress_at.saturating_add(self.config.max_steps);
        self.may_stall_at = without_progress.min(longest);
        self.steps >= self.may_stall_at
    }
}

impl Execution {
    /// Whether it still made progress when it ended because it was so long.
    pub(crate) fn is_cut_off(&self, outcome: &Outcome) -> bool {
        let stalled = self.steps - self.progress_at >= self.config.max_steps;
        matches!(outcome, Outcome::NoProgress(_)) && !stalled && !self.decides
    }
}

/// A number that is most likely another one if the value, or what it points to, is another.
fn fingerprint(value: Protected) -> u64 {
    const WORD: usize = size_of::<usize>();
    let mut hasher = BuildHasherDefault::<DefaultHasher>::default().build_hasher();
    let bytes = race::read(value.address.get(), value.size.min(LOOKED_AT)).unwrap_or_default();
    hasher.write(&bytes);
    for word in bytes.chunks_exact(WORD) {
        let pointer = word
            .iter()
            .rev()
            .fold(0, |n, &byte| n << 8 | usize::from(byte));
        let start = pointer.saturating_sub(BESIDE);
        let near = race::read(start, 2 * BESIDE).or_else(|| race::read(pointer, BESIDE));
        hasher.write(&near.unwrap_or_default());
    }
    hasher.finish()
}
