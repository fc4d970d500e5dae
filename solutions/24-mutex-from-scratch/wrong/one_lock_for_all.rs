//! wrong: all mutexes share one line, so no two of them can be held at once
//! fails: two_mutexes_are_two property

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
    value: UnsafeCell<T>,
}

/// Whether somebody looks at `LINE`, which takes a few instructions.
static BUSY: AtomicBool = AtomicBool::new(false);
static LINE: Shared = Shared(UnsafeCell::new(Line {
    locked: false,
    sleepers: VecDeque::new(),
}));

struct Shared(UnsafeCell<Line>);

// SAFETY: `BUSY` lets in one thread at a time.
unsafe impl Sync for Shared {}

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
        while BUSY.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        // SAFETY: `busy` was false, and nobody else comes here before it is again.
        let result = f(unsafe { &mut *LINE.0.get() });
        BUSY.store(false, Ordering::Release);
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
