//! One atomic update instead of a lock.

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
        self.total.fetch_add(amount, Ordering::SeqCst);
    }

    /// The sum of all that was added.
    pub fn total(&self) -> u32 {
        self.total.load(Ordering::SeqCst)
    }
}
