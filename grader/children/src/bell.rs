//! Waiting for another process: first by giving way to it, then asleep.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use rustix::thread::{futex, sched_yield};

/// So often the one who waits gives way before it sleeps. Where both processes share a processor,
/// the other one nearly always has answered by then, and no one has to be woken.
const YIELDS: u32 = 40;
/// It gives way no longer than this: on a busy processor each time can cost a time slice.
const YIELDING: Duration = Duration::from_millis(1);

/// Gives way until something is so; whether it is.
pub(crate) fn yield_until(is: impl Fn() -> bool) -> bool {
    let mut began = None;
    for _ in 0..YIELDS {
        if is() {
            return true;
        }
        if began.get_or_insert_with(Instant::now).elapsed() > YIELDING {
            return false;
        }
        sched_yield();
    }
    is()
}

/// Tells one process that another has said something. All zero bytes are a bell that was never rung.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Bell {
    /// How often it was rung.
    count: AtomicU32,
    /// Whether the one who waits must be woken.
    asleep: AtomicU32,
}

impl Bell {
    /// How often it was rung. What was said before that can be read.
    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Acquire)
    }

    /// Rings.
    pub(crate) fn ring(&self) {
        // The one who rings changes the count and looks at `asleep`, the one who waits does it the
        // other way round: in sequentially consistent order one of them sees the other.
        self.count.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether someone sleeps until it rings.
    pub(crate) fn is_awaited(&self) -> bool {
        self.asleep.load(Ordering::SeqCst) != 0
    }

    /// Says that the caller is going to sleep, until the result is dropped.
    pub(crate) fn fall_asleep(&self) -> Asleep<'_> {
        self.asleep.store(1, Ordering::SeqCst);
        Asleep(self)
    }

    /// Rings, and wakes the one who sleeps in [`wait`](Self::wait).
    pub(crate) fn ring_and_wake(&self) {
        self.ring();
        if self.is_awaited() {
            // It cannot fail for a word that is mapped and aligned.
            let _ = futex::wake(&self.count, futex::Flags::empty(), 1);
        }
    }

    /// Waits until it was rung more than `heard` times, by `futex(2)`.
    pub(crate) fn wait(&self, heard: u32) {
        if yield_until(|| self.count() != heard) {
            return;
        }
        let _asleep = self.fall_asleep();
        while self.count.load(Ordering::SeqCst) == heard {
            // An interruption, a wake-up for nothing and a count that has just changed are alike.
            let _ = futex::wait(&self.count, futex::Flags::empty(), heard, None);
        }
    }

    /// Makes it a bell that was never rung. No process may use it.
    pub(crate) fn reset(&self) {
        self.count.store(0, Ordering::SeqCst);
        self.asleep.store(0, Ordering::SeqCst);
    }
}

/// That someone sleeps until a bell rings.
#[derive(Debug)]
pub(crate) struct Asleep<'a>(&'a Bell);

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.0.asleep.store(0, Ordering::SeqCst);
    }
}
