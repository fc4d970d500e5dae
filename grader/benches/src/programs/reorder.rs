//! `CS/reorder_N` of `SCTBench`: all threads but one set `a` and then `b`, and the last
//! one looks whether it sees both or none.

use std::sync::Arc;

use super::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

struct Pair {
    a: AtomicUsize,
    b: AtomicUsize,
    lock: Option<Mutex<()>>,
}

fn run<const N: usize>(lock: Option<Mutex<()>>) {
    let pair = Arc::new(Pair {
        a: AtomicUsize::new(0),
        b: AtomicUsize::new(0),
        lock,
    });
    let spawn = |number| {
        let pair = Arc::clone(&pair);
        thread::spawn(move || {
            let _guard = pair.lock.as_ref().map(|lock| lock.lock().unwrap());
            if number < N - 1 {
                pair.a.store(1, SeqCst);
                pair.b.store(1, SeqCst);
            } else {
                let seen = (pair.a.load(SeqCst), pair.b.load(SeqCst));
                assert!(matches!(seen, (0, 0) | (1, 1)), "half of a pair was seen");
            }
        })
    };
    let threads: Vec<_> = (0..N).map(spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Both are set and read under a lock.
pub(super) fn locked<const N: usize>() {
    run::<N>(Some(Mutex::new(())));
}

/// Nothing keeps the two together.
pub(super) fn unlocked<const N: usize>() {
    run::<N>(None);
}
