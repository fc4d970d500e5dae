//! `std::sync::Weak`.

use ::std::{
    fmt,
    marker::Unsize,
    mem::ManuallyDrop,
    num::NonZero,
    ops::{CoerceUnsized, DispatchFromDyn},
    panic::Location,
    ptr::{self, NonNull},
    sync as real,
};
use interleave::objects::arc::Operation;

use super::{Arc, count};

/// `Weak` is a version of [`Arc`] that holds a non-owning reference to the managed allocation.
pub struct Weak<T: ?Sized> {
    /// What a real `Weak` was turned into.
    value: NonNull<T>,
}

// SAFETY: it is as the real one, whose bounds these are.
unsafe impl<T: ?Sized + Sync + Send> Send for Weak<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync + Send> Sync for Weak<T> {}

impl<T: ?Sized + Unsize<U>, U: ?Sized> CoerceUnsized<Weak<U>> for Weak<T> {}
impl<T: ?Sized + Unsize<U>, U: ?Sized> DispatchFromDyn<Weak<U>> for Weak<T> {}

/// Where a `Weak` points to that never had a value, also a real one.
const NOWHERE: NonZero<usize> = NonZero::<usize>::MAX;

impl<T> Weak<T> {
    /// Constructs a new `Weak<T>`, without allocating any memory.
    #[must_use]
    pub const fn new() -> Weak<T> {
        Weak {
            value: NonNull::without_provenance(NOWHERE),
        }
    }
}

impl<T: ?Sized> Weak<T> {
    /// Takes over a real one.
    pub(super) fn of(real: real::Weak<T>) -> Self {
        Self::at(real.into_raw())
    }

    /// One that a real one was turned into.
    pub(super) fn at(value: *const T) -> Self {
        Self {
            // SAFETY: neither a value nor where none is has the address zero.
            value: unsafe { NonNull::new_unchecked(value.cast_mut()) },
        }
    }

    /// A look at the real one.
    fn real(&self) -> ManuallyDrop<real::Weak<T>> {
        // SAFETY: it was turned into this pointer, and is not dropped twice.
        ManuallyDrop::new(unsafe { real::Weak::from_raw(self.value.as_ptr()) })
    }

    fn has_counts(&self) -> bool {
        self.value.addr() != NOWHERE
    }

    fn ask(&self, question: Operation, location: &'static Location<'static>) {
        if self.has_counts() {
            count::ask(question, &*self.real(), location);
        }
    }

    /// Returns a raw pointer to the object `T` pointed to by this `Weak<T>`.
    #[must_use]
    pub fn as_ptr(&self) -> *const T {
        self.value.as_ptr()
    }

    /// Consumes the `Weak<T>` and turns it into a raw pointer.
    #[must_use = "losing the pointer will leak memory"]
    pub fn into_raw(self) -> *const T {
        ManuallyDrop::new(self).value.as_ptr()
    }

    /// Converts a raw pointer previously created by [`into_raw`](Weak::into_raw) back into `Weak<T>`.
    ///
    /// # Safety
    ///
    /// As for the real one: the pointer must be one that [`into_raw`](Weak::into_raw) returned.
    pub unsafe fn from_raw(ptr: *const T) -> Self {
        Self::at(ptr)
    }

    /// Attempts to upgrade the `Weak` pointer to an [`Arc`].
    #[must_use = "this returns a new `Arc`, without modifying the original weak pointer"]
    #[track_caller]
    pub fn upgrade(&self) -> Option<Arc<T>> {
        self.ask(Operation::Upgrade, Location::caller());
        self.real().upgrade().map(Arc::of)
    }

    /// Gets the number of strong (`Arc`) pointers pointing to this allocation.
    #[must_use]
    #[track_caller]
    pub fn strong_count(&self) -> usize {
        self.ask(Operation::StrongCount, Location::caller());
        self.real().strong_count()
    }

    /// Gets an approximation of the number of `Weak` pointers pointing to this allocation.
    #[must_use]
    #[track_caller]
    pub fn weak_count(&self) -> usize {
        self.ask(Operation::WeakCount, Location::caller());
        self.real().weak_count()
    }

    /// Returns `true` if the two `Weak`s point to the same allocation, or if both don't point
    /// to any allocation (because they were created with `Weak::new()`).
    #[must_use]
    pub fn ptr_eq(&self, other: &Self) -> bool {
        ptr::addr_eq(self.value.as_ptr(), other.value.as_ptr())
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    #[track_caller]
    fn clone(&self) -> Weak<T> {
        let real = self.real();
        if interleave::objects::arc::counts_are_steps() && self.has_counts() {
            count::change(Operation::WeakClone, &*real, Some(Location::caller()));
        }
        Weak::of(real::Weak::clone(&real))
    }
}

impl<T> Default for Weak<T> {
    fn default() -> Weak<T> {
        Weak::new()
    }
}

// SAFETY: nothing is done with the value.
unsafe impl<#[may_dangle] T: ?Sized> Drop for Weak<T> {
    fn drop(&mut self) {
        let counted = interleave::objects::arc::counts_are_steps() && self.has_counts();
        // SAFETY: it was turned into this pointer, which is used no more. It is dropped even if
        // the thread is unwound before its turn.
        let real = unsafe { real::Weak::from_raw(self.value.as_ptr()) };
        if counted {
            count::change(Operation::WeakDrop, &real, None);
        }
    }
}

impl<T: ?Sized> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(Weak)")
    }
}
