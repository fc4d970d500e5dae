//! What litmus tests have in common: threads around three atomics, and plain memory.

use std::{
    any::Any,
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
};

/// Three variables that begin with zero.
pub(super) type Memory = [AtomicU32; 3];
type Pair = (u32, u32);

/// What each of two threads returns.
pub(super) fn two(first: fn(&Memory) -> Pair, second: fn(&Memory) -> Pair) -> (Pair, Pair) {
    let memory: Arc<Memory> = Arc::default();
    let (a, b) = (memory.clone(), memory);
    let first = thread::spawn(move || first(&a));
    let second = thread::spawn(move || second(&b));
    (first.join().unwrap(), second.join().unwrap())
}

/// What each of two threads returns, and what is in the first two variables at the end.
pub(super) fn two_final(
    first: fn(&Memory) -> u32,
    second: fn(&Memory) -> u32,
) -> (u32, u32, u32, u32) {
    let memory: Arc<Memory> = Arc::default();
    let (a, b) = (memory.clone(), memory.clone());
    let first = thread::spawn(move || first(&a));
    let second = thread::spawn(move || second(&b));
    let (first, second) = (first.join().unwrap(), second.join().unwrap());
    (
        first,
        second,
        memory[0].load(SeqCst),
        memory[1].load(SeqCst),
    )
}

/// What each of three threads returns.
pub(super) fn three(
    first: fn(&Memory) -> u32,
    second: fn(&Memory) -> Pair,
    third: fn(&Memory) -> Pair,
) -> (u32, Pair, Pair) {
    let memory: Arc<Memory> = Arc::default();
    let (a, b, c) = (memory.clone(), memory.clone(), memory);
    let first = thread::spawn(move || first(&a));
    let second = thread::spawn(move || second(&b));
    let third = thread::spawn(move || third(&c));
    (
        first.join().unwrap(),
        second.join().unwrap(),
        third.join().unwrap(),
    )
}

/// Memory that nothing protects.
#[derive(Debug, Default)]
pub(super) struct Plain(UnsafeCell<u32>);

// SAFETY: there is no reason: whether uses of it are ordered is what the cases ask.
unsafe impl Sync for Plain {}

impl Plain {
    pub(super) const fn new(value: u32) -> Self {
        Self(UnsafeCell::new(value))
    }

    pub(super) fn get(&self) -> u32 {
        // SAFETY: the pointer is valid, and no reference is kept; for races see above.
        unsafe { *self.0.get() }
    }

    pub(super) fn set(&self, value: u32) {
        // SAFETY: the pointer is valid, and no reference is kept; for races see above.
        unsafe { *self.0.get() = value }
    }
}

/// What a panic said.
pub(super) fn message(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => other
            .downcast_ref::<&str>()
            .map_or_else(|| "?".to_owned(), ToString::to_string),
    }
}
