//! What a plain test of exercise 30 would be: the same scenarios, on real threads.

use std::{thread, time::Duration};

use answer::{GetError, PutError, Queue};

#[test]
fn hands_over_every_item() {
    let queue = Queue::new(2);
    thread::scope(|scope| {
        scope.spawn(|| (1..=3).for_each(|item| queue.put(item).unwrap()));
        let got: Vec<i32> = (1..=3).map(|_| queue.get().unwrap()).collect();
        assert_eq!(got, [1, 2, 3]);
    });
}

#[test]
fn wakes_every_waiter() {
    let queue = Queue::new(1);
    thread::scope(|scope| {
        let getters = [(); 2].map(|()| scope.spawn(|| queue.get().unwrap()));
        for item in 1..=2 {
            let queue = &queue;
            scope.spawn(move || queue.put(item).unwrap());
        }
        let sum: i32 = getters.into_iter().map(|getter| getter.join().unwrap()).sum();
        assert_eq!(sum, 3);
    });
}

#[test]
fn closes() {
    let queue = Queue::new(2);
    thread::scope(|scope| {
        let getters = [(); 3].map(|()| scope.spawn(|| queue.get().ok()));
        queue.put(7).unwrap();
        queue.close();
        let got = getters.into_iter().filter_map(|getter| getter.join().unwrap());
        assert_eq!(got.collect::<Vec<_>>(), [7]);
    });
    assert!(queue.put(8).is_err());
    assert_eq!(queue.get(), Err(GetError::Closed));
}

#[test]
fn gives_up_in_time() {
    let soon = Duration::from_millis(1);
    let queue = Queue::new(1);
    assert_eq!(queue.get_timeout(soon), Err(GetError::TimedOut));
    assert_eq!(queue.put_timeout(1, soon), Ok(()));
    assert_eq!(queue.put_timeout(2, soon), Err(PutError::TimedOut(2)));
}
