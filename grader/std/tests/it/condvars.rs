use std::{
    collections::BTreeSet,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use crate::explorer::{always_completes, endings, sometimes};

#[test]
fn a_wait_in_a_loop_sees_the_change() {
    always_completes(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_one();
        });
        let ready = shared.0.lock().unwrap();
        let ready = shared.1.wait_while(ready, |ready| !*ready).unwrap();
        assert!(*ready);
        drop(ready);
        thread.join().unwrap();
    });
}

#[test]
fn a_wait_without_a_loop_is_caught_by_a_spurious_wake_up() {
    sometimes("panicked", || {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = Arc::clone(&shared);
        thread::spawn(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_one();
        });
        let mut ready = shared.0.lock().unwrap();
        if !*ready {
            ready = shared.1.wait(ready).unwrap();
        }
        assert!(*ready);
    });
}

#[test]
fn a_notification_before_the_wait_is_lost() {
    sometimes("deadlock", || {
        let shared = Arc::new((Mutex::new(()), Condvar::new()));
        let theirs = Arc::clone(&shared);
        thread::spawn(move || theirs.1.notify_one());
        let guard = shared.0.lock().unwrap();
        let _guard = shared.1.wait(guard).unwrap();
    });
}

#[test]
fn notify_one_may_wake_any_of_the_waiting_threads() {
    fn who_wakes(expected: usize) {
        let shared = Arc::new((Mutex::new(None), Condvar::new()));
        for id in 0..2 {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let mut guard = shared.0.lock().unwrap();
                guard = shared.1.wait(guard).unwrap();
                guard.get_or_insert(id);
            });
        }
        thread::sleep(Duration::from_millis(1));
        shared.1.notify_one();
        thread::sleep(Duration::from_millis(1));
        assert_ne!(*shared.0.lock().unwrap(), Some(expected));
    }
    sometimes("panicked", || who_wakes(0));
    sometimes("panicked", || who_wakes(1));
}

#[test]
fn a_program_that_relies_on_a_timeout_is_no_deadlock() {
    always_completes(|| {
        let shared = (Mutex::new(()), Condvar::new());
        let mut guard = shared.0.lock().unwrap();
        loop {
            let (next, result) = shared
                .1
                .wait_timeout(guard, Duration::from_secs(3))
                .unwrap();
            guard = next;
            if result.timed_out() {
                break;
            }
        }
        drop(guard);
    });
}

#[test]
fn a_wait_may_time_out_although_the_notification_is_on_its_way() {
    let program = || {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_one();
        });
        let guard = shared.0.lock().unwrap();
        let timeout = Duration::from_secs(1);
        let (guard, result) = shared
            .1
            .wait_timeout_while(guard, timeout, |r| !*r)
            .unwrap();
        let timed_out = result.timed_out();
        drop(guard);
        thread.join().unwrap();
        assert!(!timed_out, "it timed out");
    };
    assert_eq!(
        endings(400, program),
        BTreeSet::from(["completed", "panicked"])
    );
}
