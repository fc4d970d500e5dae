//! How many share a value, as threads are told.

use std::{
    mem,
    sync::{
        Arc, LazyLock, OnceLock,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    task::{Wake, Waker},
    thread,
    time::{Duration, Instant},
};

use crate::outcomes::{always_one_of, sampled};

#[test]
fn the_strong_count_tells_when_another_drops() {
    always_one_of(&["1", "2"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let count = Arc::strong_count(&a);
        t.join().unwrap();
        count
    });
}

#[test]
fn the_strong_count_tells_when_another_clones() {
    always_one_of(&["1", "2", "3"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop((b.clone(), b)));
        let count = Arc::strong_count(&a);
        t.join().unwrap();
        count
    });
}

#[test]
fn counts_that_are_asked_for_twice_go_down() {
    always_one_of(
        &["(3, 3)", "(3, 2)", "(3, 1)", "(2, 2)", "(2, 1)", "(1, 1)"],
        || {
            let a = Arc::new(1);
            let threads = [a.clone(), a.clone()].map(|arc| thread::spawn(move || drop(arc)));
            let counts = (Arc::strong_count(&a), Arc::strong_count(&a));
            for t in threads {
                t.join().unwrap();
            }
            counts
        },
    );
}

#[test]
fn the_weak_count_tells_who_watches() {
    always_one_of(&["0", "1"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(Arc::downgrade(&b)));
        let count = Arc::weak_count(&a);
        t.join().unwrap();
        count
    });
}

#[test]
fn a_weak_tells_how_many_share_the_value() {
    always_one_of(&["(1, 1)", "(1, 0)", "(0, 0)"], || {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let counts = (w.strong_count(), w.weak_count());
        t.join().unwrap();
        counts
    });
}

#[test]
fn a_raw_pointer_stands_for_a_share() {
    always_one_of(
        &[
            "(2, 3, 2, 7)",
            "(1, 2, 1, 7)",
            "(2, 2, 1, 7)",
            "(2, 3, 1, 7)",
        ],
        || {
            let a = Arc::new(7);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            let raw = Arc::into_raw(a);
            // SAFETY: the pointer stands for an `Arc` all the time, and for one more in between.
            let (a, during) = unsafe {
                let before = Arc::from_raw(raw);
                let count = Arc::strong_count(&before);
                Arc::increment_strong_count(raw);
                let more = Arc::strong_count(&before);
                Arc::decrement_strong_count(raw);
                (before, (count, more))
            };
            let after = Arc::strong_count(&a);
            t.join().unwrap();
            (during.0, during.1, after, *a)
        },
    );
}

#[test]
fn what_is_forgotten_stays_counted() {
    always_one_of(&["2"], || {
        let a = Arc::new(1);
        let b = a.clone();
        thread::spawn(move || mem::forget(b)).join().unwrap();
        Arc::strong_count(&a)
    });
}

static ONE: OnceLock<Arc<u32>> = OnceLock::new();
static TWO: LazyLock<Arc<u32>> = LazyLock::new(|| Arc::new(2));

#[test]
fn in_a_static_each_execution_counts_anew() {
    always_one_of(&["(2, 2)", "(3, 2)", "(2, 3)", "(3, 3)"], || {
        let t = thread::spawn(|| {
            let one = Arc::clone(ONE.get_or_init(|| Arc::new(1)));
            let two = Arc::clone(&TWO);
            *one + *two
        });
        let one = Arc::clone(ONE.get_or_init(|| Arc::new(1)));
        let two = Arc::clone(&TWO);
        let counts = (Arc::strong_count(&one), Arc::strong_count(&two));
        t.join().unwrap();
        counts
    });
}

#[test]
fn before_the_end_of_a_scope_it_may_not_be() {
    always_one_of(&["1", "2", "3"], || {
        let a = Arc::new(());
        thread::scope(|s| {
            for _ in 0..2 {
                let a = a.clone();
                s.spawn(move || drop(a));
            }
            Arc::strong_count(&a)
        })
    });
}

#[test]
fn a_waker_is_a_share() {
    struct Counter(AtomicU32);
    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    always_one_of(&["(1, 1)", "(2, 1)", "(3, 1)"], || {
        let counter = Arc::new(Counter(AtomicU32::new(0)));
        let waker = Waker::from(counter.clone());
        let t = thread::spawn(move || {
            let another = waker.clone();
            drop(waker);
            another.wake();
        });
        let count = Arc::strong_count(&counter);
        t.join().unwrap();
        (count, counter.0.load(SeqCst))
    });
}

/// What a program with a loop comes to.
type Loop = (&'static str, fn() -> u32);

#[test]
fn loops_over_counts_end() {
    let programs: [Loop; 6] = [
        ("1", || {
            let mut a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            let value = loop {
                match Arc::try_unwrap(a) {
                    Ok(value) => break value,
                    Err(again) => a = again,
                }
            };
            t.join().unwrap();
            value
        }),
        ("2", || {
            let mut a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            while Arc::get_mut(&mut a).is_none() {}
            *Arc::get_mut(&mut a).unwrap() += 1;
            t.join().unwrap();
            *a
        }),
        ("1", || {
            let a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            while Arc::strong_count(&a) > 1 {}
            t.join().unwrap();
            *a
        }),
        ("0", || {
            let a = Arc::new(1);
            let w = Arc::downgrade(&a);
            let t = thread::spawn(move || drop(a));
            while w.upgrade().is_some() {}
            t.join().unwrap();
            0
        }),
        ("0", || {
            let a = Arc::new(1);
            let w = Arc::downgrade(&a);
            let t = thread::spawn(move || drop(w));
            while Arc::weak_count(&a) > 0 {
                thread::yield_now();
            }
            t.join().unwrap();
            0
        }),
        ("3", || {
            let mut a = Arc::new(3);
            let b = a.clone();
            let t = thread::spawn(move || drop(b));
            let place = Arc::as_ptr(&a);
            // A copy is alone at once.
            while Arc::strong_count(&a) > 1 {
                Arc::make_mut(&mut a);
            }
            t.join().unwrap();
            assert!(Arc::as_ptr(&a) != place || *a == 3);
            *a
        }),
    ];
    for (expected, program) in programs {
        assert_eq!(sampled(300, program), [expected.to_owned()].into());
    }
}

#[test]
fn a_count_takes_as_long_to_change_as_those_who_change_it() {
    let seen = sampled(200, || {
        let start = Instant::now();
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || {
            thread::sleep(Duration::from_secs(1));
            drop(b);
        });
        while Arc::strong_count(&a) > 1 {
            thread::yield_now();
        }
        let waited = start.elapsed() >= Duration::from_secs(1);
        t.join().unwrap();
        waited
    });
    assert_eq!(seen, ["true".to_owned()].into());
}
