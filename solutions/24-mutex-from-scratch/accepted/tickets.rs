//! Numbered tickets, and a list of the threads that sleep until theirs is called.

use std::{
    cell::UnsafeCell,
    hint,
    ops::{Deref, DerefMut},
    sync::atomic::{
        AtomicBool, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread::{self, Thread},
};

pub struct Mutex<T> {
    /// The next ticket to be drawn.
    next: AtomicUsize,
    /// The ticket whose owner has the mutex, or will have it.
    serving: AtomicUsize,
    busy: AtomicBool,
    sleepers: UnsafeCell<Vec<(usize, Thread)>>,
    value: UnsafeCell<T>,
}

// SAFETY: one ticket at a time is served.
unsafe impl<T: Send> Sync for Mutex<T> {}

pub struct Guard<'a, T> {
    mutex: &'a Mutex<T>,
    ticket: usize,
}

// SAFETY: threads that share a guard get `&T` from it and nothing else.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self {
            next: AtomicUsize::new(0),
            serving: AtomicUsize::new(0),
            busy: AtomicBool::new(false),
            sleepers: UnsafeCell::new(Vec::new()),
            value: UnsafeCell::new(value),
        }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        let ticket = self.next.fetch_add(1, Relaxed);
        if self.serving.load(Acquire) != ticket {
            self.with_sleepers(|sleepers| sleepers.push((ticket, thread::current())));
            while self.serving.load(Acquire) != ticket {
                thread::park();
            }
            self.with_sleepers(|sleepers| sleepers.retain(|(t, _)| *t != ticket));
        }
        Guard {
            mutex: self,
            ticket,
        }
    }

    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        let ticket = self.serving.load(Acquire);
        self.next
            .compare_exchange(ticket, ticket + 1, Relaxed, Relaxed)
            .ok()?;
        Some(Guard {
            mutex: self,
            ticket,
        })
    }

    pub fn waiting(&self) -> usize {
        let serving = self.serving.load(Acquire);
        self.next.load(Acquire).saturating_sub(serving + 1)
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    fn with_sleepers<R>(&self, f: impl FnOnce(&mut Vec<(usize, Thread)>) -> R) -> R {
        while self
            .busy
            .compare_exchange_weak(false, true, Acquire, Relaxed)
            .is_err()
        {
            hint::spin_loop();
        }
        // SAFETY: `busy` lets in one thread at a time.
        let result = f(unsafe { &mut *self.sleepers.get() });
        self.busy.store(false, Release);
        result
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: its ticket is being served.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        let next = self.ticket + 1;
        let mutex = self.mutex;
        mutex.serving.store(next, Release);
        let sleeper = mutex.with_sleepers(|sleepers| {
            let found = sleepers.iter().find(|(ticket, _)| *ticket == next);
            found.map(|(_, thread)| thread.clone())
        });
        if let Some(thread) = sleeper {
            thread.unpark();
        }
    }
}
