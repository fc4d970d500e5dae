//! How an `Arc` is made anew.

use ::std::{
    mem::{ManuallyDrop, MaybeUninit},
    pin::Pin,
    ptr::NonNull,
    sync as real,
};
use interleave::objects::arc::Operation;

use super::{Arc, Weak, count};

impl<T> Arc<T> {
    /// Constructs a new `Arc<T>`.
    pub fn new(data: T) -> Arc<T> {
        Arc::first(real::Arc::new(data))
    }

    /// Constructs a new `Arc<T>` while giving you a `Weak<T>` to the allocation, to allow you
    /// to construct a `T` which holds a weak pointer to itself.
    pub fn new_cyclic<F>(data_fn: F) -> Arc<T>
    where
        F: FnOnce(&Weak<T>) -> T,
    {
        let made = real::Arc::new_cyclic(|weak: &real::Weak<T>| {
            // The real one keeps it.
            let ours = ManuallyDrop::new(Weak::at(weak.as_ptr()));
            if let Some(value) = NonNull::new(weak.as_ptr().cast_mut()) {
                count::begin(value);
            }
            let data = data_fn(&ours);
            // The value is there with the next thing that happens.
            if interleave::objects::arc::counts_are_steps() {
                count::change(Operation::Complete, weak, None);
            }
            data
        });
        Arc::of(made)
    }

    /// Constructs a new `Arc` with uninitialized contents.
    #[must_use]
    pub fn new_uninit() -> Arc<MaybeUninit<T>> {
        Arc::first(real::Arc::new_uninit())
    }

    /// Constructs a new `Arc` with uninitialized contents, with the memory being filled with `0` bytes.
    #[must_use]
    pub fn new_zeroed() -> Arc<MaybeUninit<T>> {
        Arc::first(real::Arc::new_zeroed())
    }

    /// Constructs a new `Pin<Arc<T>>`.
    #[must_use]
    pub fn pin(data: T) -> Pin<Arc<T>> {
        // SAFETY: no code can move the value out of an `Arc` that is pinned.
        unsafe { Pin::new_unchecked(Arc::new(data)) }
    }
}

impl<T> Arc<[T]> {
    /// Constructs a new atomically reference-counted slice with uninitialized contents.
    #[must_use]
    pub fn new_uninit_slice(len: usize) -> Arc<[MaybeUninit<T>]> {
        Arc::first(real::Arc::new_uninit_slice(len))
    }

    /// Constructs a new atomically reference-counted slice with uninitialized contents, with
    /// the memory being filled with `0` bytes.
    #[must_use]
    pub fn new_zeroed_slice(len: usize) -> Arc<[MaybeUninit<T>]> {
        Arc::first(real::Arc::new_zeroed_slice(len))
    }
}
