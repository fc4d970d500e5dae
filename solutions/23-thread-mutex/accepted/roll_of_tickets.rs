//! A roll of ready-made tickets; whoever has torn one off owns it. The counter is a
//! lock around nothing, and an atomic that is only touched while it is held.

use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// A total that many threads add to.
pub struct Counter {
    lock: Mutex<()>,
    total: AtomicU64,
}

impl Counter {
    /// A counter whose total is `start`.
    pub fn new(start: u64) -> Self {
        Self {
            lock: Mutex::new(()),
            total: AtomicU64::new(start),
        }
    }

    /// Adds `n`, and returns the total that this very addition made.
    pub fn add(&self, n: u64) -> u64 {
        let _guard = self.lock.lock().unwrap();
        let total = self.total.load(Ordering::Relaxed) + n;
        self.total.store(total, Ordering::Relaxed);
        total
    }

    /// The total now.
    pub fn get(&self) -> u64 {
        let _guard = self.lock.lock().unwrap();
        self.total.load(Ordering::Relaxed)
    }
}

/// An office that sells a fixed number of tickets to many threads.
pub struct TicketOffice {
    roll: Mutex<VecDeque<u32>>,
}

impl TicketOffice {
    /// An office with the tickets 1, 2, 3, … `tickets`; with none at all if that is 0.
    pub fn new(tickets: u32) -> Self {
        Self {
            roll: Mutex::new((1..=tickets).collect()),
        }
    }

    /// Sells the next ticket: calls `print` with its number and returns what `print`
    /// returns. Once all tickets are sold it returns `None` and does not call `print`.
    pub fn buy<T>(&self, print: impl FnOnce(u32) -> T) -> Option<T> {
        // The guard dies at the end of this statement, before anything is printed.
        let number = self.roll.lock().unwrap().pop_front()?;
        Some(print(number))
    }

    /// How many tickets are left now.
    pub fn left(&self) -> u32 {
        u32::try_from(self.roll.lock().unwrap().len()).expect("there were no more to begin with")
    }
}
