use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::explorer::{always_completes, endings};

#[test]
fn a_sleep_takes_its_time_in_no_time() {
    always_completes(|| {
        let start = Instant::now();
        thread::sleep(Duration::from_hours(1));
        assert!(start.elapsed() >= Duration::from_hours(1));
    });
}

#[test]
fn a_loop_that_looks_at_the_clock_comes_to_its_end() {
    always_completes(|| {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            thread::yield_now();
        }
    });
}

#[test]
fn sleeping_longer_is_no_synchronisation() {
    let program = || {
        let order = Arc::new(Mutex::new(Vec::new()));
        let sleeper = |ms| {
            let order = Arc::clone(&order);
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(ms));
                order.lock().unwrap().push(ms);
            })
        };
        let threads = [sleeper(1), sleeper(100)];
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [1, 100]);
    };
    assert_eq!(
        endings(200, program),
        BTreeSet::from(["completed", "panicked"])
    );
}
