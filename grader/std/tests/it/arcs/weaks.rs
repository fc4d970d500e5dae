//! `Weak`: what is there for as long as others share it.

use std::{
    sync::{Arc, Weak},
    thread,
};

use interleave::{Config, strategy::RandomWalk};

use crate::outcomes::{always_one_of, once};

#[test]
fn an_upgrade_comes_before_the_last_drop_or_after_it() {
    always_one_of(&["true", "false"], || {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let upgraded = w.upgrade().is_some();
        t.join().unwrap();
        upgraded
    });
}

#[test]
fn what_was_upgraded_lives_on() {
    always_one_of(&["(Some(7), 1)", "(None, 0)"], || {
        let a = Arc::new(7);
        let w = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let mine = w.upgrade();
        t.join().unwrap();
        (mine.as_deref().copied(), w.strong_count())
    });
}

#[test]
fn nobody_upgrades_after_the_last_drop() {
    always_one_of(&["(false, true)"], || {
        let a = Arc::new(1);
        let w = Arc::downgrade(&a);
        thread::spawn(move || drop(a)).join().unwrap();
        (w.upgrade().is_some(), w.clone().upgrade().is_none())
    });
}

#[test]
fn a_weak_of_nothing_takes_no_step() {
    let (said, executed) = once(&Config::default(), &mut RandomWalk::new(1), || {
        let w = Weak::<u8>::new();
        let more = w.clone();
        (
            more.upgrade(),
            w.strong_count(),
            w.weak_count(),
            w.ptr_eq(&more),
        )
    });
    assert_eq!(said, "(None, 0, 0, true)");
    assert_eq!((executed.steps, executed.finer), (1, None));
}

#[test]
fn a_value_that_knows_itself_is_there_only_when_it_is_made() {
    always_one_of(&["(0, true, 7, 1, 1)"], || {
        struct Own {
            before: usize,
            nobody: bool,
            itself: Weak<Own>,
            value: u32,
        }
        let a = Arc::new_cyclic(|own: &Weak<Own>| Own {
            before: own.strong_count(),
            nobody: own.upgrade().is_none(),
            itself: own.clone(),
            value: 7,
        });
        let again = a.itself.upgrade().expect("it is made").value;
        (
            a.before,
            a.nobody,
            again,
            Arc::strong_count(&a),
            Arc::weak_count(&a),
        )
    });
}

#[test]
fn another_thread_finds_the_value_when_it_is_made_and_not_before() {
    always_one_of(&["None", "Some(7)"], || {
        let mut thread = None;
        let a = Arc::new_cyclic(|own: &Weak<u32>| {
            let own = own.clone();
            thread = Some(thread::spawn(move || own.upgrade().as_deref().copied()));
            7
        });
        let found = thread.take().map(|t| t.join().unwrap());
        drop(a);
        found.flatten()
    });
}

#[test]
fn what_is_behind_a_trait_is_counted_as_well() {
    trait Shape: Send + Sync {
        fn corners(&self) -> u32;
    }
    impl Shape for u32 {
        fn corners(&self) -> u32 {
            *self
        }
    }
    always_one_of(&["(Some(4), 2)", "(Some(4), 1)", "(None, 0)"], || {
        let a: Arc<dyn Shape> = Arc::new(4);
        let w: Weak<dyn Shape> = Arc::downgrade(&a);
        let t = thread::spawn(move || drop(a));
        let mine = w.upgrade();
        let count = w.strong_count();
        t.join().unwrap();
        (mine.map(|shape| shape.corners()), count)
    });
}
