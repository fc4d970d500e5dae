use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, TryLockError},
    thread,
};

use interleave::Outcome;

use crate::explorer::{always_completes, bounded, endings, sometimes};

#[test]
fn a_mutex_excludes() {
    always_completes(|| {
        let count = Arc::new(Mutex::new(0));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let count = Arc::clone(&count);
                thread::spawn(move || {
                    let mut count = count.lock().unwrap();
                    let seen = *count;
                    thread::yield_now();
                    *count = seen + 1;
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*count.lock().unwrap(), 2);
    });
}

fn opposite_orders() {
    let locks = Arc::new((Mutex::new(()), Mutex::new(())));
    let theirs = Arc::clone(&locks);
    let thread = thread::spawn(move || {
        let _b = theirs.1.lock().unwrap();
        let _a = theirs.0.lock().unwrap();
    });
    let a = locks.0.lock().unwrap();
    let b = locks.1.lock().unwrap();
    drop((a, b));
    thread.join().unwrap();
}

#[test]
fn opposite_lock_orders_deadlock_and_the_holders_are_named() {
    let executed = sometimes("deadlock", opposite_orders);
    let Outcome::Deadlock(threads) = &executed.outcome else {
        panic!("it is a deadlock");
    };
    let holders: Vec<_> = threads.iter().map(|t| (t.task, t.holder)).collect();
    assert_eq!(holders, [(0, Some(1)), (1, Some(0))]);
    let since = threads[0].held_since.expect("a holder has a place");
    assert!(since.file().ends_with("mutexes.rs"), "{since}");
}

#[test]
fn a_thread_that_locks_twice_waits_for_itself() {
    let executed = sometimes("deadlock", || {
        let lock = Mutex::new(());
        let _first = lock.lock().unwrap();
        let _second = lock.lock().unwrap();
    });
    let Outcome::Deadlock(threads) = &executed.outcome else {
        panic!("it is a deadlock");
    };
    assert_eq!(threads[0].holder, Some(0));
}

#[test]
fn a_panic_poisons_the_mutex_and_join_returns_its_payload() {
    always_completes(|| {
        let lock = Arc::new(Mutex::new(1));
        let theirs = Arc::clone(&lock);
        let result = thread::spawn(move || {
            let _guard = theirs.lock().unwrap();
            panic!("on purpose");
        })
        .join();
        let payload = result.unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"on purpose"));
        assert!(lock.is_poisoned());
        assert_eq!(*lock.lock().unwrap_err().into_inner(), 1);
        lock.clear_poison();
        assert!(lock.lock().is_ok());
    });
}

#[test]
fn try_lock_finds_the_mutex_taken_under_some_schedules_only() {
    let program = || {
        let lock = Arc::new(Mutex::new(()));
        let theirs = Arc::clone(&lock);
        let thread = thread::spawn(move || drop(theirs.lock().unwrap()));
        let free = match lock.try_lock() {
            Ok(_) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Poisoned(_)) => panic!("nobody panicked"),
        };
        thread.join().unwrap();
        assert!(free, "it was taken");
    };
    assert_eq!(
        endings(400, program),
        BTreeSet::from(["completed", "panicked"])
    );
}

#[test]
fn bounded_search_counts_the_schedules_of_two_critical_sections() {
    let (count, words) = bounded(0, 1000, || {
        let lock = Arc::new(Mutex::new(()));
        let theirs = Arc::clone(&lock);
        let thread = thread::spawn(move || drop(theirs.lock().unwrap()));
        drop(lock.lock().unwrap());
        thread.join().unwrap();
    });
    // Without preemptions the main thread goes first, until it has to join.
    assert_eq!((count, words), (1, BTreeSet::from(["completed"])));
}
