//! What the model leaves out although the real library allows it, as `docs/modelled-std.md` lists
//! it: each test shows the limit, so that whoever lifts it changes the list too.

use std::{
    cell::{Cell, UnsafeCell},
    collections::BTreeSet,
    rc::Rc,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{
            AtomicU32,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::{Duration, Instant},
};

use interleave::{Config, Granularity, Outcome, strategy::Dpor};

use crate::explorer::{always_completes, word};

/// All values that `program` returns under some schedule, by a complete search.
fn results(weak_memory: bool, program: fn() -> u64) -> BTreeSet<u64> {
    let mut config = Config {
        granularity: Granularity::Coarse,
        weak_memory,
        ..Config::default()
    };
    let mut search = Dpor::new();
    let mut found = BTreeSet::new();
    loop {
        let slot = Rc::new(Cell::new(None));
        let mine = Rc::clone(&slot);
        let executed = interleave::run(config.clone(), &mut search, move || {
            mine.set(Some(program()));
        });
        if let Some(finer) = executed.finer {
            config.granularity = finer;
            (search, found) = (Dpor::new(), BTreeSet::new());
            continue;
        }
        if !search.was_pruned() {
            assert!(
                matches!(executed.outcome, Outcome::Completed),
                "{}",
                word(&executed.outcome)
            );
            found.extend(slot.take());
        }
        if !search.advance() {
            return found;
        }
    }
}

#[test]
fn old_values_come_to_an_end() {
    assert_eq!(results(true, || old_values(7, false)), (0..=5).collect());
    assert_eq!(results(true, || old_values(7, true)), (0..=1).collect());
}

/// How many of so many loads in a row see an old value, behind a flag that says that it is old.
fn old_values(loads: usize, yields: bool) -> u64 {
    let shared = Arc::new([const { AtomicU32::new(0) }; 2]);
    let theirs = Arc::clone(&shared);
    let writer = thread::spawn(move || {
        theirs[0].store(1, Relaxed);
        theirs[1].store(1, Relaxed);
    });
    let mut old = 0;
    if shared[1].load(Relaxed) == 1 {
        for _ in 0..loads {
            old += u64::from(shared[0].load(Relaxed) == 0);
            if yields {
                thread::yield_now();
            }
        }
    }
    writer.join().unwrap();
    old
}

#[test]
fn each_thread_has_one_accident() {
    let woken = || {
        let (lock, condvar) = (Mutex::new(()), Condvar::new());
        let wakes = (0..3).filter(|_| {
            let guard = lock.lock().unwrap();
            let wait = condvar.wait_timeout(guard, Duration::from_millis(1));
            !wait.unwrap().1.timed_out()
        });
        wakes.count() as u64
    };
    assert_eq!(results(false, woken), [0, 1].into());
    let failed = || {
        let atomic = AtomicU32::new(0);
        let exchange = |_: &u32| atomic.compare_exchange_weak(0, 0, SeqCst, SeqCst).is_err();
        (0..3).filter(exchange).count() as u64
    };
    assert_eq!(results(false, failed), [0, 1].into());
}

struct Plain(UnsafeCell<u32>);

// SAFETY: it is there to be raced for.
unsafe impl Sync for Plain {}

#[test]
fn a_pointer_that_is_kept_is_not_followed() {
    always_completes(|| {
        let plain = Arc::new(Plain(UnsafeCell::new(0)));
        let theirs = Arc::clone(&plain);
        let other = thread::spawn(move || {
            let kept = theirs.0.get();
            thread::yield_now();
            // SAFETY: it is not: the main thread may write as well, and nobody sees it here.
            unsafe { *kept = 1 };
        });
        let kept = plain.0.get();
        thread::yield_now();
        // SAFETY: as above.
        unsafe { *kept = 2 };
        other.join().unwrap();
    });
}

#[test]
fn clocks_differ_by_little() {
    // A real thread may be as slow as it likes before it looks at its clock.
    let apart = || {
        let other = thread::spawn(Instant::now);
        let (mine, theirs) = (Instant::now(), other.join().unwrap());
        let apart = mine.max(theirs) - mine.min(theirs);
        u64::from(apart > Duration::ZERO) + u64::from(apart > Duration::from_millis(1))
    };
    assert_eq!(results(false, apart), [0, 1].into());
}

#[test]
fn a_count_is_never_old() {
    let old_count = || {
        let shared = Arc::new(AtomicU32::new(0));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            let more = Arc::clone(&theirs);
            theirs.store(1, Relaxed);
            std::mem::forget((more, theirs));
        });
        let raised = shared.load(Relaxed) == 1;
        let count = Arc::strong_count(&shared);
        other.join().unwrap();
        // The flag is raised by a relaxed store: a real count may be that from before it.
        u64::from(raised && count < 3)
    };
    assert_eq!(results(true, old_count), [0].into());
}
