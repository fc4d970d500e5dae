//! One condition variable for everything, and `notify_all` whenever something changes.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

/// A bounded first-in first-out queue for many threads.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    capacity: usize,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
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
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
            }),
            changed: Condvar::new(),
            capacity: capacity.max(1),
        }
    }

    /// Puts `item` at the end; waits while the queue is full.
    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity && !state.closed {
            state = self.changed.wait(state).unwrap();
        }
        if state.closed {
            return Err(PutError::Closed(item));
        }
        state.items.push_back(item);
        self.changed.notify_all();
        Ok(())
    }

    /// Like [`put`](Self::put), but waits at most `timeout`.
    pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), PutError<T>> {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity && !state.closed {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(PutError::TimedOut(item));
            }
            state = self.changed.wait_timeout(state, left).unwrap().0;
        }
        if state.closed {
            return Err(PutError::Closed(item));
        }
        state.items.push_back(item);
        self.changed.notify_all();
        Ok(())
    }

    /// Takes the first item; waits while the queue is empty.
    pub fn get(&self) -> Result<T, GetError> {
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(item) = state.items.pop_front() {
                self.changed.notify_all();
                return Ok(item);
            }
            if state.closed {
                return Err(GetError::Closed);
            }
            state = self.changed.wait(state).unwrap();
        }
    }

    /// Like [`get`](Self::get), but waits at most `timeout`.
    pub fn get_timeout(&self, timeout: Duration) -> Result<T, GetError> {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(item) = state.items.pop_front() {
                self.changed.notify_all();
                return Ok(item);
            }
            if state.closed {
                return Err(GetError::Closed);
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(GetError::TimedOut);
            }
            state = self.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Closes the queue. From now on `put` fails; `get` hands out what is left, then fails.
    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.changed.notify_all();
    }
}
