//! wrong: `try_acquire` fails if the lock is taken, though it is the owner who asks
//! fails: its_owner_comes_in_again property
//! fails: is_one_recursive_lock property
//! fails: its_owner_can_try_beside_others property

use std::{
    sync::{Condvar, Mutex},
    thread::{self, ThreadId},
};

/// A lock that its owner can take again.
pub struct RLock {
    state: Mutex<State>,
    free: Condvar,
}

struct State {
    owner: Option<ThreadId>,
    /// How often the owner must still release.
    depth: usize,
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State {
                owner: None,
                depth: 0,
            }),
            free: Condvar::new(),
        }
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        let me = thread::current().id();
        let mut state = self.state.lock().unwrap();
        while state.owner.is_some_and(|owner| owner != me) {
            state = self.free.wait(state).unwrap();
        }
        state.owner = Some(me);
        state.depth += 1;
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did. Never waits for another thread to release.
    pub fn try_acquire(&self) -> bool {
        let me = thread::current().id();
        let mut state = self.state.lock().unwrap();
        if state.owner.is_some() {
            return false;
        }
        state.owner = Some(me);
        state.depth += 1;
        true
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
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
    }
}

impl Default for RLock {
    fn default() -> Self {
        Self::new()
    }
}
