//! First come, first served: whoever has to wait parks in a line, and the last release
//! makes the first in the line the owner.

use std::{
    collections::VecDeque,
    sync::Mutex,
    thread::{self, Thread},
};

/// A lock that its owner can take again.
#[derive(Default)]
pub struct RLock {
    /// The owner comes first, as often as it has taken the lock. Then come those who wait.
    threads: Mutex<(Vec<Thread>, VecDeque<Thread>)>,
}

/// The calling thread does not have the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOwner;

impl RLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the lock, once more if this thread has it already; waits while another
    /// thread has it.
    pub fn acquire(&self) {
        if self.try_or_stand_in_line(true) {
            return;
        }
        let me = thread::current().id();
        while self.threads.lock().unwrap().0.first().map(Thread::id) != Some(me) {
            thread::park();
        }
    }

    /// Takes the lock, once more if this thread has it already, unless another thread has
    /// it. Says whether it did.
    pub fn try_acquire(&self) -> bool {
        self.try_or_stand_in_line(false)
    }

    fn try_or_stand_in_line(&self, wait: bool) -> bool {
        let me = thread::current();
        let mut threads = self.threads.lock().unwrap();
        let (owner, line) = &mut *threads;
        if owner.first().is_none_or(|owner| owner.id() == me.id()) {
            owner.push(me);
            return true;
        }
        if wait {
            line.push_back(me);
        }
        false
    }

    /// Takes back one `acquire` of this thread. The lock is free when all are taken back.
    pub fn release(&self) -> Result<(), NotOwner> {
        let mut threads = self.threads.lock().unwrap();
        let (owner, line) = &mut *threads;
        if owner.first().map(Thread::id) != Some(thread::current().id()) {
            return Err(NotOwner);
        }
        owner.pop();
        if owner.is_empty() {
            owner.extend(line.pop_front());
            owner.iter().for_each(Thread::unpark);
        }
        Ok(())
    }
}
