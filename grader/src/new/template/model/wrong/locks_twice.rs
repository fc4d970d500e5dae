//! wrong: reads under one lock and writes under another
//! page: counts_every_addition
//! fails: counts_every_addition property
//! fails: adds_what_it_is_told property

use std::sync::Mutex;

/// A number that several threads add to.
#[derive(Debug)]
pub struct Counter {
    total: Mutex<u32>,
}

impl Counter {
    /// A counter at zero.
    pub fn new() -> Self {
        Self {
            total: Mutex::new(0),
        }
    }

    /// Adds `amount`.
    pub fn add(&self, amount: u32) {
        let total = *self.total.lock().unwrap();
        *self.total.lock().unwrap() = total + amount;
    }

    /// The sum of all that was added.
    pub fn total(&self) -> u32 {
        *self.total.lock().unwrap()
    }
}
