//! 25 · Semaphore: a lock that lets several threads in.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! One number under a mutex, and one condition variable for those who find it 0.
// END SOLUTION

// BEGIN SOLUTION
// | use std::time::Duration;
use std::{
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};
// END SOLUTION

/// Permits that threads take and give back.
pub struct Semaphore {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _permits: usize,
    permits: Mutex<usize>,
    released: Condvar,
    // END SOLUTION
}

impl Semaphore {
    /// A semaphore with `permits` free permits; 0 is fine.
    pub fn new(permits: usize) -> Self {
        // BEGIN SOLUTION
        // | let _ = permits;
        // | todo!()
        Self {
            permits: Mutex::new(permits),
            released: Condvar::new(),
        }
        // END SOLUTION
    }

    /// Takes a permit; waits while none is free.
    pub fn acquire(&self) {
        // BEGIN SOLUTION
        // | todo!()
        let mut permits = self.permits.lock().unwrap();
        while *permits == 0 {
            permits = self.released.wait(permits).unwrap();
        }
        *permits -= 1;
        // END SOLUTION
    }

    /// Takes a permit if one is free, and says whether it did. Never waits for one.
    pub fn try_acquire(&self) -> bool {
        // BEGIN SOLUTION
        // | todo!()
        let mut permits = self.permits.lock().unwrap();
        if *permits == 0 {
            return false;
        }
        *permits -= 1;
        true
        // END SOLUTION
    }

    /// Like [`acquire`](Self::acquire), but waits at most `timeout`. Says whether it
    /// took a permit.
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        // BEGIN SOLUTION
        // | let _ = timeout;
        // | todo!()
        let start = Instant::now();
        let mut permits = self.permits.lock().unwrap();
        // The permits come before the clock: whoever was notified must take what it
        // was notified of, however late it is.
        while *permits == 0 {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return false;
            }
            permits = self.released.wait_timeout(permits, left).unwrap().0;
        }
        *permits -= 1;
        true
        // END SOLUTION
    }

    /// Gives one permit.
    pub fn release(&self) {
        // BEGIN SOLUTION
        // | todo!()
        self.release_many(1);
        // END SOLUTION
    }

    /// Gives `count` permits. Never waits for one.
    pub fn release_many(&self, count: usize) {
        // BEGIN SOLUTION
        // | let _ = count;
        // | todo!()
        *self.permits.lock().unwrap() += count;
        for _ in 0..count {
            self.released.notify_one();
        }
        // END SOLUTION
    }
}
