//! wrong: atomic steps, but the addition is two of them
//! fails: counts_every_addition property
//! fails: adds_what_it_is_told property

use std::sync::atomic::{AtomicU32, Ordering};

/// A number that several threads add to.
#[derive(Debug)]
pub struct Counter {
    total: AtomicU32,
}

impl Counter {
    /// A counter at zero.
    pub fn new() -> Self {
        Self {
            total: AtomicU32::new(0),
        }
    }

    /// Adds `amount`.
    pub fn add(&self, amount: u32) {
        let total = self.total.load(Ordering::SeqCst);
        self.total.store(total + amount, Ordering::SeqCst);
    }

    /// The sum of all that was added.
    pub fn total(&self) -> u32 {
        self.total.load(Ordering::SeqCst)
    }
}
