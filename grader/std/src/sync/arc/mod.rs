//! `std::sync::Arc` and `Weak`: the real ones, with their counts shown to the engine.
//!
//! Each is a pointer that the real one was turned into, and is turned back for whatever is
//! done with it, so that what it does is what the real one does. No other thread runs meanwhile.
//! What changes a count says so before, and what asks for one lets others go first; what this
//! comes to is told in the engine's `counts`.
//!
//! A pointer of one's own that can be what an `Arc` can be needs features of the compiler that
//! are not stable: `coerce_unsized` and `unsize` for `Arc<T>` as `Arc<dyn Trait>`,
//! `dispatch_from_dyn` and `legacy_receiver_trait` for methods of `self: Arc<Self>`,
//! `pin_coerce_unsized_trait` for `Pin<Arc<dyn Trait>>`, `dropck_eyepatch` for what may be
//! borrowed by a value that is dropped later, and `clone_to_uninit` with `clone_from_ref` for
//! `make_mut` of slices and strings. Without one of them programs that are right do not
//! compile. The compiler allows them to the crate of this name alone, by
//! `RUSTC_BOOTSTRAP=std` in `.cargo/config.toml`; the programs that are compiled against it
//! need and get nothing.

mod compare;
mod convert;
mod count;
mod make;
mod unique;
mod weak;

use ::std::{
    any::Any,
    marker::{PhantomData, Unsize},
    mem::{self, ManuallyDrop, MaybeUninit},
    ops::{CoerceUnsized, Deref, DispatchFromDyn, LegacyReceiver},
    panic::{Location, RefUnwindSafe, UnwindSafe},
    pin::PinCoerceUnsized,
    ptr::{self, NonNull},
    sync as real,
};
use interleave::{LastDrop, objects::arc::Operation};

pub use weak::Weak;

/// A thread-safe reference-counting pointer. ‘Arc’ stands for ‘Atomically Reference Counted’.
pub struct Arc<T: ?Sized> {
    /// What a real `Arc` was turned into.
    value: NonNull<T>,
    owns: PhantomData<T>,
}

// SAFETY: it is as the real one, whose bounds these are.
unsafe impl<T: ?Sized + Sync + Send> Send for Arc<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync + Send> Sync for Arc<T> {}

impl<T: RefUnwindSafe + ?Sized> UnwindSafe for Arc<T> {}
impl<T: ?Sized> Unpin for Arc<T> {}

impl<T: ?Sized + Unsize<U>, U: ?Sized> CoerceUnsized<Arc<U>> for Arc<T> {}
impl<T: ?Sized + Unsize<U>, U: ?Sized> DispatchFromDyn<Arc<U>> for Arc<T> {}
impl<T: ?Sized> LegacyReceiver for Arc<T> {}

// SAFETY: `deref` gives the same place as long as the pointer lives.
unsafe impl<T: ?Sized> PinCoerceUnsized for Arc<T> {}

impl<T: ?Sized> Arc<T> {
    /// Takes over a real one.
    fn of(real: real::Arc<T>) -> Self {
        let value = real::Arc::into_raw(real).cast_mut();
        Self {
            // SAFETY: it points to a value.
            value: unsafe { NonNull::new_unchecked(value) },
            owns: PhantomData,
        }
    }

    /// Takes over a real one whose value no `Arc` has had before.
    fn first(real: real::Arc<T>) -> Self {
        let arc = Self::of(real);
        count::begin(arc.value);
        arc
    }

    /// The real one again.
    fn into_real(self) -> real::Arc<T> {
        let this = ManuallyDrop::new(self);
        // SAFETY: it was turned into this pointer, and the pointer is given away.
        unsafe { real::Arc::from_raw(this.value.as_ptr()) }
    }

    /// A look at the real one.
    fn real(&self) -> ManuallyDrop<real::Arc<T>> {
        // SAFETY: it was turned into this pointer, and is not dropped twice.
        ManuallyDrop::new(unsafe { real::Arc::from_raw(self.value.as_ptr()) })
    }

    /// Provides a raw pointer to the data.
    #[must_use]
    pub fn as_ptr(this: &Self) -> *const T {
        this.value.as_ptr()
    }

    /// Consumes the `Arc`, returning the wrapped pointer.
    #[must_use = "losing the pointer will leak memory"]
    pub fn into_raw(this: Self) -> *const T {
        ManuallyDrop::new(this).value.as_ptr()
    }

    /// Constructs an `Arc<T>` from a raw pointer.
    ///
    /// # Safety
    ///
    /// As for the real one: the pointer must be one that [`into_raw`](Arc::into_raw) returned.
    pub unsafe fn from_raw(ptr: *const T) -> Self {
        Self {
            // SAFETY: the caller promises that it points to a value.
            value: unsafe { NonNull::new_unchecked(ptr.cast_mut()) },
            owns: PhantomData,
        }
    }

    /// Increments the strong reference count on the `Arc<T>` associated with the provided pointer by one.
    ///
    /// # Safety
    ///
    /// As for the real one: there must be an `Arc` of this pointer meanwhile.
    #[track_caller]
    pub unsafe fn increment_strong_count(ptr: *const T) {
        // SAFETY: the caller promises it.
        let arc = ManuallyDrop::new(unsafe { Self::from_raw(ptr) });
        let _more = ManuallyDrop::new(Arc::clone(&arc));
    }

    /// Decrements the strong reference count on the `Arc<T>` associated with the provided pointer by one.
    ///
    /// # Safety
    ///
    /// As for the real one: there must be an `Arc` of this pointer, which this one is.
    pub unsafe fn decrement_strong_count(ptr: *const T) {
        // SAFETY: the caller promises it.
        drop(unsafe { Self::from_raw(ptr) });
    }

    /// Creates a new `Weak` pointer to this allocation.
    #[must_use = "this returns a new `Weak` pointer, without modifying the original `Arc`"]
    #[track_caller]
    pub fn downgrade(this: &Self) -> Weak<T> {
        let real = this.real();
        if interleave::objects::arc::counts_are_steps() {
            count::change(Operation::Downgrade, &*real, Some(Location::caller()));
        }
        Weak::of(real::Arc::downgrade(&real))
    }

    /// Gets the number of `Weak` pointers to this allocation.
    #[must_use]
    #[track_caller]
    pub fn weak_count(this: &Self) -> usize {
        count::ask(Operation::WeakCount, &*this.real(), Location::caller());
        real::Arc::weak_count(&this.real())
    }

    /// Gets the number of strong (`Arc`) pointers to this allocation.
    #[must_use]
    #[track_caller]
    pub fn strong_count(this: &Self) -> usize {
        count::ask(Operation::StrongCount, &*this.real(), Location::caller());
        real::Arc::strong_count(&this.real())
    }

    /// Returns `true` if the two `Arc`s point to the same allocation.
    #[must_use]
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        ptr::addr_eq(this.value.as_ptr(), other.value.as_ptr())
    }
}

impl Arc<dyn Any + Send + Sync> {
    /// Attempts to downcast the `Arc<dyn Any + Send + Sync>` to a concrete type.
    ///
    /// # Errors
    ///
    /// With the `Arc` itself, if the value has another type.
    pub fn downcast<T>(self) -> Result<Arc<T>, Self>
    where
        T: Any + Send + Sync,
    {
        let real = self.into_real().downcast();
        real.map(Arc::of).map_err(Arc::of)
    }
}

impl<T> Arc<MaybeUninit<T>> {
    /// Converts to `Arc<T>`.
    ///
    /// # Safety
    ///
    /// As for the real one: the value must be there.
    #[must_use = "`self` will be dropped if the result is not used"]
    pub unsafe fn assume_init(self) -> Arc<T> {
        // SAFETY: the caller promises it.
        Arc::of(unsafe { self.into_real().assume_init() })
    }
}

impl<T> Arc<[MaybeUninit<T>]> {
    /// Converts to `Arc<[T]>`.
    ///
    /// # Safety
    ///
    /// As for the real one: the values must be there.
    #[must_use = "`self` will be dropped if the result is not used"]
    pub unsafe fn assume_init(self) -> Arc<[T]> {
        // SAFETY: the caller promises it.
        Arc::of(unsafe { self.into_real().assume_init() })
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the value lives as long as an `Arc` shares it.
        unsafe { self.value.as_ref() }
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Arc<T> {
        let real = self.real();
        if interleave::objects::arc::counts_are_steps() {
            count::change(Operation::Clone, &*real, Some(Location::caller()));
        }
        // It has the same pointer, and need not be turned into it once more.
        let _more = ManuallyDrop::new(real::Arc::clone(&real));
        Arc {
            value: self.value,
            owns: PhantomData,
        }
    }
}

// SAFETY: nothing is done with the value but that it may be dropped.
unsafe impl<#[may_dangle] T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        // SAFETY: it was turned into this pointer, which is used no more. It is dropped even if
        // the thread is unwound before its turn.
        let real = unsafe { real::Arc::from_raw(self.value.as_ptr()) };
        if interleave::objects::arc::counts_are_steps() {
            count::change(Operation::Drop, &real, None);
        }
        if mem::needs_drop::<T>() && real::Arc::strong_count(&real) == 1 {
            let _last = LastDrop::begin();
            drop(real);
        }
    }
}
