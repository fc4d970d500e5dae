//! Believes `timed_out()` at once, and has the other calls wait with a time limit as well.

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
        while !self.acquire_timeout(Duration::from_secs(3600)) {}
    }

    /// Takes a permit if one is free, and says whether it did. Never waits for one.
    pub fn try_acquire(&self) -> bool {
        self.acquire_timeout(Duration::ZERO)
    }

    /// Like [`acquire`](Self::acquire), but waits at most `timeout`. Says whether it
    /// took a permit.
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        let began = Instant::now();
        let mut permits = self.permits.lock().unwrap();
        while *permits == 0 {
            let left = timeout.saturating_sub(began.elapsed());
            if left.is_zero() {
                return false;
            }
            let (guard, result) = self.released.wait_timeout(permits, left).unwrap();
            permits = guard;
            if result.timed_out() {
                return false;
            }
        }
        *permits -= 1;
        true
    }

    /// Gives one permit.
    pub fn release(&self) {
        *self.permits.lock().unwrap() += 1;
        self.released.notify_one();
    }

    /// Gives `count` permits. Never waits for one.
    pub fn release_many(&self, count: usize) {
        for _ in 0..count {
            self.release();
        }
    }
}
