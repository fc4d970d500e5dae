//! 23 · Mutex: a counter and a ticket office that many threads share.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! What belongs together is read and written under one lock; printing is done without.
// END SOLUTION

// BEGIN SOLUTION
use std::sync::Mutex;
// END SOLUTION

/// A total that many threads add to.
pub struct Counter {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _total: u64,
    total: Mutex<u64>,
    // END SOLUTION
}

impl Counter {
    /// A counter whose total is `start`.
    pub fn new(start: u64) -> Self {
        // BEGIN SOLUTION
        // | let _ = start;
        // | todo!()
        Self {
            total: Mutex::new(start),
        }
        // END SOLUTION
    }

    /// Adds `n`, and returns the total that this very addition made.
    pub fn add(&self, n: u64) -> u64 {
        // BEGIN SOLUTION
        // | let _ = n;
        // | todo!()
        let mut total = self.total.lock().unwrap();
        *total += n;
        *total
        // END SOLUTION
    }

    /// The total now.
    pub fn get(&self) -> u64 {
        // BEGIN SOLUTION
        // | todo!()
        *self.total.lock().unwrap()
        // END SOLUTION
    }
}

/// An office that sells a fixed number of tickets to many threads.
pub struct TicketOffice {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _tickets: u32,
    tickets: u32,
    sold: Mutex<u32>,
    // END SOLUTION
}

impl TicketOffice {
    /// An office with the tickets 1, 2, 3, … `tickets`; with none at all if that is 0.
    pub fn new(tickets: u32) -> Self {
        // BEGIN SOLUTION
        // | let _ = tickets;
        // | todo!()
        Self {
            total: Mutex::new(start),
        }
        // END SOLUTION
    }

    /// Sells the next ticket: calls `print` with its number and returns what `print`
    /// returns. Once all tickets are sold it returns `None` and does not call `print`.
    ///
    /// Printing is slow. Nobody else may have to wait for it.
    pub fn buy<T>(&self, print: impl FnOnce(u32) -> T) -> Option<T> {
        // BEGIN SOLUTION
        // | let _ = print;
        // | todo!()
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
        // END SOLUTION
    }

    /// How many tickets are left now.
    pub fn left(&self) -> u32 {
        // BEGIN SOLUTION
        // | todo!()
        self.tickets - *self.sold.lock().unwrap()
        // END SOLUTION
    }
}
