//! wrong: two locks, and the item is counted before it is in the container
//! fails: get_waits_for_put panic
//! fails: is_linearizable panic|property
//! fails: knows_when_it_is_empty property
//! fails: sleeps_while_it_waits panic|property
//! fails: all_know_when_they_are_empty property

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, VecDeque},
    sync::{Condvar, Mutex},
};

/// What decides the order, and knows nothing of threads.
trait Container {
    type Item;
    fn push(&mut self, item: Self::Item);
    fn pop(&mut self) -> Option<Self::Item>;
}

/// What waits, and knows nothing of orders.
struct Monitor<C> {
    container: Mutex<C>,
    count: Mutex<usize>,
    arrived: Condvar,
}

impl<C: Container> Monitor<C> {
    fn new(container: C) -> Self {
        Self {
            container: Mutex::new(container),
            count: Mutex::new(0),
            arrived: Condvar::new(),
        }
    }

    fn put(&self, item: C::Item) {
        *self.count.lock().unwrap() += 1;
        self.arrived.notify_one();
        self.container.lock().unwrap().push(item);
    }

    fn get(&self) -> C::Item {
        let mut count = self.count.lock().unwrap();
        while *count == 0 {
            count = self.arrived.wait(count).unwrap();
        }
        *count -= 1;
        drop(count);
        self.container.lock().unwrap().pop().unwrap()
    }

    fn try_get(&self) -> Option<C::Item> {
        let mut count = self.count.lock().unwrap();
        *count = count.checked_sub(1)?;
        drop(count);
        self.container.lock().unwrap().pop()
    }
}

impl<T> Container for VecDeque<T> {
    type Item = T;

    fn push(&mut self, item: T) {
        self.push_back(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.pop_front()
    }
}

impl<T> Container for Vec<T> {
    type Item = T;

    fn push(&mut self, item: T) {
        self.push(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.pop()
    }
}

/// A heap that forgets nobody's turn: each entry has the number of its arrival.
struct Ranked<P, T> {
    heap: BinaryHeap<Entry<P, T>>,
    arrivals: u64,
}

struct Entry<P, T> {
    priority: P,
    arrival: u64,
    item: T,
}

impl<P: Ord, T> Ord for Entry<P, T> {
    /// The heap hands out the greatest entry, so the most urgent one is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        let mine = (&self.priority, self.arrival);
        (&other.priority, other.arrival).cmp(&mine)
    }
}

impl<P: Ord, T> PartialOrd for Entry<P, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<P: Ord, T> PartialEq for Entry<P, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<P: Ord, T> Eq for Entry<P, T> {}

impl<P: Ord, T> Container for Ranked<P, T> {
    type Item = (P, T);

    fn push(&mut self, (priority, item): (P, T)) {
        let arrival = self.arrivals;
        self.arrivals += 1;
        self.heap.push(Entry {
            priority,
            arrival,
            item,
        });
    }

    fn pop(&mut self) -> Option<(P, T)> {
        let entry = self.heap.pop()?;
        Some((entry.priority, entry.item))
    }
}

/// A queue: first in, first out.
pub struct Queue<T> {
    monitor: Monitor<VecDeque<T>>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        Self {
            monitor: Monitor::new(VecDeque::new()),
        }
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        self.monitor.put(item);
    }

    /// Takes the item that was put first; waits while there is none.
    pub fn get(&self) -> T {
        self.monitor.get()
    }

    /// Takes the item that was put first, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        self.monitor.try_get()
    }
}

/// A stack: last in, first out.
pub struct LifoQueue<T> {
    monitor: Monitor<Vec<T>>,
}

impl<T> Default for LifoQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> LifoQueue<T> {
    /// An empty stack.
    pub fn new() -> Self {
        Self {
            monitor: Monitor::new(Vec::new()),
        }
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        self.monitor.put(item);
    }

    /// Takes the item that was put last; waits while there is none.
    pub fn get(&self) -> T {
        self.monitor.get()
    }

    /// Takes the item that was put last, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        self.monitor.try_get()
    }
}

/// A priority queue: the lowest priority value first, and of equal ones the first in.
pub struct PriorityQueue<P, T> {
    monitor: Monitor<Ranked<P, T>>,
}

impl<P: Ord, T> Default for PriorityQueue<P, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Ord, T> PriorityQueue<P, T> {
    /// An empty priority queue.
    pub fn new() -> Self {
        Self {
            monitor: Monitor::new(Ranked {
                heap: BinaryHeap::new(),
                arrivals: 0,
            }),
        }
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, priority: P, item: T) {
        self.monitor.put((priority, item));
    }

    /// Takes the item whose turn it is, with its priority; waits while there is none.
    pub fn get(&self) -> (P, T) {
        self.monitor.get()
    }

    /// Takes the item whose turn it is, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<(P, T)> {
        self.monitor.try_get()
    }
}
