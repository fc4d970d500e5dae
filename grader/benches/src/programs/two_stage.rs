//! `CS/twostage` of `SCTBench`: a value and what is computed from it are each guarded by
//! a lock of their own, and somebody looks in between.

use std::sync::Arc;

use super::{sync::Mutex, thread};

/// Both values in one stage, under one lock.
pub(super) fn one_stage() {
    let data = Arc::new(Mutex::new((0, 0)));
    let writers = Arc::clone(&data);
    let writer = thread::spawn(move || *writers.lock().unwrap() = (1, 2));
    let reader = thread::spawn(move || {
        let (first, second) = *data.lock().unwrap();
        assert!(first == 0 || second == first + 1, "the second is missing");
    });
    writer.join().unwrap();
    reader.join().unwrap();
}

/// The lock is released between the first value and the second.
pub(super) fn two_stages() {
    let data = Arc::new((Mutex::new(0), Mutex::new(0)));
    let writers = Arc::clone(&data);
    let writer = thread::spawn(move || {
        *writers.0.lock().unwrap() = 1;
        *writers.1.lock().unwrap() = 2;
    });
    let reader = thread::spawn(move || {
        let first = *data.0.lock().unwrap();
        if first != 0 {
            let second = *data.1.lock().unwrap();
            assert_eq!(second, first + 1, "the second is missing");
        }
    });
    writer.join().unwrap();
    reader.join().unwrap();
}
