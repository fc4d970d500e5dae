//! Who may take the value of an `Arc`, or change it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
};

use crate::outcomes::always_one_of;

#[test]
fn one_of_two_takes_the_value_or_none() {
    always_one_of(
        &["(true, false)", "(false, true)", "(false, false)"],
        || {
            let a = Arc::new(1);
            let b = a.clone();
            let t = thread::spawn(move || Arc::try_unwrap(b).is_ok());
            let mine = Arc::try_unwrap(a).is_ok();
            (mine, t.join().unwrap())
        },
    );
}

#[test]
fn exactly_one_of_two_is_the_last() {
    always_one_of(&["(true, false)", "(false, true)"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || Arc::into_inner(b).is_some());
        let mine = Arc::into_inner(a).is_some();
        (mine, t.join().unwrap())
    });
}

#[test]
fn exactly_one_of_three_is_the_last() {
    let expected = [
        "[true, false, false]",
        "[false, true, false]",
        "[false, false, true]",
    ];
    always_one_of(&expected, || {
        let a = Arc::new(1);
        let threads =
            [a.clone(), a.clone()].map(|arc| thread::spawn(move || Arc::into_inner(arc).is_some()));
        let mine = Arc::into_inner(a).is_some();
        let [first, second] = threads.map(|t| t.join().unwrap());
        [mine, first, second]
    });
}

#[test]
fn a_drop_may_come_between_two_who_want_the_value() {
    always_one_of(&["Some(1)", "None"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let mine = Arc::into_inner(a);
        t.join().unwrap();
        mine
    });
}

#[test]
fn get_mut_fails_while_another_has_the_value() {
    always_one_of(&["true", "false"], || {
        let mut a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        let alone = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        alone
    });
}

#[test]
fn get_mut_fails_while_another_watches_the_value() {
    always_one_of(&["true", "false"], || {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(w));
        let alone = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        alone
    });
}

#[test]
fn get_mut_is_kept_off_by_a_clone_of_a_weak() {
    always_one_of(&["(false, 2)", "(false, 1)", "(true, 0)"], || {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || {
            let more = w.clone();
            drop(w);
            drop(more);
        });
        let before = Arc::weak_count(&a);
        let alone = Arc::get_mut(&mut a).is_some();
        t.join().unwrap();
        if alone {
            (alone, 0)
        } else {
            (alone, before.max(1))
        }
    });
}

#[test]
fn make_mut_copies_while_another_has_the_value() {
    always_one_of(&["(true, 2)", "(false, 2)"], || {
        let mut a = Arc::new(1);
        let place = Arc::as_ptr(&a);
        let b = a.clone();
        let t = thread::spawn(move || drop(b));
        *Arc::make_mut(&mut a) += 1;
        let same = Arc::as_ptr(&a) == place;
        t.join().unwrap();
        (same, *a)
    });
}

#[test]
fn make_mut_leaves_those_who_watch_with_nothing() {
    always_one_of(&["Some(1)", "None"], || {
        let mut a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || w.upgrade().as_deref().copied());
        *Arc::make_mut(&mut a) += 1;
        assert_eq!(*a, 2);
        t.join().unwrap()
    });
}

#[test]
fn make_mut_of_one_that_is_alone_is_no_race_with_anything() {
    always_one_of(&["3"], || {
        let mut a = Arc::new(1);
        let t = thread::spawn(|| 1);
        *Arc::make_mut(&mut a) += t.join().unwrap();
        *Arc::make_mut(&mut a) += 1;
        *a
    });
}

static COPIES: AtomicU32 = AtomicU32::new(0);

struct Copied;

impl Clone for Copied {
    fn clone(&self) -> Self {
        COPIES.fetch_add(1, SeqCst);
        Self
    }
}

#[test]
fn one_of_two_must_copy_what_both_want_and_both_may() {
    always_one_of(&["1", "2"], || {
        let a = Arc::new(Copied);
        let b = a.clone();
        let t = thread::spawn(move || _ = Arc::unwrap_or_clone(b));
        let _ = Arc::unwrap_or_clone(a);
        t.join().unwrap();
        COPIES.load(SeqCst)
    });
}

#[test]
fn after_a_scope_all_that_it_shared_is_back() {
    always_one_of(&["Ok(2)"], || {
        let a = Arc::new(AtomicU32::new(0));
        thread::scope(|s| {
            for _ in 0..2 {
                let a = a.clone();
                s.spawn(move || a.fetch_add(1, SeqCst));
            }
        });
        Arc::try_unwrap(a).map(AtomicU32::into_inner)
    });
}

#[test]
fn a_thread_that_panics_gives_back_its_share() {
    always_one_of(&["(true, Some(1))"], || {
        let a = Arc::new(1);
        let b = a.clone();
        let t = thread::spawn(move || {
            let _b = b;
            panic!("on purpose");
        });
        let panicked = t.join().is_err();
        (panicked, Arc::into_inner(a))
    });
}
