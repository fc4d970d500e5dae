//! wrong: it is made of the mutex and the condition variable that it was to replace
//! fails: is_built_from_atomics property

use std::{
    cell::UnsafeCell,
    collections::VecDeque,
    ops::{Deref, DerefMut},
    sync::{self, Condvar},
};

/// A value that one thread at a time may use.
pub struct Mutex<T> {
    line: sync::Mutex<Line>,
    moved: Condvar,
    value: UnsafeCell<T>,
}

/// The tickets in line; the first has the mutex.
struct Line {
    next: u64,
    tickets: VecDeque<u64>,
}

// SAFETY: `lock` and `try_lock` let one thread at a time have the value. It is you who
// makes this true.
unsafe impl<T: Send> Sync for Mutex<T> {}

/// The right to use the value, for as long as it lives.
pub struct Guard<'a, T> {
    mutex: &'a Mutex<T>,
}

// SAFETY: threads that share a guard get `&T` from it and nothing else.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl Line {
    fn join(&mut self) -> u64 {
        self.next += 1;
        self.tickets.push_back(self.next);
        self.next
    }
}

impl<T> Mutex<T> {
    /// A mutex that nobody holds.
    pub fn new(value: T) -> Self {
        Self {
            line: sync::Mutex::new(Line {
                next: 0,
                tickets: VecDeque::new(),
            }),
            moved: Condvar::new(),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits until the mutex is free, and takes it.
    pub fn lock(&self) -> Guard<'_, T> {
        let mut line = self.line.lock().unwrap();
        let ticket = line.join();
        while line.tickets.front() != Some(&ticket) {
            line = self.moved.wait(line).unwrap();
        }
        Guard { mutex: self }
    }

    /// Takes the mutex if it is free and nobody stands in line for it. Never waits.
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        let mut line = self.line.lock().unwrap();
        if !line.tickets.is_empty() {
            return None;
        }
        line.join();
        Some(Guard { mutex: self })
    }

    /// How many threads stand in line for the mutex.
    pub fn waiting(&self) -> usize {
        self.line.lock().unwrap().tickets.len().saturating_sub(1)
    }

    /// Gives the value back. Nobody else can have the mutex any more.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: whoever has a guard has the mutex.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and nobody else has this guard.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    /// Gives the mutex to the first in line, or frees it.
    fn drop(&mut self) {
        self.mutex.line.lock().unwrap().tickets.pop_front();
        self.mutex.moved.notify_all();
    }
}
