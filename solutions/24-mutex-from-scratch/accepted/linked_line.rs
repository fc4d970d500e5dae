//! The queue lock of Mellor-Crummey and Scott, with sleepers: each thread in line hangs
//! itself behind the last one, with one swap, and nobody spins on a lock of the line.

use std::{
    cell::UnsafeCell,
    hint,
    ops::{Deref, DerefMut},
    ptr,
    sync::atomic::{
        AtomicBool, AtomicPtr, AtomicUsize,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
    thread::{self, Thread},
};

struct Place {
    thread: Thread,
    served: AtomicBool,
    behind: AtomicPtr<Place>,
}

pub struct Mutex<T> {
    last: AtomicPtr<Place>,
    waiting: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: one place at a time is in front.
unsafe impl<T: Send> Sync for Mutex<T> {}

pub struct Guard<'a, T> {
    mutex: &'a Mutex<T>,
    place: *mut Place,
}

// SAFETY: threads that share a guard get `&T` from it and nothing else.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

fn place() -> *mut Place {
    Box::into_raw(Box::new(Place {
        thread: thread::current(),
        served: AtomicBool::new(false),
        behind: AtomicPtr::new(ptr::null_mut()),
    }))
}

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self {
            last: AtomicPtr::new(ptr::null_mut()),
            waiting: AtomicUsize::new(0),
            value: UnsafeCell::new(value),
        }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        let place = place();
        let before = self.last.swap(place, AcqRel);
        if !before.is_null() {
            self.waiting.fetch_add(1, Relaxed);
            // SAFETY: whoever is before us frees its place only after it has seen ours.
            unsafe { (*before).behind.store(place, Release) };
            // SAFETY: our place is freed by our guard.
            while !unsafe { (*place).served.load(Acquire) } {
                thread::park();
            }
            self.waiting.fetch_sub(1, Relaxed);
        }
        Guard { mutex: self, place }
    }

    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        let place = place();
        let nobody = ptr::null_mut();
        match self.last.compare_exchange(nobody, place, AcqRel, Relaxed) {
            Ok(_) => Some(Guard { mutex: self, place }),
            Err(_) => {
                // SAFETY: nobody has seen it.
                drop(unsafe { Box::from_raw(place) });
                None
            }
        }
    }

    pub fn waiting(&self) -> usize {
        self.waiting.load(Relaxed)
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: its place is in front.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        let last = &self.mutex.last;
        // SAFETY: the place is ours, and made by `Box`.
        let place = unsafe { Box::from_raw(self.place) };
        if last
            .compare_exchange(self.place, ptr::null_mut(), AcqRel, Relaxed)
            .is_ok()
        {
            return;
        }
        // Somebody has come, and is about to say where it stands.
        let mut next = place.behind.load(Acquire);
        while next.is_null() {
            hint::spin_loop();
            next = place.behind.load(Acquire);
        }
        // SAFETY: whoever is next waits to be served, and is not gone before.
        let thread = unsafe {
            let thread = (*next).thread.clone();
            (*next).served.store(true, Release);
            thread
        };
        thread.unpark();
    }
}
