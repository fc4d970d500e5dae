//! What the locks have in common: poisoning, where their values are, and what becomes of those of
//! statics.

use ::std::{
    cell::{Cell, UnsafeCell},
    mem,
    ptr::{self, NonNull},
    sync::{LockResult, PoisonError},
};
use interleave::{Protected, Turn};

/// Whether a thread panicked while it held the lock.
pub(super) struct Flag(Cell<bool>);

impl Flag {
    pub(super) const fn new() -> Self {
        Self(Cell::new(false))
    }

    pub(super) fn get(&self) -> bool {
        self.0.get()
    }

    pub(super) fn set(&self, poisoned: bool) {
        self.0.set(poisoned);
    }

    /// `data`, as an error if the lock is poisoned.
    pub(super) fn result<T>(&self, data: T) -> LockResult<T> {
        if self.get() {
            interleave::stop_if_over();
            Err(PoisonError::new(data))
        } else {
            Ok(data)
        }
    }
}

/// Where the value of a lock is.
pub(super) fn protected<T: ?Sized>(value: &UnsafeCell<T>) -> Protected {
    Protected {
        address: NonNull::from(value).cast::<u8>().addr(),
        size: size_of_val(value),
    }
}

/// Has the value of a static dropped at the end of the execution, if `take` can take the
/// lock then. `forget` makes the next touch of the lock a first one.
///
/// # Safety
///
/// The lock must be a static, and `take` must not succeed while a thread can use the value.
pub(super) unsafe fn drop_at_end<L: ?Sized, T: ?Sized>(
    lock: &L,
    value: *mut T,
    take: fn(&L) -> bool,
    forget: fn(&L),
) {
    let lock = ptr::from_ref(lock);
    let work: Box<dyn FnOnce()> = Box::new(move || {
        // SAFETY: a static is always there.
        let lock = unsafe { &*lock };
        if take(lock) {
            // SAFETY: no other thread can take the lock until it is forgotten, and then
            // its first value is put back before it is looked at.
            unsafe { ptr::drop_in_place(value) };
            forget(lock);
        }
    });
    // SAFETY: what it names lives as long as the static, which is longer than the execution.
    let work = unsafe { mem::transmute::<Box<dyn FnOnce() + '_>, Box<dyn FnOnce()>>(work) };
    interleave::at_end(Turn::First, work);
}
