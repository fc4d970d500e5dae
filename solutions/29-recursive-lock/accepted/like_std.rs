//! Accepted: as the one of `std` was: an inner lock, the address of a thread-local value as the owner's
//! number in a relaxed atomic, and the depth in a cell of the owner.

use std::{
    cell::UnsafeCell,
    sync::{
        Condvar, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

thread_local! {
    static ME: u8 = const { 0 };
}
/// A number that no other thread has while this one lives.
fn me() -> usize {
    ME.with(|me| std::ptr::from_ref(me).addr())
}

/// A lock that its owner can take again.
pub struct RLock {
    held: Mutex<bool>,
    freed: Condvar,
    owner: AtomicUsize,
    depth: UnsafeCell<usize>,
}
// SAFETY: only the owner uses `depth`.
unsafe impl Sync for RLock {}

impl RLock {
    pub fn new() -> Self {
        Self {
            held: Mutex::new(false),
            freed: Condvar::new(),
            owner: AtomicUsize::new(0),
            depth: UnsafeCell::new(0),
        }
    }
    fn again(&self) -> bool {
        // Only this thread writes its own number there.
        let mine = self.owner.load(Relaxed) == me();
        // SAFETY: this thread has the lock.
        if mine {
            unsafe { *self.depth.get() += 1 }
        }
        mine
    }
    fn first(&self) {
        self.owner.store(me(), Relaxed);
        // SAFETY: this thread has just got the lock.
        unsafe { *self.depth.get() = 1 }
    }
    pub fn acquire(&self) {
        if self.again() {
            return;
        }
        *self
            .freed
            .wait_while(self.held.lock().unwrap(), |held| *held)
            .unwrap() = true;
        self.first();
    }
    pub fn try_acquire(&self) -> bool {
        if self.again() {
            return true;
        }
        if std::mem::replace(&mut *self.held.lock().unwrap(), true) {
            return false;
        }
        self.first();
        true
    }
    pub fn release(&self) -> Result<(), NotOwner> {
        if self.owner.load(Relaxed) != me() {
            return Err(NotOwner);
        }
        // SAFETY: this thread has the lock.
        let depth = unsafe {
            *self.depth.get() -= 1;
            *self.depth.get()
        };
        if depth == 0 {
            self.owner.store(0, Relaxed);
            *self.held.lock().unwrap() = false;
            self.freed.notify_one();
        }
        Ok(())
    }
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

impl Default for RLock {
    fn default() -> Self {
        Self::new()
    }
}
