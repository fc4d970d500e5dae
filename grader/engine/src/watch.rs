//! What a watchdog on another operating-system thread may look at.
//!
//! An answer that loops without any visible operation never comes back to the
//! engine. These two values let a watchdog see that, and say where it was last.

use std::{
    panic::Location,
    ptr,
    sync::atomic::{AtomicPtr, AtomicU64, Ordering},
};

static STEPS: AtomicU64 = AtomicU64::new(0);
static PLACE: AtomicPtr<Location<'static>> = AtomicPtr::new(ptr::null_mut());

pub(crate) fn note(location: &'static Location<'static>) {
    // All threads under test run on one operating-system thread, so no other thread counts.
    STEPS.store(STEPS.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    PLACE.store(ptr::from_ref(location).cast_mut(), Ordering::Relaxed);
}

/// Counts up with every visible operation of this process.
pub fn steps() -> u64 {
    STEPS.load(Ordering::Relaxed)
}

/// The place of the last visible operation of this process.
pub fn place() -> Option<&'static Location<'static>> {
    let place = PLACE.load(Ordering::Relaxed);
    // SAFETY: only pointers made from `&'static Location` are ever stored.
    unsafe { place.as_ref() }
}
