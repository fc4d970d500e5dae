//! wrong: the depth is kept for each thread, and not for each lock: whoever has one lock walks through all others
//! fails: two_locks_are_two property

use std::{
    cell::Cell,
    sync::{Condvar, Mutex},
};

thread_local! {
    /// How often this thread must still release.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// A lock that its owner can take again.
pub struct RLock {
    taken: Mutex<bool>,
    free: Condvar,
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        Self {
            taken: Mutex::new(false),
            free: Condvar::new(),
        }
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        if DEPTH.get() == 0 {
            let taken = self.taken.lock().unwrap();
            *self.free.wait_while(taken, |taken| *taken).unwrap() = true;
        }
        DEPTH.set(DEPTH.get() + 1);
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did. Never waits for another thread to release.
    pub fn try_acquire(&self) -> bool {
        if DEPTH.get() == 0 {
            let mut taken = self.taken.lock().unwrap();
            if *taken {
                return false;
            }
            *taken = true;
        }
        DEPTH.set(DEPTH.get() + 1);
        true
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
        if DEPTH.get() == 0 {
            return Err(NotOwner);
        }
        DEPTH.set(DEPTH.get() - 1);
        if DEPTH.get() == 0 {
            *self.taken.lock().unwrap() = false;
            self.free.notify_one();
        }
        Ok(())
    }
}

impl Default for RLock {
    fn default() -> Self {
        Self::new()
    }
}
