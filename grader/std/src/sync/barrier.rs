//! `std::sync::Barrier`.

use ::std::{
    fmt,
    panic::{Location, RefUnwindSafe},
    ptr,
};
use interleave::{Handle, objects::barrier};

/// A barrier enables multiple threads to synchronize the beginning of some computation.
pub struct Barrier {
    handle: Handle<barrier::Barrier>,
    num_threads: usize,
}

impl RefUnwindSafe for Barrier {}

/// Returned by [`Barrier::wait`] when all threads in the barrier have rendezvoused.
pub struct BarrierWaitResult(bool);

impl Barrier {
    /// Creates a new barrier that can block a given number of threads.
    #[must_use]
    pub const fn new(n: usize) -> Barrier {
        Barrier {
            handle: Handle::new(),
            num_threads: n,
        }
    }

    /// Blocks the current thread until all threads have rendezvoused here.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let id = self.handle.resolve(ptr::null_mut(), 0);
        let last = barrier::wait(id, self.num_threads, Location::caller());
        BarrierWaitResult(last)
    }
}

impl BarrierWaitResult {
    /// Returns `true` if this thread is the "leader thread" for the call to [`Barrier::wait`].
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}

impl fmt::Debug for BarrierWaitResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierWaitResult")
            .field("is_leader", &self.is_leader())
            .finish()
    }
}
