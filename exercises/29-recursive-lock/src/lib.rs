//! 29 · Recursive lock: a lock that knows its owner.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// A lock that its owner can take again.
pub struct RLock {
    // Choose your own fields.
    _depth: usize,
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        todo!()
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        todo!()
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did. Never waits for another thread to release.
    pub fn try_acquire(&self) -> bool {
        todo!()
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
        todo!()
    }
}

impl Default for RLock {
    fn default() -> Self {
        Self::new()
    }
}
