use std::{
    collections::BTreeSet,
    panic,
    sync::{
        Arc, LazyLock, Once, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use interleave::{Config, Outcome};

use crate::explorer::{always_completes, endings, reduced, sometimes};

#[test]
fn one_thread_does_it_and_the_others_wait_until_it_is_done() {
    always_completes(|| {
        let shared = Arc::new((Once::new(), AtomicU32::new(0)));
        let run = |shared: &(Once, AtomicU32)| {
            shared.0.call_once(|| {
                thread::yield_now();
                shared.1.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(shared.1.load(Ordering::Relaxed), 1);
            assert!(shared.0.is_completed());
        };
        let theirs = Arc::clone(&shared);
        let thread = thread::spawn(move || run(&theirs));
        run(&shared);
        thread.join().unwrap();
    });
}

#[test]
fn a_call_inside_of_itself_waits_for_itself() {
    let executed = sometimes("deadlock", || {
        let once = Once::new();
        once.call_once(|| once.call_once(|| {}));
    });
    let Outcome::Deadlock(threads) = &executed.outcome else {
        panic!("it is a deadlock");
    };
    assert_eq!(threads[0].holder, Some(0));
}

#[test]
fn a_panic_poisons_it_until_somebody_insists() {
    always_completes(|| {
        let once = Once::new();
        let failed = panic::catch_unwind(|| once.call_once(|| panic!("on purpose")));
        assert!(failed.is_err());
        assert!(!once.is_completed());
        assert!(panic::catch_unwind(|| once.call_once(|| {})).is_err());
        assert!(panic::catch_unwind(|| once.wait()).is_err());
        once.call_once_force(|state| assert!(state.is_poisoned()));
        once.call_once(|| unreachable!("it is done"));
        once.wait();
    });
}

#[test]
fn waiting_for_what_nobody_does_is_a_deadlock() {
    sometimes("deadlock", || Once::new().wait());
    sometimes("deadlock", || {
        OnceLock::<u32>::new().wait();
    });
}

#[test]
fn a_cell_is_set_once_and_everybody_sees_the_winner() {
    fn winner(expected: u32) {
        let cell = Arc::new(OnceLock::new());
        let theirs = Arc::clone(&cell);
        let thread = thread::spawn(move || *theirs.get_or_init(|| 1));
        let mine = *cell.get_or_init(|| 2);
        assert_eq!(thread.join().unwrap(), mine);
        assert_eq!(cell.set(9), Err(9));
        assert_eq!(mine, expected);
    }
    let both = BTreeSet::from(["completed", "panicked"]);
    assert_eq!(endings(200, || winner(1)), both);
    assert_eq!(endings(200, || winner(2)), both);
}

#[test]
fn a_look_into_a_cell_finds_nothing_under_some_schedules_only() {
    let program = || {
        let cell = Arc::new(OnceLock::new());
        let theirs = Arc::clone(&cell);
        let thread = thread::spawn(move || theirs.set("there").unwrap());
        let seen = cell.get().is_some();
        assert_eq!(*cell.wait(), "there");
        thread.join().unwrap();
        assert!(seen, "not yet");
    };
    assert_eq!(
        endings(400, program),
        BTreeSet::from(["completed", "panicked"])
    );
}

#[test]
fn a_cell_gives_its_value_back() {
    always_completes(|| {
        let mut cell = OnceLock::from(String::from("a"));
        cell.get_mut().unwrap().push('b');
        assert_eq!(cell, cell.clone());
        assert_eq!(format!("{cell:?}"), "OnceLock(\"ab\")");
        assert_eq!(cell.take().as_deref(), Some("ab"));
        assert_eq!(format!("{cell:?}"), "OnceLock(<uninit>)");
        assert_eq!(*cell.get_or_init(|| "c".to_owned()), "c");
        assert_eq!(cell.into_inner().as_deref(), Some("c"));
    });
}

#[test]
fn a_cell_whose_maker_panicked_can_be_made_again() {
    always_completes(|| {
        let cell = OnceLock::new();
        let failed = panic::catch_unwind(|| *cell.get_or_init(|| panic!("on purpose")));
        assert!(failed.is_err());
        assert_eq!(*cell.get_or_init(|| 3), 3);
    });
}

#[test]
fn a_lazy_value_is_made_once_at_its_first_use() {
    always_completes(|| {
        let made = Arc::new(AtomicU32::new(0));
        let theirs = Arc::clone(&made);
        let lazy = Arc::new(LazyLock::new(move || {
            theirs.fetch_add(1, Ordering::Relaxed);
            vec![1, 2]
        }));
        assert_eq!(LazyLock::get(&lazy), None);
        let other = Arc::clone(&lazy);
        let thread = thread::spawn(move || other.len());
        assert_eq!(lazy.len(), 2);
        assert_eq!(thread.join().unwrap(), 2);
        assert_eq!(made.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_lazy_value_whose_maker_panicked_stays_poisoned() {
    always_completes(|| {
        let lazy: LazyLock<u32> = LazyLock::new(|| panic!("on purpose"));
        for _ in 0..2 {
            assert!(panic::catch_unwind(|| *lazy).is_err());
        }
        assert!(LazyLock::get(&lazy).is_none());
    });
}

#[test]
fn a_lazy_value_can_be_made_and_changed_by_its_owner() {
    always_completes(|| {
        let mut lazy = LazyLock::new(|| 1);
        assert_eq!(LazyLock::get_mut(&mut lazy), None);
        *LazyLock::force_mut(&mut lazy) += 1;
        *lazy += 1;
        assert_eq!(LazyLock::get(&lazy), Some(&3));
        assert_eq!(*lazy, 3);
    });
}

#[test]
fn reduction_sees_who_waits_before_somebody_tries_again() {
    let words = reduced(Config::default(), 1000, || {
        let once = Arc::new(Once::new());
        let (again, waits) = (Arc::clone(&once), Arc::clone(&once));
        let again = thread::spawn(move || again.call_once_force(|_| {}));
        let waits = thread::spawn(move || waits.wait());
        let _ = panic::catch_unwind(|| once.call_once(|| panic::resume_unwind(Box::new(()))));
        again.join().unwrap();
        waits.join().unwrap();
    });
    assert_eq!(words.1, BTreeSet::from(["completed", "panicked"]));
}

#[test]
fn reduction_sees_it_even_if_the_second_try_never_ends() {
    let words = reduced(Config::default(), 1000, || {
        let once = Arc::new(Once::new());
        let (first, waits) = (Arc::clone(&once), Arc::clone(&once));
        let waits = thread::spawn(move || waits.wait());
        let first = thread::spawn(move || {
            let fails = || first.call_once(|| panic::resume_unwind(Box::new(())));
            let _ = panic::catch_unwind(panic::AssertUnwindSafe(fails));
        });
        once.call_once_force(|state| {
            if state.is_poisoned() {
                thread::park();
            }
        });
        first.join().unwrap();
        waits.join().unwrap();
    });
    // The panic of a thread that nobody joins is how that one ends.
    assert_eq!(
        words.1,
        BTreeSet::from(["completed", "deadlock", "panicked"])
    );
}
