//! `std::sync::Condvar`.

use ::std::{fmt, panic::Location, time::Duration};
use interleave::{
    Handle, Id,
    objects::condvar::{self, Woken},
};

use super::{LockResult, MutexGuard, PoisonError};
use crate::time::{Instant, nanos};

/// A Condition Variable.
pub struct Condvar {
    handle: Handle<condvar::Condvar>,
}

/// A type indicating whether a timed wait on a condition variable returned due to a time out or not.
#[derive(Debug, PartialEq, Eq, Copy, Clone)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Returns `true` if the wait was known to have timed out.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// Creates a new condition variable which is ready to be waited on and notified.
    pub const fn new() -> Condvar {
        Condvar {
            handle: Handle::new(),
        }
    }

    /// Blocks the current thread until this condition variable receives a notification.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when the thread takes it again; the error has the guard.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.wait_at(guard, None, Location::caller())
            .map(|(guard, _)| guard)
            .map_err(|poisoned| PoisonError::new(poisoned.into_inner().0))
    }

    /// Blocks the current thread until the provided condition becomes false.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when the thread takes it again; the error has the guard.
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Waits on this condition variable for a notification, timing out after a specified duration.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when the thread takes it again; the error has the guard.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        self.wait_at(guard, Some(dur), Location::caller())
    }

    /// Waits on this condition variable for a notification, timing out after a specified duration.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when the thread takes it again; the error has the guard.
    #[track_caller]
    #[deprecated(
        since = "1.6.0",
        note = "replaced by `std::sync::Condvar::wait_timeout`"
    )]
    pub fn wait_timeout_ms<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        ms: u32,
    ) -> LockResult<(MutexGuard<'a, T>, bool)> {
        self.wait_at(
            guard,
            Some(Duration::from_millis(ms.into())),
            Location::caller(),
        )
        .map(|(guard, result)| (guard, !result.timed_out()))
        .map_err(|poisoned| {
            let (guard, result) = poisoned.into_inner();
            PoisonError::new((guard, !result.timed_out()))
        })
    }

    /// Waits on this condition variable for a notification, timing out after a specified duration.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when the thread takes it again; the error has the guard.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        dur: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let start = Instant::now();
        loop {
            if !condition(&mut *guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            let Some(timeout) = dur.checked_sub(start.elapsed()) else {
                return Ok((guard, WaitTimeoutResult(true)));
            };
            guard = self.wait_timeout(guard, timeout)?.0;
        }
    }

    /// Wakes up one blocked thread on this condvar.
    #[track_caller]
    pub fn notify_one(&self) {
        condvar::notify_one(self.id(), Location::caller());
    }

    /// Wakes up all blocked threads on this condvar.
    #[track_caller]
    pub fn notify_all(&self) {
        condvar::notify_all(self.id(), Location::caller());
    }

    fn wait_at<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Option<Duration>,
        location: &'static Location<'static>,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (mutex, borrowed) = guard.into_mutex();
        let timeout = timeout.and_then(nanos);
        let woken = condvar::wait(self.id(), mutex.id(), borrowed, timeout, location);
        let timed_out = WaitTimeoutResult(woken == Woken::TimedOut);
        match mutex.guard(location) {
            Ok(guard) => Ok((guard, timed_out)),
            Err(poisoned) => Err(PoisonError::new((poisoned.into_inner(), timed_out))),
        }
    }

    fn id(&self) -> Id<condvar::Condvar> {
        self.handle.resolve(::std::ptr::null_mut(), 0)
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}

impl Default for Condvar {
    fn default() -> Condvar {
        Condvar::new()
    }
}
