//! `wait_while` and `wait_timeout_while`, and `notify_all` under the lock.

use std::{
    sync::{Condvar, Mutex, MutexGuard},
    time::Duration,
};

/// Permits that threads take and give back.
pub struct Semaphore {
    permits: Mutex<usize>,
    changed: Condvar,
}

impl Semaphore {
    /// A semaphore with `permits` free permits; 0 is fine.
    pub fn new(permits: usize) -> Self {
        Self {
            permits: Mutex::new(permits),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.permits.lock().unwrap()
    }

    /// Takes a permit; waits while none is free.
    pub fn acquire(&self) {
        let none = |permits: &mut usize| *permits == 0;
        *self.changed.wait_while(self.lock(), none).unwrap() -= 1;
    }

    /// Takes a permit if one is free, and says whether it did. Never waits for one.
    pub fn try_acquire(&self) -> bool {
        let mut permits = self.lock();
        let fewer = permits.checked_sub(1);
        *permits = fewer.unwrap_or(0);
        fewer.is_some()
    }

    /// Like [`acquire`](Self::acquire), but waits at most `timeout`. Says whether it
    /// took a permit.
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        let none = |permits: &mut usize| *permits == 0;
        let waited = self.changed.wait_timeout_while(self.lock(), timeout, none);
        let (mut permits, result) = waited.unwrap();
        if !result.timed_out() {
            *permits -= 1;
        }
        !result.timed_out()
    }

    /// Gives one permit.
    pub fn release(&self) {
        self.release_many(1);
    }

    /// Gives `count` permits. Never waits for one.
    pub fn release_many(&self, count: usize) {
        let mut permits = self.lock();
        *permits += count;
        self.changed.notify_all();
    }
}
