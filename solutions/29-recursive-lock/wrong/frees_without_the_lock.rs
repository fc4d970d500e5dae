//! wrong: owner and depth are atomics, and the lock is freed while another thread is about to sleep
//! fails: keeps_others_out deadlock
//! fails: two_locks_are_two deadlock
//! fails: small_programs deadlock
//! fails: serves_more_threads deadlock
//! fails: shows_what_the_last_owner_did deadlock

use std::sync::{
    Condvar, Mutex,
    atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
};

/// A lock that its owner can take again.
pub struct RLock {
    /// Who has it; 0 if it is free.
    owner: AtomicU64,
    /// How often the owner must still release.
    depth: AtomicUsize,
    asleep: Mutex<()>,
    free: Condvar,
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

/// A number that no other thread has.
fn me() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static MINE: u64 = NEXT.fetch_add(1, SeqCst);
    }
    MINE.with(|mine| *mine)
}

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        Self {
            owner: AtomicU64::new(0),
            depth: AtomicUsize::new(0),
            asleep: Mutex::new(()),
            free: Condvar::new(),
        }
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        if !self.try_acquire() {
            let mut asleep = self.asleep.lock().unwrap();
            while !self.try_acquire() {
                asleep = self.free.wait(asleep).unwrap();
            }
        }
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did. Never waits for another thread to release.
    pub fn try_acquire(&self) -> bool {
        let taken = self.owner.compare_exchange(0, me(), SeqCst, SeqCst);
        if taken.is_err_and(|owner| owner != me()) {
            return false;
        }
        self.depth.fetch_add(1, SeqCst);
        true
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
        if self.owner.load(SeqCst) != me() {
            return Err(NotOwner);
        }
        if self.depth.fetch_sub(1, SeqCst) == 1 {
            self.owner.store(0, SeqCst);
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
