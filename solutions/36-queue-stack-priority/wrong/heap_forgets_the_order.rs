//! wrong: a heap alone, which does not keep the order of equal priorities
//! page: hands_out_in_order
//! fails: hands_out_in_order property
//! fails: is_stable_for_long property

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
    arrived: Condvar,
}

impl<C: Container> Monitor<C> {
    fn new(container: C) -> Self {
        Self {
            container: Mutex::new(container),
            arrived: Condvar::new(),
        }
    }

    fn put(&self, item: C::Item) {
        self.container.lock().unwrap().push(item);
        self.arrived.notify_one();
    }

    fn get(&self) -> C::Item {
        let mut container = self.container.lock().unwrap();
        loop {
            if let Some(item) = container.pop() {
                return item;
            }
            container = self.arrived.wait(container).unwrap();
        }
    }

    fn try_get(&self) -> Option<C::Item> {
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

/// A heap by priority.
struct Ranked<P, T> {
    heap: BinaryHeap<Entry<P, T>>,
}

struct Entry<P, T> {
    priority: P,
    item: T,
}

impl<P: Ord, T> Ord for Entry<P, T> {
    /// The heap hands out the greatest entry, so the most urgent one is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.priority.cmp(&self.priority)
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
        self.heap.push(Entry { priority, item });
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
