//! As in the standard library: an ordinary lock that is taken once, and beside it the
//! owner, which others may read at any time. Only the owner itself can find its own name
//! there, and it is wiped out before the lock is given back. The depth is the owner's alone.

use std::sync::{
    Condvar, Mutex,
    atomic::{
        AtomicU64, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
    },
};

const NOBODY: u64 = 0;

/// A lock that its owner can take again.
pub struct RLock {
    taken: Mutex<bool>,
    free: Condvar,
    owner: AtomicU64,
    depth: AtomicUsize,
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

/// A number that no other thread has.
fn me() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(NOBODY + 1);
    thread_local! {
        static MINE: u64 = NEXT.fetch_add(1, Relaxed);
    }
    MINE.with(|mine| *mine)
}

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        Self {
            taken: Mutex::new(false),
            free: Condvar::new(),
            owner: AtomicU64::new(NOBODY),
            depth: AtomicUsize::new(0),
        }
    }

    fn is_mine(&self) -> bool {
        self.owner.load(Relaxed) == me()
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        if !self.is_mine() {
            let taken = self.taken.lock().unwrap();
            *self.free.wait_while(taken, |taken| *taken).unwrap() = true;
            self.owner.store(me(), Relaxed);
        }
        self.depth.fetch_add(1, Acquire);
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did.
    pub fn try_acquire(&self) -> bool {
        if !self.is_mine() {
            let mut taken = self.taken.lock().unwrap();
            if *taken {
                return false;
            }
            *taken = true;
            self.owner.store(me(), Relaxed);
        }
        self.depth.fetch_add(1, Acquire);
        true
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
        if !self.is_mine() {
            return Err(NotOwner);
        }
        if self.depth.fetch_sub(1, Release) == 1 {
            self.owner.store(NOBODY, Relaxed);
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
