//! What a plain test of exercise 23 would be: the same scenarios, on real threads.

use std::{
    sync::{Barrier, Mutex},
    thread,
};

use answer::{Counter, TicketOffice};

#[test]
fn counts_every_addition() {
    let counter = Counter::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| counter.add(1));
        }
    });
    assert_eq!(counter.get(), 2);
}

#[test]
fn never_oversells() {
    let office = TicketOffice::new(2);
    let sold = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| office.buy(|number| sold.lock().unwrap().push(number)));
        }
    });
    let mut sold = sold.into_inner().unwrap();
    sold.sort_unstable();
    assert_eq!(sold, [1, 2]);
    assert_eq!(office.left(), 0);
}

#[test]
fn prints_side_by_side() {
    let office = TicketOffice::new(2);
    let both = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| office.buy(|_| both.wait()));
        }
    });
}
