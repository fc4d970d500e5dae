//! One thread waits until another says that it is ready.

use std::sync::Arc;

use super::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

/// The flag is in the mutex, and looked at under it.
pub(super) fn checked_inside() {
    let shared = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = Arc::clone(&shared);
    let waiter = thread::spawn(move || {
        let mut ready = theirs.0.lock().unwrap();
        while !*ready {
            ready = theirs.1.wait(ready).unwrap();
        }
    });
    let setter = thread::spawn(move || {
        *shared.0.lock().unwrap() = true;
        shared.1.notify_one();
    });
    waiter.join().unwrap();
    setter.join().unwrap();
}

/// The notification may come between the look at the flag and the wait.
pub(super) fn checked_outside() {
    let shared = Arc::new((AtomicBool::new(false), Mutex::new(()), Condvar::new()));
    let theirs = Arc::clone(&shared);
    let waiter = thread::spawn(move || {
        while !theirs.0.load(SeqCst) {
            let guard = theirs.1.lock().unwrap();
            drop(theirs.2.wait(guard).unwrap());
        }
    });
    let setter = thread::spawn(move || {
        shared.0.store(true, SeqCst);
        shared.2.notify_one();
    });
    waiter.join().unwrap();
    setter.join().unwrap();
}
