//! Everything by itself, in vectors that are kept in order, with `wait_while`; whoever
//! puts wakes everybody, after it has let go of the lock.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex},
};

/// A queue: first in, first out.
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    changed: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        Self {
            items: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        self.items.lock().unwrap().push_back(item);
        self.changed.notify_all();
    }

    /// Takes the item that was put first; waits while there is none.
    pub fn get(&self) -> T {
        let items = self.items.lock().unwrap();
        let mut items = self
            .changed
            .wait_while(items, |items| items.is_empty())
            .unwrap();
        items.pop_front().unwrap()
    }

    /// Takes the item that was put first, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        self.items.lock().unwrap().pop_front()
    }
}

/// A stack: last in, first out.
pub struct LifoQueue<T> {
    items: Mutex<Vec<T>>,
    changed: Condvar,
}

impl<T> LifoQueue<T> {
    /// An empty stack.
    pub fn new() -> Self {
        Self {
            items: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        self.items.lock().unwrap().push(item);
        self.changed.notify_all();
    }

    /// Takes the item that was put last; waits while there is none.
    pub fn get(&self) -> T {
        let items = self.items.lock().unwrap();
        let mut items = self
            .changed
            .wait_while(items, |items| items.is_empty())
            .unwrap();
        items.pop().unwrap()
    }

    /// Takes the item that was put last, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        self.items.lock().unwrap().pop()
    }
}

/// A priority queue: the lowest priority value first, and of equal ones the first in.
pub struct PriorityQueue<P, T> {
    /// Sorted by priority; of equal ones the older comes first.
    items: Mutex<VecDeque<(P, T)>>,
    changed: Condvar,
}

impl<P: Ord, T> PriorityQueue<P, T> {
    /// An empty priority queue.
    pub fn new() -> Self {
        Self {
            items: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, priority: P, item: T) {
        let mut items = self.items.lock().unwrap();
        let at = items.partition_point(|(other, _)| *other <= priority);
        items.insert(at, (priority, item));
        drop(items);
        self.changed.notify_all();
    }

    /// Takes the item whose turn it is, with its priority; waits while there is none.
    pub fn get(&self) -> (P, T) {
        let items = self.items.lock().unwrap();
        let mut items = self
            .changed
            .wait_while(items, |items| items.is_empty())
            .unwrap();
        items.pop_front().unwrap()
    }

    /// Takes the item whose turn it is, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<(P, T)> {
        self.items.lock().unwrap().pop_front()
    }
}
