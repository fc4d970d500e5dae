use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use super::*;

#[test]
fn values_go_both_ways_and_the_last_one_is_returned() {
    let mut doubler = Greenlet::new(|back, first: u32| {
        let second = back.switch(first * 2);
        let third = back.switch(second * 2);
        third * 100
    });
    assert_eq!(doubler.switch(1), Ok(2));
    assert_eq!(doubler.switch(2), Ok(4));
    assert!(!doubler.is_dead());
    assert_eq!(doubler.switch(3), Ok(300));
}

#[test]
fn a_dead_greenlet_gives_the_value_back() {
    let mut greenlet = Greenlet::new(|_, text: String| text.len());
    assert_eq!(greenlet.switch("four".to_owned()), Ok(4));
    assert!(greenlet.is_dead());
    assert_eq!(
        greenlet.switch("late".to_owned()),
        Err(Dead("late".to_owned()))
    );
}

#[test]
fn nothing_runs_before_the_first_switch() {
    let ran = Rc::new(Cell::new(false));
    let theirs = Rc::clone(&ran);
    let mut greenlet = Greenlet::new(move |_, ()| theirs.set(true));
    assert!(!ran.get() && !greenlet.is_dead());
    assert_eq!(greenlet.switch(()), Ok(()));
    assert!(ran.get());
}

#[test]
fn a_greenlet_stands_still_however_deep_its_calls_are() {
    fn dive(back: &Back<'_, (), usize>, depth: usize) -> usize {
        if depth == 0 {
            back.switch(0);
            return 0;
        }
        dive(back, depth - 1) + 1
    }
    let mut divers: Vec<_> = (1..=50)
        .map(|depth| Greenlet::new(move |back, ()| dive(back, depth * 20)))
        .collect();
    for diver in &mut divers {
        assert_eq!(diver.switch(()), Ok(0));
    }
    for (diver, depth) in divers.iter_mut().zip(1..) {
        assert_eq!(diver.switch(()), Ok(depth * 20));
    }
}

#[test]
fn greenlets_switch_to_greenlets_of_their_own() {
    let mut outer = Greenlet::new(|back, first: u32| {
        let mut inner = Greenlet::new(|back, value: u32| back.switch(value + 1) + 1);
        let value = inner.switch(first).unwrap_or(0);
        let next = back.switch(value);
        inner.switch(next).unwrap_or(0)
    });
    assert_eq!(outer.switch(10), Ok(11));
    assert_eq!(outer.switch(20), Ok(21));
}

#[test]
fn what_is_on_the_stack_of_a_greenlet_is_dropped_with_it() {
    struct Noted(Rc<RefCell<Vec<u32>>>, u32);
    impl Drop for Noted {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }
    let dropped = Rc::default();
    for number in 0..3 {
        let noted = Noted(Rc::clone(&dropped), number);
        let mut greenlet = Greenlet::new(move |back, ()| {
            let _noted = noted;
            back.switch(());
            back.switch(());
        });
        // Not begun, begun, and begun and switched to again.
        for _ in 0..number {
            let _ = greenlet.switch(());
        }
        drop(greenlet);
    }
    assert_eq!(*dropped.borrow(), [0, 1, 2]);
}

#[test]
fn a_panic_comes_out_where_the_greenlet_was_switched_to_and_leaves_it_dead() {
    let mut greenlet = Greenlet::new(|_, ()| panic!("as planned"));
    let panicked = catch_unwind(AssertUnwindSafe(|| greenlet.switch(())));
    let payload = panicked.expect_err("the panic comes out");
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"as planned"));
    assert!(greenlet.is_dead());
    assert_eq!(greenlet.switch(()), Err(Dead(())));
}

#[test]
fn a_thousand_greenlets_stand_side_by_side() {
    let body = |number: usize| {
        move |back: &Back<'_, (), usize>, ()| {
            back.switch(number);
            number * 2
        }
    };
    let mut all: Vec<_> = (0..1000)
        .map(|number| Greenlet::new(body(number)))
        .collect();
    for factor in 1..=2 {
        for (number, greenlet) in all.iter_mut().enumerate() {
            assert_eq!(greenlet.switch(()), Ok(number * factor));
        }
    }
    assert!(all.iter().all(Greenlet::is_dead));
}
