//! 30 · Thread queue: a bounded queue that many threads share.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::time::Duration;

/// A bounded first-in first-out queue for many threads.
pub struct Queue<T> {
    // Choose your own fields.
    _items: Vec<T>,
}

/// Why an item could not be put; it is given back.
#[derive(Debug, PartialEq, Eq)]
pub enum PutError<T> {
    /// The queue is closed.
    Closed(T),
    /// There was no room before the time was up.
    TimedOut(T),
}

/// Why no item could be got.
#[derive(Debug, PartialEq, Eq)]
pub enum GetError {
    /// The queue is closed, and empty.
    Closed,
    /// There was no item before the time was up.
    TimedOut,
}

impl<T> Queue<T> {
    /// An empty queue that holds at most `capacity` items (at least 1).
    pub fn new(capacity: usize) -> Self {
        let _ = capacity;
        todo!()
    }

    /// Puts `item` at the end; waits while the queue is full.
    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        let _ = item;
        todo!()
    }

    /// Like [`put`](Self::put), but waits at most `timeout`.
    pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), PutError<T>> {
        let _ = (item, timeout);
        todo!()
    }

    /// Takes the first item; waits while the queue is empty.
    pub fn get(&self) -> Result<T, GetError> {
        todo!()
    }

    /// Like [`get`](Self::get), but waits at most `timeout`.
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, GetError> {
        let _ = timeout;
        todo!()
    }

    /// Closes the queue. From now on `put` fails; `get` hands out what is left, then fails.
    pub fn close(&self) {
        todo!()
    }
}
