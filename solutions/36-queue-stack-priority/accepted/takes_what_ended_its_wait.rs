//! A thread that had to wait takes the first item of a stack: the one that ended its wait, which
//! may have been taken before the others came.

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
    fn pop_after_wait(&mut self) -> Option<Self::Item> {
        self.pop()
    }
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
        if let Some(item) = container.pop() {
            return item;
        }
        loop {
            container = self.arrived.wait(container).unwrap();
            if let Some(item) = container.pop_after_wait() {
                return item;
            }
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

    fn pop_after_wait(&mut self) -> Option<T> {
        (!self.is_empty()).then(|| self.remove(0))
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
