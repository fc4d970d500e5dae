//! How many interleavings partial-order reduction needs: the counts of the programs that
//! the literature and the peers are measured on.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
};

use interleave::Config;

use crate::explorer::reduced;

fn without_accidents() -> Config {
    Config {
        max_spurious: 0,
        ..Config::default()
    }
}

#[track_caller]
fn proved_within(most: usize, program: fn()) {
    let (count, words) = reduced(without_accidents(), 100_000, program);
    assert_eq!(words, BTreeSet::from(["completed"]));
    assert!(count <= most, "{count} interleavings, not {most}");
}

#[test]
fn two_increments_of_a_load_and_a_store_have_four_orders() {
    proved_within(4, || {
        let counter = Arc::new(AtomicU32::new(0));
        let increment =
            |counter: Arc<AtomicU32>| move || counter.store(counter.load(SeqCst) + 1, SeqCst);
        let threads = [(); 2].map(|()| thread::spawn(increment(Arc::clone(&counter))));
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_queue_of_one_with_one_item_each_is_proved_in_a_few_hundred() {
    proved_within(300, || bounded_queue(1));
}

#[test]
fn three_ordered_philosophers_are_proved_in_ten() {
    proved_within(10, || ordered_philosophers(3));
}

#[test]
fn five_ordered_philosophers_are_proved_in_thirty() {
    proved_within(30, || ordered_philosophers(5));
}

#[test]
fn independent_threads_have_one_order() {
    proved_within(1, || {
        let threads = [(); 4].map(|()| {
            thread::spawn(|| {
                let own = AtomicU32::new(0);
                for _ in 0..4 {
                    own.fetch_add(1, SeqCst);
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

struct Queue {
    items: Mutex<VecDeque<u32>>,
    not_empty: Condvar,
    not_full: Condvar,
}

fn bounded_queue(items: u32) {
    let queue = Arc::new(Queue {
        items: Mutex::new(VecDeque::new()),
        not_empty: Condvar::new(),
        not_full: Condvar::new(),
    });
    let producer = |queue: Arc<Queue>| {
        move || {
            for item in 0..items {
                let mut slots = queue.items.lock().unwrap();
                while slots.len() == 1 {
                    slots = queue.not_full.wait(slots).unwrap();
                }
                slots.push_back(item);
                queue.not_empty.notify_one();
            }
        }
    };
    let consumer = |queue: Arc<Queue>| {
        move || {
            for _ in 0..items {
                let mut slots = queue.items.lock().unwrap();
                while slots.is_empty() {
                    slots = queue.not_empty.wait(slots).unwrap();
                }
                slots.pop_front();
                queue.not_full.notify_one();
            }
        }
    };
    let threads = [
        thread::spawn(producer(Arc::clone(&queue))),
        thread::spawn(producer(Arc::clone(&queue))),
        thread::spawn(consumer(Arc::clone(&queue))),
        thread::spawn(consumer(queue)),
    ];
    for thread in threads {
        thread.join().unwrap();
    }
}

fn ordered_philosophers(count: usize) {
    let forks: Arc<Vec<Mutex<()>>> = Arc::new((0..count).map(|_| Mutex::new(())).collect());
    let threads: Vec<_> = (0..count)
        .map(|seat| {
            let forks = Arc::clone(&forks);
            thread::spawn(move || {
                let next = (seat + 1) % count;
                let _first = forks[seat.min(next)].lock().unwrap();
                let _second = forks[seat.max(next)].lock().unwrap();
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
