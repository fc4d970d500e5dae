//! Two threads add one to the same counter.

use std::sync::Arc;

use super::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

fn two_threads(add: fn(&AtomicUsize)) {
    let counter = Arc::new(AtomicUsize::new(0));
    let spawn = |_| {
        let counter = Arc::clone(&counter);
        thread::spawn(move || add(&counter))
    };
    let threads: Vec<_> = (0..2).map(spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(counter.load(SeqCst), 2, "an addition was lost");
}

/// Reads and writes in one step.
pub(super) fn atomic() {
    two_threads(|counter| {
        counter.fetch_add(1, SeqCst);
    });
}

/// Reads, then writes: the lost update.
pub(super) fn load_then_store() {
    two_threads(|counter| {
        let value = counter.load(SeqCst);
        counter.store(value + 1, SeqCst);
    });
}
