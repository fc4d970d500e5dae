//! A work-stealing deque like that of `Chess/WSQ`: the owner takes from the tail, a thief
//! steals from the head (M. Frigo et al., "The Implementation of the Cilk-5 Multithreaded
//! Language", PLDI 1998).

use std::sync::Arc;

use super::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

/// What the owner puts into the deque.
const ITEMS: usize = 3;

struct Deque {
    /// Both count from one, so that the owner may step below the first item.
    head: AtomicUsize,
    tail: AtomicUsize,
    lock: Mutex<()>,
    thief_announces_first: bool,
}

impl Deque {
    /// The owner's end. An item is named by its place.
    fn take(&self) -> Option<usize> {
        let tail = self.tail.load(SeqCst) - 1;
        self.tail.swap(tail, SeqCst);
        if self.head.load(SeqCst) <= tail {
            return Some(tail);
        }
        self.tail.swap(tail + 1, SeqCst);
        let _guard = self.lock.lock().unwrap();
        self.tail.swap(tail, SeqCst);
        if self.head.load(SeqCst) <= tail {
            return Some(tail);
        }
        self.tail.swap(tail + 1, SeqCst);
        None
    }

    /// The thieves' end.
    fn steal(&self) -> Option<usize> {
        let _guard = self.lock.lock().unwrap();
        let head = self.head.load(SeqCst);
        if self.thief_announces_first {
            self.head.swap(head + 1, SeqCst);
            if head < self.tail.load(SeqCst) {
                return Some(head);
            }
            self.head.swap(head, SeqCst);
        } else if head < self.tail.load(SeqCst) {
            self.head.swap(head + 1, SeqCst);
            return Some(head);
        }
        None
    }
}

fn run(thief_announces_first: bool) {
    let deque = Arc::new(Deque {
        head: AtomicUsize::new(1),
        tail: AtomicUsize::new(1 + ITEMS),
        lock: Mutex::new(()),
        thief_announces_first,
    });
    let victims = Arc::clone(&deque);
    let owner = thread::spawn(move || [deque.take(), deque.take()]);
    let thief = thread::spawn(move || [victims.steal(), victims.steal()]);
    let mut taken = [false; ITEMS + 1];
    let all = [owner.join().unwrap(), thief.join().unwrap()];
    for item in all.into_iter().flatten().flatten() {
        assert!(!taken[item], "an item was taken twice");
        taken[item] = true;
    }
}

/// The thief moves the head and then looks whether it may.
pub(super) fn announces_first() {
    run(true);
}

/// The thief looks and then moves the head, and the owner slips in between.
pub(super) fn checks_first() {
    run(false);
}
