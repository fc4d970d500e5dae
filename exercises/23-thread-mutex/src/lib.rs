//! 23 · Mutex: a counter and a ticket office that many threads share.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// A total that many threads add to.
pub struct Counter {
    // Choose your own fields.
    _total: u64,
}

impl Counter {
    /// A counter whose total is `start`.
    pub fn new(start: u64) -> Self {
        let _ = start;
        todo!()
    }

    /// Adds `n`, and returns the total that this very addition made.
    pub fn add(&self, n: u64) -> u64 {
        let _ = n;
        todo!()
    }

    /// The total now.
    pub fn get(&self) -> u64 {
        todo!()
    }
}

/// An office that sells a fixed number of tickets to many threads.
pub struct TicketOffice {
    // Choose your own fields.
    _tickets: u32,
}

impl TicketOffice {
    /// An office with the tickets 1, 2, 3, … `tickets`; with none at all if that is 0.
    pub fn new(tickets: u32) -> Self {
        let _ = tickets;
        todo!()
    }

    /// Sells the next ticket: calls `print` with its number and returns what `print`
    /// returns. Once all tickets are sold it returns `None` and does not call `print`.
    ///
    /// Printing is slow. Nobody else may have to wait for it.
    pub fn buy<T>(&self, print: impl FnOnce(u32) -> T) -> Option<T> {
        let _ = print;
        todo!()
    }

    /// How many tickets are left now.
    pub fn left(&self) -> u32 {
        todo!()
    }
}
