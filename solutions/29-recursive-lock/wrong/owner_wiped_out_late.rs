//! wrong: the owner is wiped out when the lock is free already, and it may be the next one by then
//! fails: keeps_others_out deadlock
//! fails: small_programs property
//! fails: serves_more_threads deadlock
//! fails: shows_what_the_last_owner_did deadlock

use std::{
    sync::{Condvar, Mutex},
    thread::{self, ThreadId},
};

/// A lock that its owner can take again.
pub struct RLock {
    /// How often the owner must still release; 0 if the lock is free.
    depth: Mutex<usize>,
    free: Condvar,
    owner: Mutex<Option<ThreadId>>,
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        Self {
            depth: Mutex::new(0),
            owner: Mutex::new(None),
            free: Condvar::new(),
        }
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        if self.is_mine() {
            *self.depth.lock().unwrap() += 1;
            return;
        }
        let depth = self.depth.lock().unwrap();
        *self.free.wait_while(depth, |depth| *depth > 0).unwrap() = 1;
        *self.owner.lock().unwrap() = Some(thread::current().id());
    }

    fn is_mine(&self) -> bool {
        *self.owner.lock().unwrap() == Some(thread::current().id())
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did. Never waits for another thread to release.
    pub fn try_acquire(&self) -> bool {
        let is_mine = self.is_mine();
        let mut depth = self.depth.lock().unwrap();
        if *depth > 0 && !is_mine {
            return false;
        }
        *depth += 1;
        drop(depth);
        *self.owner.lock().unwrap() = Some(thread::current().id());
        true
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
        if !self.is_mine() {
            return Err(NotOwner);
        }
        let mut depth = self.depth.lock().unwrap();
        *depth -= 1;
        if *depth == 0 {
            self.free.notify_one();
            drop(depth);
            *self.owner.lock().unwrap() = None;
        }
        Ok(())
    }
}

impl Default for RLock {
    fn default() -> Self {
        Self::new()
    }
}
