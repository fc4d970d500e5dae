//! Something for each part of a kernel.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use kernel::Part;

/// A value for each part that has one. There is no order among them.
#[derive(Debug)]
pub(super) struct ByPart<T>(HashMap<usize, T, BuildHasherDefault<Fibonacci>>);

impl<T> Default for ByPart<T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<T> ByPart<T> {
    pub(super) fn remove(&mut self, part: Part) -> Option<T> {
        self.0.remove(&part.number())
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl<T: Default> ByPart<T> {
    /// The value of a part: a new one, if it had none.
    pub(super) fn get_mut(&mut self, part: Part) -> &mut T {
        self.0.entry(part.number()).or_default()
    }
}

/// Fibonacci hashing (Knuth, "The Art of Computer Programming", 6.4): numbers of parts are multiples of
/// a power of two, and small.
#[derive(Debug, Default)]
struct Fibonacci(u64);

impl Hasher for Fibonacci {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        let mixed = (self.0 ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}
