//! `std::sync::Mutex`.

use ::std::{
    cell::UnsafeCell,
    fmt,
    marker::PhantomData,
    mem,
    ops::{Deref, DerefMut},
    panic::{Location, RefUnwindSafe, UnwindSafe},
    ptr,
};
use interleave::{
    Handle, Id, Protected, is_static,
    objects::{mutex, poison},
};

use super::{
    LockResult, TryLockError, TryLockResult,
    poison::{Flag, drop_at_end, protected},
};

/// A mutual exclusion primitive useful for protecting shared data.
// The handle comes first and the rest is what a static starts each execution with.
#[repr(C)]
pub struct Mutex<T: ?Sized> {
    handle: Handle<mutex::Mutex>,
    poison: Flag,
    data: UnsafeCell<T>,
}

// SAFETY: the engine lets one thread at a time hold the mutex, and all threads of an
// execution run on one operating-system thread.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl<T: ?Sized> UnwindSafe for Mutex<T> {}
impl<T: ?Sized> RefUnwindSafe for Mutex<T> {}

/// An RAII implementation of a "scoped lock" of a mutex.
#[must_use = "if unused the Mutex will immediately unlock"]
#[clippy::has_significant_drop]
pub struct MutexGuard<'a, T: ?Sized + 'a> {
    lock: &'a Mutex<T>,
    /// Whether the thread was panicking already when it took the mutex.
    panicking: bool,
    /// Whether it was borrowed mutably.
    changed: bool,
    location: &'static Location<'static>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard only gives `&T`.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T> Mutex<T> {
    /// Creates a new mutex in an unlocked state ready for use.
    pub const fn new(t: T) -> Mutex<T> {
        Mutex {
            handle: Handle::new(),
            poison: Flag::new(),
            data: UnsafeCell::new(t),
        }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Acquires a mutex, blocking the current thread until it is able to do so.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the error has the guard.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let location = Location::caller();
        mutex::lock(self.id(), location);
        self.guard(location)
    }

    /// Attempts to acquire this lock.
    ///
    /// # Errors
    ///
    /// If the mutex is held, or if it is poisoned; the latter error has the guard.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let location = Location::caller();
        if mutex::try_lock(self.id(), location) {
            self.guard(location).map_err(TryLockError::Poisoned)
        } else {
            Err(TryLockError::WouldBlock)
        }
    }

    /// Determines whether the mutex is poisoned.
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        if interleave::is_running() {
            poison::look(self.id(), Location::caller());
        }
        self.poison.get()
    }

    /// Clear the poisoned state from a mutex.
    #[track_caller]
    pub fn clear_poison(&self) {
        if interleave::is_running() {
            poison::clear(self.id(), Location::caller());
        }
        self.poison.set(false);
    }

    /// Consumes this mutex, returning the underlying data.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the error has the data.
    pub fn into_inner(self) -> LockResult<T>
    where
        T: Sized,
    {
        let Self { poison, data, .. } = self;
        poison.result(data.into_inner())
    }

    /// Returns a mutable reference to the underlying data.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned; the error has the reference.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let Self { poison, data, .. } = self;
        poison.result(data.get_mut())
    }

    pub(super) fn id(&self) -> Id<mutex::Mutex> {
        if let Some(id) = self.handle.known() {
            return id;
        }
        let start = size_of::<Handle<mutex::Mutex>>();
        let this = ptr::from_ref(self).cast::<u8>().cast_mut();
        let size = size_of_val(self) - start;
        let id = self.handle.resolve(this.wrapping_add(start), size);
        if mem::needs_drop::<T>() && is_static(this) {
            // SAFETY: it is a static, and a held mutex is not taken.
            unsafe { drop_at_end(self, self.data.get(), Self::take, Self::forget) };
        }
        id
    }

    fn take(&self) -> bool {
        mutex::try_lock(self.id(), Location::caller())
    }

    fn forget(&self) {
        self.handle.forget();
    }

    pub(super) fn guard(
        &self,
        location: &'static Location<'static>,
    ) -> LockResult<MutexGuard<'_, T>> {
        let guard = MutexGuard {
            lock: self,
            panicking: interleave::is_panicking(),
            changed: false,
            location,
            not_send: PhantomData,
        };
        self.poison.result(guard)
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// Takes the guard apart without giving the mutex back; with what the mutex protects, if that
    /// was borrowed mutably.
    pub(super) fn into_mutex(self) -> (&'a Mutex<T>, Option<Protected>) {
        let parts = (self.lock, self.borrowed());
        mem::forget(self);
        parts
    }

    fn borrowed(&self) -> Option<Protected> {
        self.changed.then(|| protected(&self.lock.data))
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard's thread holds the mutex.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changed = true;
        // SAFETY: the guard's thread holds the mutex.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if !self.panicking && interleave::is_panicking() {
            if interleave::is_running() {
                poison::set(self.lock.id(), self.location);
            }
            self.lock.poison.set(true);
        }
        if interleave::is_running() {
            mutex::unlock(self.lock.id(), self.borrowed(), self.location);
        }
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(t: T) -> Self {
        Mutex::new(t)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(guard) => d.field("data", &&*guard),
            Err(TryLockError::Poisoned(err)) => d.field("data", &&**err.get_ref()),
            // The real one has quotes here, and none for a reader-writer lock.
            Err(TryLockError::WouldBlock) => d.field("data", &"<locked>"),
        };
        d.field("poisoned", &self.is_poisoned());
        d.finish_non_exhaustive()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
