use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
};

use interleave::{Effect, ValueType};

use crate::explorer::{always_completes, endings, replay, sometimes};

fn load_and_store() {
    let count = Arc::new(AtomicU32::new(0));
    let theirs = Arc::clone(&count);
    let thread = thread::spawn(move || {
        let seen = theirs.load(Ordering::SeqCst);
        theirs.store(seen + 1, Ordering::SeqCst);
    });
    let seen = count.load(Ordering::SeqCst);
    count.store(seen + 1, Ordering::SeqCst);
    thread.join().unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn a_load_and_a_store_lose_an_update_under_some_schedules_only() {
    assert_eq!(
        endings(200, load_and_store),
        BTreeSet::from(["completed", "panicked"])
    );
}

#[test]
fn a_traced_replay_says_places_and_values() {
    let failing = sometimes("panicked", load_and_store);
    let traced = replay(&failing.schedule, load_and_store);
    let values: Vec<_> = traced
        .trace
        .iter()
        .filter_map(|step| match step.effect {
            Effect::Loaded(ValueType::Unsigned, loaded) => Some((None, loaded.value)),
            Effect::Stored(ValueType::Unsigned, stored) => Some((Some(stored.old), stored.new)),
            _ => None,
        })
        .collect();
    let (read, wrote) = (|value| (None, value), |old, new| (Some(old), new));
    assert_eq!(
        values,
        [read(0), read(0), wrote(0, 1), wrote(1, 1), read(1)]
    );
    let here = |step: &interleave::Step| step.op.location.file().ends_with("atomics.rs");
    // The start of the main thread has no place in the program.
    assert!(traced.trace.iter().skip(1).all(here));
}

#[test]
fn an_atomic_update_loses_nothing() {
    always_completes(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| count.fetch_add(1, Ordering::Relaxed));
            }
        });
        assert_eq!(count.into_inner(), 3);
    });
}

#[test]
fn a_spinning_thread_does_not_starve_the_one_it_waits_for() {
    always_completes(|| {
        let ready = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&ready);
        let thread = thread::spawn(move || theirs.store(true, Ordering::Release));
        while !ready.load(Ordering::Acquire) {}
        thread.join().unwrap();
    });
}

#[test]
fn spinning_for_what_never_comes_is_no_progress() {
    let endings = endings(8, || {
        let never = AtomicBool::new(false);
        while !never.load(Ordering::SeqCst) {
            std::hint::spin_loop();
        }
    });
    assert_eq!(endings, BTreeSet::from(["no progress"]));
}

#[test]
fn a_weak_exchange_may_fail_for_no_reason() {
    sometimes("panicked", || {
        let value = AtomicU32::new(1);
        let exchanged = value.compare_exchange_weak(1, 2, Ordering::SeqCst, Ordering::SeqCst);
        assert_eq!(exchanged, Ok(1));
    });
}

#[test]
fn a_weak_exchange_in_a_loop_succeeds() {
    always_completes(|| {
        let value = AtomicU32::new(1);
        while value
            .compare_exchange_weak(1, 2, Ordering::SeqCst, Ordering::SeqCst)
            .is_err()
        {}
        assert_eq!(value.into_inner(), 2);
    });
}
