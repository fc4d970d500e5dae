//! Values that each modelled thread has for itself.

use ::std::{
    cell::{Cell, RefCell},
    error::Error,
    fmt,
    mem::{self, MaybeUninit},
    ptr,
    sync::atomic::AtomicBool,
};
use interleave::local::{LocalType, LocalValue};

/// A thread local storage key which owns its contents.
pub struct LocalKey<T: 'static> {
    init: fn() -> T,
    id: &'static Id,
}

/// A key's own place in memory, which tells it from the others.
#[doc(hidden)]
#[derive(Debug)]
pub struct Id(#[expect(dead_code, reason = "only its address counts")] AtomicBool);

impl Id {
    #[expect(clippy::new_without_default, reason = "it is for the macro alone")]
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }
}

/// An error returned by [`LocalKey::try_with`](LocalKey::try_with).
#[non_exhaustive]
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct AccessError;

impl fmt::Debug for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessError").finish()
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt("already destroyed", f)
    }
}

impl Error for AccessError {}

#[track_caller]
fn panic_access_error(err: AccessError) -> ! {
    panic!("cannot access a Thread Local Storage value during or after destruction: {err:?}")
}

/// Drops a value that was kept without its type, and keeps its memory.
///
/// # Safety
///
/// `value` must come from `Box::<T>::into_raw`, and must not be used again, except by [`free`].
unsafe fn destroy<T>(value: *mut ()) {
    // SAFETY: the caller promises it.
    unsafe { ptr::drop_in_place(value.cast::<T>()) };
}

/// Gives back the memory of a value that was kept without its type, and does not drop the value.
///
/// # Safety
///
/// `value` must come from `Box::<T>::into_raw`, and must not be used again.
unsafe fn free<T>(value: *mut ()) {
    // SAFETY: the caller promises it, and a value that may be dropped has the same layout.
    drop(unsafe { Box::from_raw(value.cast::<MaybeUninit<T>>()) });
}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn new(init: fn() -> T, id: &'static Id) -> Self {
        Self { init, id }
    }

    /// Acquires a reference to the value in this TLS key.
    #[track_caller]
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        match self.try_with(f) {
            Ok(r) => r,
            Err(err) => panic_access_error(err),
        }
    }

    /// Acquires a reference to the value in this TLS key, or says that it is destroyed.
    ///
    /// # Errors
    ///
    /// If the value is destroyed.
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        self.value(&mut || (self.init)()).map(f)
    }

    #[track_caller]
    fn initialize_with<F, R>(&'static self, init: T, f: F) -> R
    where
        F: FnOnce(Option<T>, &T) -> R,
    {
        let mut init = Some(init);
        let first = &mut || init.take().unwrap_or_else(self.init);
        match self.value(first) {
            Ok(value) => f(init, value),
            Err(err) => panic_access_error(err),
        }
    }

    /// The value of the thread that runs, made by `init` if there is none yet.
    fn value(&'static self, init: &mut dyn FnMut() -> T) -> Result<&'static T, AccessError> {
        let key = ptr::from_ref(self.id) as usize;
        let value = match interleave::local::get(key) {
            LocalValue::Alive(value) => value,
            LocalValue::Destroyed => return Err(AccessError),
            LocalValue::New => {
                let value = Box::into_raw(Box::new(init())).cast::<()>();
                let of = LocalType {
                    drop: mem::needs_drop::<T>().then_some(destroy::<T> as unsafe fn(*mut ())),
                    free: free::<T>,
                };
                // SAFETY: the value comes from a box of this type.
                let old = unsafe { interleave::local::put(key, value, of) };
                if let Some(old) = old {
                    // SAFETY: `init` put it there with this type, and it is found no more.
                    drop(unsafe { Box::from_raw(old.cast::<T>()) });
                }
                value
            }
        };
        // SAFETY: the engine keeps it for this key, so it has this type, until the thread
        // ends; and references to it do not leave the thread.
        Ok(unsafe { &*value.cast::<T>() })
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// Sets or initializes the contained value.
    #[track_caller]
    pub fn set(&'static self, value: T) {
        self.initialize_with(Cell::new(value), |value, cell| {
            if let Some(value) = value {
                cell.set(value.into_inner());
            }
        });
    }

    /// Returns a copy of the contained value.
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the contained value, leaving `Default::default()` in its place.
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Replaces the contained value, returning the old value.
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Acquires a reference to the contained value.
    #[track_caller]
    pub fn with_borrow<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.with(|cell| f(&cell.borrow()))
    }

    /// Acquires a mutable reference to the contained value.
    #[track_caller]
    pub fn with_borrow_mut<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&mut T) -> R,
    {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }

    /// Sets or initializes the contained value.
    #[track_caller]
    pub fn set(&'static self, value: T) {
        self.initialize_with(RefCell::new(value), |value, cell| {
            if let Some(value) = value {
                *cell.borrow_mut() = value.into_inner();
            }
        });
    }

    /// Takes the contained value, leaving `Default::default()` in its place.
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// Replaces the contained value, returning the old value.
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}
