//! `std::sync::RwLock`.

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
    objects::{poison, rwlock},
};

use super::{
    LockResult, TryLockError, TryLockResult,
    poison::{Flag, drop_at_end, protected},
};

/// A reader-writer lock.
// The handle comes first and the rest is what a static starts each execution with.
#[repr(C)]
pub struct RwLock<T: ?Sized> {
    handle: Handle<rwlock::RwLock>,
    poison: Flag,
    data: UnsafeCell<T>,
}

// SAFETY: the engine lets either many threads read or one write, and all threads of an
// execution run on one operating-system thread.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

impl<T: ?Sized> UnwindSafe for RwLock<T> {}
impl<T: ?Sized> RefUnwindSafe for RwLock<T> {}

/// RAII structure used to release the shared read access of a lock when dropped.
#[must_use = "if unused the RwLock will immediately unlock"]
#[clippy::has_significant_drop]
pub struct RwLockReadGuard<'rwlock, T: ?Sized + 'rwlock> {
    lock: &'rwlock RwLock<T>,
    location: &'static Location<'static>,
    not_send: PhantomData<*const ()>,
}

/// RAII structure used to release the exclusive write access of a lock when dropped.
#[must_use = "if unused the RwLock will immediately unlock"]
#[clippy::has_significant_drop]
pub struct RwLockWriteGuard<'rwlock, T: ?Sized + 'rwlock> {
    lock: &'rwlock RwLock<T>,
    /// Whether the thread was panicking already when it took the lock.
    panicking: bool,
    /// Whether it was borrowed mutably.
    changed: bool,
    location: &'static Location<'static>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard only gives `&T`.
unsafe impl<T: ?Sized + Sync> Sync for RwLockReadGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync> Sync for RwLockWriteGuard<'_, T> {}

impl<T> RwLock<T> {
    /// Creates a new instance of an `RwLock<T>` which is unlocked.
    pub const fn new(t: T) -> RwLock<T> {
        RwLock {
            handle: Handle::new(),
            poison: Flag::new(),
            data: UnsafeCell::new(t),
        }
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Locks this `RwLock` with shared read access, blocking the current thread until it can be acquired.
    ///
    /// # Errors
    ///
    /// If the lock is poisoned; the error has the guard.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let location = Location::caller();
        rwlock::read(self.id(), location);
        self.poison.result(self.reader(location))
    }

    /// Attempts to acquire this `RwLock` with shared read access.
    ///
    /// # Errors
    ///
    /// If a writer holds the lock, or if it is poisoned; the latter error has the guard.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let location = Location::caller();
        if rwlock::try_read(self.id(), location) {
            let guard = self.poison.result(self.reader(location));
            guard.map_err(TryLockError::Poisoned)
        } else {
            Err(TryLockError::WouldBlock)
        }
    }

    /// Locks this `RwLock` with exclusive write access, blocking the current thread until it can be acquired.
    ///
    /// # Errors
    ///
    /// If the lock is poisoned; the error has the guard.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let location = Location::caller();
        rwlock::write(self.id(), location);
        self.poison.result(self.writer(location))
    }

    /// Attempts to lock this `RwLock` with exclusive write access.
    ///
    /// # Errors
    ///
    /// If the lock is held, or if it is poisoned; the latter error has the guard.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let location = Location::caller();
        if rwlock::try_write(self.id(), location) {
            let guard = self.poison.result(self.writer(location));
            guard.map_err(TryLockError::Poisoned)
        } else {
            Err(TryLockError::WouldBlock)
        }
    }

    /// Determines whether the lock is poisoned.
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        if interleave::is_running() {
            poison::look(self.id(), Location::caller());
        }
        self.poison.get()
    }

    /// Clear the poisoned state from a lock.
    #[track_caller]
    pub fn clear_poison(&self) {
        if interleave::is_running() {
            poison::clear(self.id(), Location::caller());
        }
        self.poison.set(false);
    }

    /// Consumes this `RwLock`, returning the underlying data.
    ///
    /// # Errors
    ///
    /// If the lock is poisoned; the error has the data.
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
    /// If the lock is poisoned; the error has the reference.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let Self { poison, data, .. } = self;
        poison.result(data.get_mut())
    }

    fn id(&self) -> Id<rwlock::RwLock> {
        if let Some(id) = self.handle.known() {
            return id;
        }
        let start = size_of::<Handle<rwlock::RwLock>>();
        let this = ptr::from_ref(self).cast::<u8>().cast_mut();
        let size = size_of_val(self) - start;
        let id = self.handle.resolve(this.wrapping_add(start), size);
        if mem::needs_drop::<T>() && is_static(this) {
            // SAFETY: it is a static, and a held lock is not taken.
            unsafe { drop_at_end(self, self.data.get(), Self::take, Self::forget) };
        }
        id
    }

    fn take(&self) -> bool {
        rwlock::try_write(self.id(), Location::caller())
    }

    fn forget(&self) {
        self.handle.forget();
    }

    fn reader(&self, location: &'static Location<'static>) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard {
            lock: self,
            location,
            not_send: PhantomData,
        }
    }

    fn writer(&self, location: &'static Location<'static>) -> RwLockWriteGuard<'_, T> {
        RwLockWriteGuard {
            lock: self,
            panicking: interleave::is_panicking(),
            changed: false,
            location,
            not_send: PhantomData,
        }
    }
}

impl<'rwlock, T: ?Sized> RwLockWriteGuard<'rwlock, T> {
    /// Downgrades a write-locked `RwLockWriteGuard` into a read-locked [`RwLockReadGuard`].
    #[track_caller]
    pub fn downgrade(s: Self) -> RwLockReadGuard<'rwlock, T> {
        let (lock, borrowed) = (s.lock, s.borrowed());
        mem::forget(s);
        let location = Location::caller();
        rwlock::downgrade(lock.id(), borrowed, location);
        lock.reader(location)
    }
}

impl<T: ?Sized> RwLockWriteGuard<'_, T> {
    /// What the lock protects, if that was borrowed mutably.
    fn borrowed(&self) -> Option<Protected> {
        self.changed.then(|| protected(&self.lock.data))
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard's thread has a share of the lock.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard's thread holds the lock.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changed = true;
        // SAFETY: the guard's thread holds the lock.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        if interleave::is_running() {
            rwlock::read_unlock(self.lock.id(), self.location);
        }
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        if !self.panicking && interleave::is_panicking() {
            if interleave::is_running() {
                poison::set(self.lock.id(), self.location);
            }
            self.lock.poison.set(true);
        }
        if interleave::is_running() {
            rwlock::write_unlock(self.lock.id(), self.borrowed(), self.location);
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_struct("RwLock");
        match self.try_read() {
            Ok(guard) => d.field("data", &&*guard),
            Err(TryLockError::Poisoned(err)) => d.field("data", &&**err.get_ref()),
            Err(TryLockError::WouldBlock) => d.field("data", &format_args!("<locked>")),
        };
        d.field("poisoned", &self.is_poisoned());
        d.finish_non_exhaustive()
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> RwLock<T> {
        RwLock::new(Default::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(t: T) -> Self {
        RwLock::new(t)
    }
}

macro_rules! shown_as_its_value {
    ($($guard:ident)*) => {
        $(
            impl<T: ?Sized + fmt::Debug> fmt::Debug for $guard<'_, T> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    (**self).fmt(f)
                }
            }

            impl<T: ?Sized + fmt::Display> fmt::Display for $guard<'_, T> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    (**self).fmt(f)
                }
            }
        )*
    };
}

shown_as_its_value!(RwLockReadGuard RwLockWriteGuard);
