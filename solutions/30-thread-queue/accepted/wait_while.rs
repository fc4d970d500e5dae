//! `wait_while` and `wait_timeout_while`, and wake-ups outside of the lock.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard},
    time::Duration,
};

pub struct Queue<T> {
    /// The items; nothing can be added once it is marked as closed.
    state: Mutex<(VecDeque<T>, bool)>,
    arrivals: Condvar,
    departures: Condvar,
    capacity: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub enum PutError<T> {
    Closed(T),
    TimedOut(T),
}

#[derive(Debug, PartialEq, Eq)]
pub enum GetError {
    Closed,
    TimedOut,
}

/// Long enough for "for ever".
const FOR_EVER: Duration = Duration::from_secs(60 * 60 * 24 * 365);

impl<T> Queue<T> {
    pub fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::default(),
            arrivals: Condvar::new(),
            departures: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        let state = self.state.lock().unwrap();
        let state = self
            .departures
            .wait_while(state, |(items, closed)| {
                items.len() == self.capacity && !*closed
            })
            .unwrap();
        self.finish_put(state, item)
    }

    pub fn put_timeout(&self, item: T, timeout: Duration) -> Result<(), PutError<T>> {
        let state = self.state.lock().unwrap();
        let (state, result) = self
            .departures
            .wait_timeout_while(state, timeout, |(items, closed)| {
                items.len() == self.capacity && !*closed
            })
            .unwrap();
        if result.timed_out() {
            return Err(PutError::TimedOut(item));
        }
        self.finish_put(state, item)
    }

    fn finish_put(
        &self,
        mut state: MutexGuard<'_, (VecDeque<T>, bool)>,
        item: T,
    ) -> Result<(), PutError<T>> {
        if state.1 {
            return Err(PutError::Closed(item));
        }
        state.0.push_back(item);
        drop(state);
        self.arrivals.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Result<T, GetError> {
        loop {
            match self.get_timeout(FOR_EVER) {
                Err(GetError::TimedOut) => {}
                done => return done,
            }
        }
    }

    pub fn get_timeout(&self, timeout: Duration) -> Result<T, GetError> {
        let state = self.state.lock().unwrap();
        let (mut state, result) = self
            .arrivals
            .wait_timeout_while(state, timeout, |(items, closed)| {
                items.is_empty() && !*closed
            })
            .unwrap();
        if result.timed_out() {
            return Err(GetError::TimedOut);
        }
        let item = state.0.pop_front().ok_or(GetError::Closed)?;
        drop(state);
        self.departures.notify_one();
        Ok(item)
    }

    pub fn close(&self) {
        self.state.lock().unwrap().1 = true;
        self.arrivals.notify_all();
        self.departures.notify_all();
    }
}
