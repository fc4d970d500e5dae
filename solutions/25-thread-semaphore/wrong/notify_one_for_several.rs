//! wrong: `release_many` notifies one thread, however many permits it releases
//! page: wakes_who_waits
//! fails: wakes_who_waits deadlock

use std::{
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

/// Permits that threads take and give back.
pub struct Semaphore {
    permits: Mutex<usize>,
    released: Condvar,
}

impl Semaphore {
    /// A semaphore with `permits` free permits; 0 is fine.
    pub fn new(permits: usize) -> Self {
        Self {
            permits: Mutex::new(permits),
            released: Condvar::new(),
        }
    }

    /// Takes a permit; waits while none is free.
    pub fn acquire(&self) {
        let mut permits = self.permits.lock().unwrap();
        while *permits == 0 {
            permits = self.released.wait(permits).unwrap();
        }
        *permits -= 1;
    }

    /// Takes a permit if one is free, and says whether it did. Never waits for one.
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.permits.lock().unwrap();
        if *permits == 0 {
            return false;
        }
        *permits -= 1;
        true
    }

    /// Like [`acquire`](Self::acquire), but waits at most `timeout`. Says whether it
    /// took a permit.
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let mut permits = self.permits.lock().unwrap();
        // The permits come before the clock: whoever was notified must take what it
        // was notified of, however late it is.
        while *permits == 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            permits = self.released.wait_timeout(permits, left).unwrap().0;
        }
        *permits -= 1;
        true
    }

    /// Gives one permit.
    pub fn release(&self) {
        self.release_many(1);
    }

    /// Gives `count` permits at once.
    pub fn release_many(&self, count: usize) {
        *self.permits.lock().unwrap() += count;
        self.released.notify_one();
    }
}
