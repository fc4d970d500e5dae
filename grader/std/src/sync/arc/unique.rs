//! What can be done with a value that has one owner.

use ::std::{clone::CloneToUninit, mem::ManuallyDrop, panic::Location, ptr::NonNull, sync as real};
use interleave::objects::arc::Operation;

use super::{Arc, count};

impl<T> Arc<T> {
    /// Returns the inner value, if the `Arc` has exactly one strong reference.
    ///
    /// # Errors
    ///
    /// With the `Arc` itself, if it is not the only one.
    #[track_caller]
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        count::ask(Operation::TryUnwrap, &*this.real(), Location::caller());
        real::Arc::try_unwrap(this.into_real()).map_err(Arc::of)
    }

    /// Returns the inner value, if the `Arc` has exactly one strong reference.
    #[track_caller]
    pub fn into_inner(this: Self) -> Option<T> {
        count::ask(Operation::IntoInner, &*this.real(), Location::caller());
        real::Arc::into_inner(this.into_real())
    }
}

impl<T: Clone> Arc<T> {
    /// If we have the only reference to `T` then unwrap it. Otherwise, clone `T` and return the clone.
    #[track_caller]
    pub fn unwrap_or_clone(this: Self) -> T {
        Arc::try_unwrap(this).unwrap_or_else(|shared| (*shared).clone())
    }
}

impl<T: ?Sized> Arc<T> {
    /// Returns a mutable reference into the given `Arc`, if there are no other `Arc` or `Weak`
    /// pointers to the same allocation.
    #[track_caller]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        let mut real = this.real();
        count::ask(Operation::GetMut, &*real, Location::caller());
        real::Arc::get_mut(&mut real)?;
        // SAFETY: no other `Arc` has the value, and none can get it while it is borrowed.
        Some(unsafe { this.value.as_mut() })
    }
}

impl<T: ?Sized + CloneToUninit> Arc<T> {
    /// Makes a mutable reference into the given `Arc`.
    #[track_caller]
    pub fn make_mut(this: &mut Self) -> &mut T {
        let mut real = this.real();
        count::ask(Operation::MakeMut, &*real, Location::caller());
        if real::Arc::strong_count(&real) > 1 {
            // To make a copy and to drop what is shared are the program's doings: others may
            // go first.
            *this = Arc::first(real::Arc::clone_from_ref(&**this));
        } else {
            let _: &mut T = real::Arc::make_mut(&mut real);
            let value = real::Arc::into_raw(ManuallyDrop::into_inner(real)).cast_mut();
            // SAFETY: it points to a value.
            let value = unsafe { NonNull::new_unchecked(value) };
            if value.addr() != this.value.addr() {
                // A `Weak` watched it, and is left with what was there before.
                count::begin(value);
            }
            this.value = value;
        }
        // SAFETY: no other `Arc` has the value, and none can get it while it is borrowed.
        unsafe { this.value.as_mut() }
    }
}
