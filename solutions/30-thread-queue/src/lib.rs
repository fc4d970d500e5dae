//! 30 · Thread queue: a bounded queue that many threads share.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! One mutex, and one condition variable for each reason to wait.
// END SOLUTION

// BEGIN SOLUTION
// | use std::time::Duration;
use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};
// END SOLUTION

/// A bounded first-in first-out queue for many threads.
pub struct Queue<T> {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _items: Vec<T>,
    state: Mutex<State<T>>,
    not_empty: Condvar,
    not_full: Condvar,
    capacity: usize,
    // END SOLUTION
}

// BEGIN SOLUTION
struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}
// END SOLUTION

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
        // BEGIN SOLUTION
        // | let _ = capacity;
        // | todo!()
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
            }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            capacity: capacity.max(1),
        }
        // END SOLUTION
    }

    /// Puts `item` at the end; waits while the queue is full.
    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        // BEGIN SOLUTION
        // | let _ = item;
        // | todo!()
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity && !state.closed {
            state = self.not_full.wait(state).unwrap();
        }
        if state.closed {
            return Err(PutError::Closed(item));
        }
        state.items.push_back(item);
        self.not_empty.notify_one();
        Ok(())
        // END SOLUTION
    }

    /// Like [`put`](Self::put), but waits at most `timeout`.
    pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), PutError<T>> {
        // BEGIN SOLUTION
        // | let _ = (item, timeout);
        // | todo!()
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity && !state.closed {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(PutError::TimedOut(item));
            }
            state = self.not_full.wait_timeout(state, left).unwrap().0;
        }
        if state.closed {
            return Err(PutError::Closed(item));
        }
        state.items.push_back(item);
        self.not_empty.notify_one();
        Ok(())
        // END SOLUTION
    }

    /// Takes the first item; waits while the queue is empty.
    pub fn get(&self) -> Result<T, GetError> {
        // BEGIN SOLUTION
        // | todo!()
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(item) = state.items.pop_front() {
                self.not_full.notify_one();
                return Ok(item);
            }
            if state.closed {
                return Err(GetError::Closed);
            }
            state = self.not_empty.wait(state).unwrap();
        }
        // END SOLUTION
    }

    /// Like [`get`](Self::get), but waits at most `timeout`.
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, GetError> {
        // BEGIN SOLUTION
        // | let _ = timeout;
        // | todo!()
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(item) = state.items.pop_front() {
                self.not_full.notify_one();
                return Ok(item);
            }
            if state.closed {
                return Err(GetError::Closed);
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(GetError::TimedOut);
            }
            state = self.not_empty.wait_timeout(state, left).unwrap().0;
        }
        // END SOLUTION
    }

    /// Closes the queue. From now on `put` fails; `get` hands out what is left, then fails.
    pub fn close(&self) {
        // BEGIN SOLUTION
        // | todo!()
        self.state.lock().unwrap().closed = true;
        self.not_empty.notify_all();
        self.not_full.notify_all();
        // END SOLUTION
    }
}
