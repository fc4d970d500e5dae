use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use crate::explorer::{always_completes, sometimes};

#[test]
fn everybody_has_come_before_anybody_goes_on_and_one_leads() {
    always_completes(|| {
        let shared = Arc::new((Barrier::new(3), AtomicU32::new(0)));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    shared.1.fetch_add(1, Ordering::Relaxed);
                    shared.0.wait().is_leader()
                })
            })
            .collect();
        let mut leaders = u32::from(shared.0.wait().is_leader());
        assert_eq!(shared.1.load(Ordering::Relaxed), 2);
        for thread in threads {
            leaders += u32::from(thread.join().unwrap());
        }
        assert_eq!(leaders, 1);
    });
}

#[test]
fn a_barrier_can_be_used_again() {
    always_completes(|| {
        let shared = Arc::new((Barrier::new(2), AtomicU32::new(0)));
        let theirs = Arc::clone(&shared);
        let rounds = |shared: &(Barrier, AtomicU32)| {
            for round in 1..=2 {
                shared.1.fetch_add(1, Ordering::SeqCst);
                shared.0.wait();
                assert_eq!(shared.1.load(Ordering::SeqCst), 2 * round);
                shared.0.wait();
            }
        };
        let thread = thread::spawn(move || rounds(&theirs));
        rounds(&shared);
        thread.join().unwrap();
    });
}

#[test]
fn a_barrier_for_one_or_nobody_stops_nobody() {
    always_completes(|| {
        assert!(Barrier::new(0).wait().is_leader());
        assert!(Barrier::new(1).wait().is_leader());
    });
}

#[test]
fn a_barrier_that_one_never_comes_to_is_a_deadlock() {
    sometimes("deadlock", || {
        let barrier = Arc::new(Barrier::new(3));
        let theirs = Arc::clone(&barrier);
        thread::spawn(move || theirs.wait());
        barrier.wait();
    });
}
