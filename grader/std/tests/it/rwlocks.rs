use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, RwLock, RwLockWriteGuard, TryLockError},
    thread,
    time::{Duration, Instant},
};

use interleave::Outcome;

use crate::explorer::{always_completes, endings, sometimes};

#[test]
fn a_writer_excludes_everybody() {
    always_completes(|| {
        let pair = Arc::new(RwLock::new((0, 0)));
        let theirs = Arc::clone(&pair);
        let writer = thread::spawn(move || {
            let mut pair = theirs.write().unwrap();
            pair.0 += 1;
            thread::yield_now();
            pair.1 += 1;
        });
        let seen = pair.read().unwrap();
        thread::yield_now();
        assert_eq!(seen.0, seen.1);
        drop(seen);
        writer.join().unwrap();
        assert_eq!(Arc::into_inner(pair).unwrap().into_inner().unwrap(), (1, 1));
    });
}

/// A lock, how many hold it, and how many held it at most.
type Shared = Arc<(RwLock<()>, Mutex<(u32, u32)>)>;

#[test]
fn readers_hold_the_lock_together() {
    let together = || {
        let lock = Arc::new((RwLock::new(()), Mutex::new((0, 0))));
        let reader = |lock: &Shared| {
            let lock = Arc::clone(lock);
            thread::spawn(move || {
                let _share = lock.0.read().unwrap();
                {
                    let mut count = lock.1.lock().unwrap();
                    count.0 += 1;
                    count.1 = count.1.max(count.0);
                }
                thread::yield_now();
                lock.1.lock().unwrap().0 -= 1;
            })
        };
        let readers = [reader(&lock), reader(&lock)];
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(lock.1.lock().unwrap().1, 1, "they were together");
    };
    assert_eq!(
        endings(200, together),
        BTreeSet::from(["completed", "panicked"])
    );
}

#[test]
fn reading_again_while_a_writer_waits_may_deadlock() {
    let executed = sometimes("deadlock", || {
        let lock = Arc::new(RwLock::new(0));
        let theirs = Arc::clone(&lock);
        let writer = thread::spawn(move || *theirs.write().unwrap() += 1);
        let first = lock.read().unwrap();
        thread::yield_now();
        let second = lock.read().unwrap();
        drop((first, second));
        writer.join().unwrap();
    });
    let Outcome::Deadlock(threads) = &executed.outcome else {
        panic!("it is a deadlock");
    };
    let holders: Vec<_> = threads.iter().map(|t| (t.task, t.holder)).collect();
    assert_eq!(holders, [(0, Some(0)), (1, Some(0))]);
}

#[test]
fn upgrading_in_place_waits_for_itself() {
    let executed = sometimes("deadlock", || {
        let lock = RwLock::new(0);
        let _share = lock.read().unwrap();
        let _all = lock.write().unwrap();
    });
    let Outcome::Deadlock(threads) = &executed.outcome else {
        panic!("it is a deadlock");
    };
    assert_eq!(threads[0].holder, Some(0));
    let since = threads[0].held_since.expect("a holder has a place");
    assert!(since.file().ends_with("rwlocks.rs"), "{since}");
}

#[test]
fn a_panic_of_a_writer_poisons_and_one_of_a_reader_does_not() {
    always_completes(|| {
        let lock = Arc::new(RwLock::new(1));
        let theirs = Arc::clone(&lock);
        let reader = thread::spawn(move || {
            let _share = theirs.read().unwrap();
            panic!("while reading");
        });
        reader.join().unwrap_err();
        assert!(!lock.is_poisoned());
        let theirs = Arc::clone(&lock);
        let writer = thread::spawn(move || {
            let _all = theirs.write().unwrap();
            panic!("while writing");
        });
        writer.join().unwrap_err();
        assert!(lock.is_poisoned());
        assert_eq!(*lock.read().unwrap_err().into_inner(), 1);
        assert!(matches!(lock.try_write(), Err(TryLockError::Poisoned(_))));
        lock.clear_poison();
        assert_eq!(*lock.try_read().unwrap(), 1);
    });
}

#[test]
fn a_downgraded_lock_lets_readers_in_and_no_writer_between() {
    always_completes(|| {
        let lock = Arc::new(RwLock::new(0));
        let theirs = Arc::clone(&lock);
        let other = thread::spawn(move || *theirs.write().unwrap() = 7);
        let mut all = lock.write().unwrap();
        *all = 1;
        let share = RwLockWriteGuard::downgrade(all);
        assert_eq!(*share, 1);
        assert!(lock.try_write().is_err());
        drop(share);
        other.join().unwrap();
    });
}

#[test]
fn trying_finds_the_lock_taken_under_some_schedules_only() {
    let program = || {
        let lock = Arc::new(RwLock::new(0));
        let theirs = Arc::clone(&lock);
        let writer = thread::spawn(move || *theirs.write().unwrap() += 1);
        let free = lock.try_read().is_ok();
        writer.join().unwrap();
        assert!(free, "it was taken");
    };
    assert_eq!(
        endings(400, program),
        BTreeSet::from(["completed", "panicked"])
    );
}

#[test]
fn readers_do_not_wait_for_the_time_of_one_another() {
    always_completes(|| {
        let lock = Arc::new(RwLock::new(()));
        let theirs = Arc::clone(&lock);
        let sleeper = thread::spawn(move || {
            let _share = theirs.read().unwrap();
            thread::sleep(Duration::from_secs(9));
        });
        let start = Instant::now();
        drop(lock.read().unwrap());
        assert!(start.elapsed() < Duration::from_secs(9));
        sleeper.join().unwrap();
        assert!(start.elapsed() >= Duration::from_secs(9));
    });
}

#[test]
fn a_lock_shows_its_value() {
    always_completes(|| {
        let lock = RwLock::from(3);
        let shown = "RwLock { data: 3, poisoned: false, .. }";
        assert_eq!(format!("{lock:?}"), shown);
        let _all = lock.write().unwrap();
        let shown = "RwLock { data: <locked>, poisoned: false, .. }";
        assert_eq!(format!("{lock:?}"), shown);
    });
}
