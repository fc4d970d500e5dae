//! 25 · Semaphore: a lock that lets several threads in.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::time::Duration;

/// Permits that threads take and give back.
pub struct Semaphore {
    // Choose your own fields.
    _permits: usize,
}

impl Semaphore {
    /// A semaphore with `permits` free permits; 0 is fine.
    pub fn new(permits: usize) -> Self {
        let _ = permits;
        todo!()
    }

    /// Takes a permit; waits while none is free.
    pub fn acquire(&self) {
        todo!()
    }

    /// Takes a permit if one is free, and says whether it did. Never waits for one.
    pub fn try_acquire(&self) -> bool {
        todo!()
    }

    /// Like [`acquire`](Self::acquire), but waits at most `timeout`. Says whether it
    /// took a permit.
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        let _ = timeout;
        todo!()
    }

    /// Gives one permit.
    pub fn release(&self) {
        todo!()
    }

    /// Gives `count` permits. Never waits for one.
    pub fn release_many(&self, count: usize) {
        let _ = count;
        todo!()
    }
}
