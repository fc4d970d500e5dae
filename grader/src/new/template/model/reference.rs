//! {{number}} · {{title}}: a number that several threads add to.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

// BEGIN SOLUTION
use std::sync::Mutex;

// END SOLUTION
/// A number that several threads add to.
#[derive(Debug)]
pub struct Counter {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _total: u32,
    total: Mutex<u32>,
    // END SOLUTION
}

impl Counter {
    /// A counter at zero.
    pub fn new() -> Self {
        // BEGIN SOLUTION
        // | todo!()
        Self {
            total: Mutex::new(0),
        }
        // END SOLUTION
    }

    /// Adds `amount`.
    pub fn add(&self, amount: u32) {
        // BEGIN SOLUTION
        // | let _ = amount;
        // | todo!()
        *self.total.lock().unwrap() += amount;
        // END SOLUTION
    }

    /// The sum of all that was added.
    pub fn total(&self) -> u32 {
        // BEGIN SOLUTION
        // | todo!()
        *self.total.lock().unwrap()
        // END SOLUTION
    }
}
