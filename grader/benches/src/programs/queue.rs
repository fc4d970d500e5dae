//! A queue of capacity one, with two producers and two consumers of `ITEMS` items each.

use std::{collections::VecDeque, sync::Arc};

use super::{
    sync::{Condvar, Mutex},
    thread,
};

struct Queue {
    items: Mutex<VecDeque<usize>>,
    room: Condvar,
    /// None if producers and consumers wait on the same condition variable.
    filled: Option<Condvar>,
}

impl Queue {
    fn put(&self, item: usize) {
        let mut items = self.items.lock().unwrap();
        while items.len() == 1 {
            items = self.room.wait(items).unwrap();
        }
        items.push_back(item);
        self.filled.as_ref().unwrap_or(&self.room).notify_one();
    }

    fn take(&self) -> usize {
        let mut items = self.items.lock().unwrap();
        loop {
            if let Some(item) = items.pop_front() {
                self.room.notify_one();
                return item;
            }
            let filled = self.filled.as_ref().unwrap_or(&self.room);
            items = filled.wait(items).unwrap();
        }
    }
}

fn run<const ITEMS: usize>(filled: Option<Condvar>) {
    let queue = Arc::new(Queue {
        items: Mutex::new(VecDeque::new()),
        room: Condvar::new(),
        filled,
    });
    let mut threads = Vec::new();
    for _ in 0..2 {
        let producer = Arc::clone(&queue);
        threads.push(thread::spawn(move || {
            for item in 0..ITEMS {
                producer.put(item);
            }
        }));
        let consumer = Arc::clone(&queue);
        threads.push(thread::spawn(move || {
            for _ in 0..ITEMS {
                consumer.take();
            }
        }));
    }
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Producers and consumers wait on condition variables of their own.
pub(super) fn two_condvars<const ITEMS: usize>() {
    run::<ITEMS>(Some(Condvar::new()));
}

/// One condition variable for both: `notify_one` may wake one of the same kind, and
/// in the end everybody waits.
pub(super) fn shared_condvar<const ITEMS: usize>() {
    run::<ITEMS>(None);
}
