//! Atomic read-modify-write operations and no lock at all.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A total that many threads add to.
pub struct Counter {
    total: AtomicU64,
}

impl Counter {
    /// A counter whose total is `start`.
    pub fn new(start: u64) -> Self {
        Self {
            total: AtomicU64::new(start),
        }
    }

    /// Adds `n`, and returns the total that this very addition made.
    pub fn add(&self, n: u64) -> u64 {
        self.total.fetch_add(n, Ordering::Relaxed) + n
    }

    /// The total now.
    pub fn get(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }
}

/// An office that sells a fixed number of tickets to many threads.
pub struct TicketOffice {
    tickets: u32,
    left: AtomicU32,
}

impl TicketOffice {
    /// An office with the tickets 1, 2, 3, … `tickets`; with none at all if that is 0.
    pub fn new(tickets: u32) -> Self {
        Self {
            tickets,
            left: AtomicU32::new(tickets),
        }
    }

    /// Sells the next ticket: calls `print` with its number and returns what `print`
    /// returns. Once all tickets are sold it returns `None` and does not call `print`.
    pub fn buy<T>(&self, print: impl FnOnce(u32) -> T) -> Option<T> {
        let mut left = self.left.load(Ordering::Relaxed);
        while left > 0 {
            let exchanged =
                self.left
                    .compare_exchange(left, left - 1, Ordering::Relaxed, Ordering::Relaxed);
            match exchanged {
                Ok(_) => return Some(print(self.tickets - left + 1)),
                Err(other) => left = other,
            }
        }
        None
    }

    /// How many tickets are left now.
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }
}
