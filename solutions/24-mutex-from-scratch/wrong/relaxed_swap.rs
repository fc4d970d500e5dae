//! wrong: whoever takes the lock of the line acquires nothing
//! page: publishes_what_it_guards
//! fails: publishes_what_it_guards data-race
//! fails: publishes_to_the_next_round data-race
//! fails: publishes_to_who_slept data-race
//! fails: lets_in_one_at_a_time data-race
//! fails: guards_every_round data-race
//! fails: serves_in_order data-race
//! fails: serves_a_longer_line data-race
//! fails: sleeps_while_it_waits data-race
//! fails: is_built_from_atomics data-race

use std::{
    cell::UnsafeCell,
    collections::VecDeque,
    hint,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
};

/// How often `lock` looks before it stands in line.
const LOOKS: usize = 1;

/// A value that one thread at a time may use.
pub struct Mutex<T> {
    /// Whether somebody looks at `line`, which takes a few instructions.
    busy: AtomicBool,
    line: UnsafeCell<Line>,
    value: UnsafeCell<T>,
}

/// Who has the mutex is in line in front of all others.
struct Line {
    locked: bool,
    sleepers: VecDeque<Arc<Sleeper>>,
}

/// A thread that stands in line.
struct Sleeper {
    thread: Thread,
    /// Whether the mutex has been handed to it.
    served: AtomicBool,
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
            busy: AtomicBool::new(false),
            line: UnsafeCell::new(Line {
                locked: false,
                sleepers: VecDeque::new(),
            }),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits until the mutex is free, and takes it.
    ///
    /// It may look again and again for a little while, and then sleeps until it is its
    /// turn. Those who stand in line get the mutex in the order in which they came.
    pub fn lock(&self) -> Guard<'_, T> {
        for _ in 0..LOOKS {
            if let Some(guard) = self.try_lock() {
                return guard;
            }
            hint::spin_loop();
        }
        // Looking and standing in line are one step, or the wake-up could come in between.
        let sleeper = self.with_line(|line| {
            if !line.locked {
                line.locked = true;
                return None;
            }
            let sleeper = Arc::new(Sleeper {
                thread: thread::current(),
                served: AtomicBool::new(false),
            });
            line.sleepers.push_back(Arc::clone(&sleeper));
            Some(sleeper)
        });
        if let Some(sleeper) = sleeper {
            while !sleeper.served.load(Ordering::Acquire) {
                thread::park();
            }
        }
        Guard { mutex: self }
    }

    /// Takes the mutex if it is free and nobody stands in line for it. Never waits.
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        let taken = self.with_line(|line| !std::mem::replace(&mut line.locked, true));
        taken.then(|| Guard { mutex: self })
    }

    /// How many threads stand in line for the mutex.
    ///
    /// Whoever sleeps in `lock` stands in line.
    pub fn waiting(&self) -> usize {
        self.with_line(|line| line.sleepers.len())
    }

    /// Gives the value back. Nobody else can have the mutex any more.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// Frees the mutex, or hands it to the first in line without freeing it.
    fn unlock(&self) {
        let next = self.with_line(|line| {
            let next = line.sleepers.pop_front();
            line.locked = next.is_some();
            next
        });
        if let Some(next) = next {
            next.served.store(true, Ordering::Release);
            next.thread.unpark();
        }
    }

    fn with_line<R>(&self, f: impl FnOnce(&mut Line) -> R) -> R {
        while self.busy.swap(true, Ordering::Relaxed) {
            hint::spin_loop();
        }
        // SAFETY: `busy` was false, and nobody else comes here before it is again.
        let result = f(unsafe { &mut *self.line.get() });
        self.busy.store(false, Ordering::Release);
        result
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
        self.mutex.unlock();
    }
}
