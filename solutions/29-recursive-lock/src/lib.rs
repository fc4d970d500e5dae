//! 29 · Recursive lock: a lock that knows its owner.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! Owner and depth belong together, so one mutex guards both. It is held for a moment
//! only; what a thread has of this lock is an entry in it.
// END SOLUTION

// BEGIN SOLUTION
use std::{
    sync::{Condvar, Mutex},
    thread::{self, ThreadId},
};
// END SOLUTION

/// A lock that its owner can take again.
pub struct RLock {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _depth: usize,
    state: Mutex<State>,
    free: Condvar,
    // END SOLUTION
}

// BEGIN SOLUTION
struct State {
    owner: Option<ThreadId>,
    /// How often the owner must still release.
    depth: usize,
}
// END SOLUTION

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        // BEGIN SOLUTION
        // | todo!()
        Self {
            state: Mutex::new(State {
                owner: None,
                depth: 0,
            }),
            free: Condvar::new(),
        }
        // END SOLUTION
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        // BEGIN SOLUTION
        // | todo!()
        let me = thread::current().id();
        let mut state = self.state.lock().unwrap();
        while state.owner.is_some_and(|owner| owner != me) {
            state = self.free.wait(state).unwrap();
        }
        state.owner = Some(me);
        state.depth += 1;
        // END SOLUTION
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did. Never waits for another thread to release.
    pub fn try_acquire(&self) -> bool {
        // BEGIN SOLUTION
        // | todo!()
        let me = thread::current().id();
        let mut state = self.state.lock().unwrap();
        if state.owner.is_some_and(|owner| owner != me) {
            return false;
        }
        state.owner = Some(me);
        state.depth += 1;
        true
        // END SOLUTION
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
        // BEGIN SOLUTION
        // | todo!()
        let mut state = self.state.lock().unwrap();
        if state.owner != Some(thread::current().id()) {
            return Err(NotOwner);
        }
        state.depth -= 1;
        if state.depth == 0 {
            state.owner = None;
            self.free.notify_one();
        }
        Ok(())
        // END SOLUTION
    }
}

impl Default for RLock {
    fn default() -> Self {
        Self::new()
    }
}
