//! wrong: the lock is held over the slow part, until the ticket is printed
//! page: prints_side_by_side
//! fails: prints_side_by_side property
//! fails: a_slow_printer_delays_nobody deadlock

use std::sync::Mutex;

/// A total that many threads add to.
pub struct Counter {
    total: Mutex<u64>,
}

impl Counter {
    /// A counter whose total is `start`.
    pub fn new(start: u64) -> Self {
        Self {
            total: Mutex::new(start),
        }
    }

    /// Adds `n`, and returns the total that this very addition made.
    pub fn add(&self, n: u64) -> u64 {
        let mut total = self.total.lock().unwrap();
        *total += n;
        *total
    }

    /// The total now.
    pub fn get(&self) -> u64 {
        *self.total.lock().unwrap()
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
        let mut sold = self.sold.lock().unwrap();
        if *sold == self.tickets {
            return None;
        }
        *sold += 1;
        Some(print(*sold))
    }

    /// How many tickets are left now.
    pub fn left(&self) -> u32 {
        self.tickets - *self.sold.lock().unwrap()
    }
}
