//! wrong: the guard is not kept, so the mutex is free again before the addition begins
//! fails: counts_every_addition property
//! fails: every_addition_knows_its_total property

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
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
        drop(self.lock.lock().unwrap());
        let total = self.total.load(Ordering::SeqCst) + n;
        self.total.store(total, Ordering::SeqCst);
        total
    }

    /// The total now.
    pub fn get(&self) -> u64 {
        self.total.load(Ordering::SeqCst)
    }
}

/// An office that sells a fixed number of tickets to many threads.
pub struct TicketOffice {
    tickets: u32,
    sold: Mutex<u32>,
}

impl TicketOffice {
    /// An office with the tickets 1, 2, 3, … `tickets`; with none at all if that is 0.
    pub fn new(tickets: u32) -> Self {
        Self {
            tickets,
            sold: Mutex::new(0),
        }
    }

    /// Sells the next ticket: calls `print` with its number and returns what `print`
    /// returns. Once all tickets are sold it returns `None` and does not call `print`.
    ///
    /// Printing is slow. Nobody else may have to wait for it.
    pub fn buy<T>(&self, print: impl FnOnce(u32) -> T) -> Option<T> {
        let number = {
            let mut sold = self.sold.lock().unwrap();
            if *sold == self.tickets {
                return None;
            }
            *sold += 1;
            *sold
        };
        // The number belongs to this thread alone now.
        Some(print(number))
    }

    /// How many tickets are left now.
    pub fn left(&self) -> u32 {
        self.tickets - *self.sold.lock().unwrap()
    }
}
