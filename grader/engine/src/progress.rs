//! Whether an execution gets on, or its threads only ask again and again.
//!
//! Most of what changes something is seen where it is done. What a thread does to the value of
//! a lock is not: a loop that polls may borrow it mutably and leave it as it was. So after some
//! steps without a change the bytes of such a value are compared with what they were at the
//! last release, and with them those of what it points to: a `Vec`, a `Box` or a map keeps its
//! contents there. What lies beside that is none of the program's: it may be the engine's own.

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

/// How many bytes of a value are looked at, and of a block of the heap that it points to.
const LOOKED_AT: usize = 256;

/// How many bytes are looked at from any other place on.
const ELSEWHERE: usize = 128;

/// The size of the largest block of the heap that is taken for one, in bytes.
const LARGEST_BLOCK: usize = 1 << 30;

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

/// The size of an address, in bytes.
const WORD: usize = size_of::<usize>();

/// A number that is most likely another one if the value, or what it points to, is another.
fn fingerprint(value: Protected) -> u64 {
    let mut hasher = BuildHasherDefault::<DefaultHasher>::default().build_hasher();
    let bytes = race::read(value.address.get(), value.size.min(LOOKED_AT)).unwrap_or_default();
    hasher.write(&bytes);
    for word in bytes.chunks_exact(WORD) {
        let pointer = number(word);
        let length = block_at(pointer).map_or(ELSEWHERE, |size| size.min(LOOKED_AT));
        hasher.write(&race::read(pointer, length).unwrap_or_default());
    }
    hasher.finish()
}

/// How many bytes the block of the heap has that begins at an address, if one seems to.
///
/// The allocator of glibc keeps the size of a block in front of it, with three flags in its lowest
/// bits (`struct malloc_chunk` in malloc/malloc.c); the size counts that word too.
fn block_at(address: usize) -> Option<usize> {
    const FLAGS: usize = 7;
    const ALIGNMENT: usize = 2 * WORD;
    if !address.is_multiple_of(ALIGNMENT) {
        return None;
    }
    let size = number(&race::read(address.checked_sub(WORD)?, WORD)?) & !FLAGS;
    let is_size = size.is_multiple_of(ALIGNMENT) && (2 * ALIGNMENT..LARGEST_BLOCK).contains(&size);
    is_size.then(|| size - WORD)
}

/// A number as it lies in memory.
fn number(bytes: &[u8]) -> usize {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |number, &byte| number << 8 | usize::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fingerprint of a value.
    fn of<T>(value: &T) -> u64 {
        fingerprint(Protected {
            address: NonZero::new(std::ptr::from_ref(value).addr()).unwrap(),
            size: size_of::<T>(),
        })
    }

    #[test]
    fn what_lies_beside_the_contents_of_a_value_makes_no_difference() {
        let mut all: Vec<Vec<u64>> = (0..200).map(|_| vec![0; 3]).collect();
        all.sort_by_key(|block| block.as_ptr().addr());
        let before: Vec<u64> = all.iter().map(of).collect();
        for block in all.iter_mut().step_by(2) {
            block[1] = 7;
        }
        for (index, block) in all.iter().enumerate() {
            assert_eq!(of(block) == before[index], index % 2 == 1, "{index}");
        }
    }

    #[test]
    fn the_contents_of_a_value_are_looked_at_wherever_they_are() {
        let mut array = [0; 16];
        let slice = &mut array[4..];
        let before = of(&slice);
        slice[11] = 1;
        assert_ne!(of(&slice), before);
        let boxed = Box::new(std::cell::Cell::new(1));
        let before = of(&boxed);
        boxed.set(2);
        assert_ne!(of(&boxed), before);
    }
}
