//! 19 · Process queue: a pipe for the messages, a pipe for the places, and a lock.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{io, time::Duration};

/// The bytes of the longest message.
pub const LONGEST: usize = 4000;

/// A bounded queue of several processes.
#[derive(Debug)]
pub struct Queue {
    // Choose your own fields.
}

impl Queue {
    /// An empty queue with room for 1 to 16 messages.
    pub fn new(capacity: usize) -> io::Result<Self> {
        let _ = capacity;
        todo!()
    }

    /// Puts a message; waits while the queue is full.
    pub fn put(&self, message: &[u8]) -> io::Result<()> {
        let _ = message;
        todo!()
    }

    /// Puts a message, and says whether there was a place within `limit`.
    pub fn put_timeout(&self, message: &[u8], limit: Duration) -> io::Result<bool> {
        let _ = (message, limit);
        todo!()
    }

    /// Gets the first message; waits while there is none.
    pub fn get(&self) -> io::Result<Vec<u8>> {
        todo!()
    }

    /// Gets the first message, if there is one within `limit`.
    pub fn get_timeout(&self, limit: Duration) -> io::Result<Option<Vec<u8>>> {
        let _ = limit;
        todo!()
    }
}
