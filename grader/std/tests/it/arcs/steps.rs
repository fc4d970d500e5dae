//! In which programs changes of counts are steps.

use std::{
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use interleave::{Config, Granularity, Outcome, strategy::RandomWalk};

use crate::outcomes::{once, reduced};

/// Does something visible in its destructor.
struct Witness(Arc<Mutex<Vec<bool>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(true);
    }
}

/// Runs a program in which nobody asks for a count, in large steps.
fn coarse(program: fn()) -> (usize, Option<Granularity>) {
    let config = Config {
        granularity: Granularity::Coarse,
        ..Config::default()
    };
    let (_, executed) = once(&config, &mut RandomWalk::new(1), program);
    assert!(matches!(executed.outcome, Outcome::Completed));
    (executed.steps, executed.finer)
}

#[test]
fn nothing_changes_for_those_who_do_not_ask() {
    let without = coarse(|| {
        let t = thread::spawn(|| ());
        t.join().unwrap();
    });
    let with = coarse(|| {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let more = (a.clone(), w.clone());
        let t = thread::spawn(move || drop(more));
        t.join().unwrap();
        drop((a, w));
    });
    assert_eq!((without, with.1), (with, None));
}

#[test]
fn who_asks_needs_counts_and_who_drops_visibly_needs_drops() {
    let asks = coarse(|| {
        let _t = thread::spawn(|| ());
        let _ = Arc::strong_count(&Arc::new(1));
        thread::sleep(Duration::from_secs(1));
    });
    assert_eq!(asks.1, Some(Granularity::Counts));
    let drops = coarse(|| {
        let lock = Arc::new(Mutex::new(vec![]));
        let a = Arc::new(Witness(lock));
        let b = a.clone();
        let _t = thread::spawn(move || drop(b));
        thread::yield_now();
        drop(a);
        thread::sleep(Duration::from_secs(1));
    });
    assert_eq!(drops.1, Some(Granularity::Drops));
}

#[test]
fn who_drops_last_needs_no_finding_out_where_threads_are_joined() {
    let joined = coarse(|| {
        let a = Arc::new(Witness(Arc::default()));
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        t.join().unwrap();
        drop(a);
    });
    assert_eq!(joined.1, None);
}

#[test]
fn those_who_only_change_counts_are_tried_in_one_order() {
    let config = Config::default();
    let (results, executions) = reduced(&config, || {
        let a = Arc::new(1);
        let threads = [a.clone(), a.clone(), a.clone()]
            .map(|arc| thread::spawn(move || drop((arc.clone(), Arc::downgrade(&arc)))));
        for t in threads {
            t.join().unwrap();
        }
        Arc::strong_count(&a)
    });
    assert_eq!((results, executions), (["1".to_owned()].into(), 1));
}

#[test]
fn the_usual_end_of_a_program_needs_no_counts() {
    let usual = coarse(|| {
        let a = Arc::new(Mutex::new(0));
        let threads =
            [a.clone(), a.clone()].map(|a| thread::spawn(move || *a.lock().unwrap() += 1));
        for t in threads {
            t.join().unwrap();
        }
        assert_eq!(Arc::strong_count(&a), 1);
        assert_eq!(Arc::try_unwrap(a).unwrap().into_inner().unwrap(), 2);
    });
    assert_eq!(usual.1, None);
}
