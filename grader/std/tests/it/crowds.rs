//! Programs with more threads than the engine keeps sets of.

use std::{
    collections::BTreeSet,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use crate::explorer::{endings, sometimes};

/// Some of these threads are beyond the first 64.
const CROWD: usize = 70;

/// Executions of each program.
const FEW: u64 = 20;

/// Has all of a crowd do `work`, each with its number, and waits for them.
fn crowd(work: impl Fn(usize) + Clone + Send + 'static) {
    let start = |number| {
        let work = work.clone();
        thread::spawn(move || work(number))
    };
    let threads: Vec<_> = (0..CROWD).map(start).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[track_caller]
fn completes(program: fn()) {
    assert_eq!(endings(FEW, program), BTreeSet::from(["completed"]));
}

#[test]
fn a_crowd_takes_turns() {
    completes(|| {
        let total = Arc::new(Mutex::new(0));
        let shared = Arc::clone(&total);
        crowd(move |_| {
            let mut total = shared.lock().unwrap();
            let before = *total;
            thread::yield_now();
            *total = before + 1;
        });
        assert_eq!(*total.lock().unwrap(), CROWD);
    });
}

#[test]
fn a_crowd_waits_for_its_last() {
    completes(|| {
        let shared = Arc::new((Mutex::new(0), Condvar::new()));
        crowd(move |_| {
            let (arrived, all) = &*shared;
            let mut arrived = arrived.lock().unwrap();
            *arrived += 1;
            if *arrived == CROWD {
                all.notify_all();
            }
            drop(all.wait_while(arrived, |arrived| *arrived < CROWD).unwrap());
        });
    });
}

#[test]
fn the_time_of_a_crowd_is_up() {
    completes(|| {
        let shared = Arc::new((Mutex::new(()), Condvar::new()));
        crowd(move |_| {
            let (lock, nobody_notifies) = &*shared;
            let (guard, time) = (lock.lock().unwrap(), Duration::from_secs(1));
            let never = nobody_notifies.wait_timeout_while(guard, time, |()| true);
            assert!(never.unwrap().1.timed_out());
            thread::park_timeout(time);
        });
    });
}

#[test]
fn the_last_of_a_crowd_can_wait_for_ever() {
    let executed = sometimes("deadlock", || {
        let lock = Arc::new(Mutex::new(()));
        crowd(move |number| {
            let guard = lock.lock().unwrap();
            if number + 1 == CROWD {
                drop(lock.lock());
            }
            drop(guard);
        });
    });
    let interleave::Outcome::Deadlock(waiting) = executed.outcome else {
        unreachable!("it was one");
    };
    assert!(waiting.iter().any(|blocked| blocked.task == CROWD));
}
