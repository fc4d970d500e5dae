//! 24 · A mutex from scratch: spin a little, then sleep.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{
    cell::UnsafeCell,
    ops::{Deref, DerefMut},
};

/// A value that one thread at a time may use.
pub struct Mutex<T> {
    // Add your own fields.
    value: UnsafeCell<T>,
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

impl<T> Mutex<T> {
    /// A mutex that nobody holds.
    pub fn new(value: T) -> Self {
        Self {
            value: UnsafeCell::new(value),
        }
    }

    /// Waits until the mutex is free, and takes it.
    ///
    /// It may look again and again for a little while, and then sleeps until it is its
    /// turn. Those who stand in line get the mutex in the order in which they came.
    pub fn lock(&self) -> Guard<'_, T> {
        todo!()
    }

    /// Takes the mutex if it is free and nobody stands in line for it. Never waits.
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        todo!()
    }

    /// How many threads stand in line for the mutex.
    ///
    /// Whoever sleeps in `lock` stands in line.
    pub fn waiting(&self) -> usize {
        todo!()
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
        todo!()
    }
}
