//! The queue lock of Mellor-Crummey and Scott, whose waiters park.

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

struct Node {
    next: AtomicPtr<Node>,
    yours: AtomicBool,
    thread: Thread,
}

fn node() -> *mut Node {
    Box::into_raw(Box::new(Node {
        next: AtomicPtr::new(ptr::null_mut()),
        yours: AtomicBool::new(false),
        thread: thread::current(),
    }))
}

/// A value that one thread at a time may use.
pub struct Mutex<T> {
    tail: AtomicPtr<Node>,
    line: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: `lock` and `try_lock` let one thread at a time have the value.
unsafe impl<T: Send> Sync for Mutex<T> {}

/// The right to use the value, for as long as it lives.
pub struct Guard<'a, T> {
    mutex: &'a Mutex<T>,
    node: *mut Node,
}

// SAFETY: a shared guard gives the value by shared reference only; whoever has it may share it then.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self {
            tail: AtomicPtr::new(ptr::null_mut()),
            line: AtomicUsize::new(0),
            value: UnsafeCell::new(value),
        }
    }
    pub fn lock(&self) -> Guard<'_, T> {
        let node = node();
        let before = self.tail.swap(node, AcqRel);
        if !before.is_null() {
            // It counts before the holder can see it, who takes it off again.
            self.line.fetch_add(1, Relaxed);
            // SAFETY: nodes are freed by their own guards; that of `before` waits for our link.
            unsafe {
                (*before).next.store(node, Release);
                while !(*node).yours.load(Acquire) {
                    thread::park();
                }
            }
        }
        Guard { mutex: self, node }
    }
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        if !self.tail.load(Relaxed).is_null() {
            return None;
        }
        let node = node();
        if self
            .tail
            .compare_exchange(ptr::null_mut(), node, AcqRel, Relaxed)
            .is_ok()
        {
            return Some(Guard { mutex: self, node });
        }
        // SAFETY: nobody has seen it.
        drop(unsafe { Box::from_raw(node) });
        None
    }
    pub fn waiting(&self) -> usize {
        self.line.load(Relaxed)
    }
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: whoever has a guard has the mutex.
        unsafe { &*self.mutex.value.get() }
    }
}
impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and nobody else has this guard.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        let node = self.node;
        // SAFETY: our node lives until it is freed here; the next one's until it has the mutex.
        unsafe {
            if (*node).next.load(Acquire).is_null() {
                if self
                    .mutex
                    .tail
                    .compare_exchange(node, ptr::null_mut(), Release, Relaxed)
                    .is_ok()
                {
                    drop(Box::from_raw(node));
                    return;
                }
                // Somebody has entered the line and is about to say so.
                while (*node).next.load(Acquire).is_null() {
                    hint::spin_loop();
                }
            }
            let next = (*node).next.load(Acquire);
            let thread = (*next).thread.clone();
            self.mutex.line.fetch_sub(1, Relaxed);
            (*next).yours.store(true, Release);
            thread.unpark();
            drop(Box::from_raw(node));
        }
    }
}
