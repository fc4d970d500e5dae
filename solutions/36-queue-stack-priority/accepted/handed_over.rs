//! First come, first served: an item is handed to the thread that has waited longest, which
//! sleeps by `park`. The three orders are three keys of one sorted map.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    thread::{self, Thread},
};

/// A place where a waiting thread finds its item.
struct Waiter<T> {
    thread: Thread,
    item: Mutex<Option<T>>,
}

struct State<K, T> {
    items: BTreeMap<K, T>,
    waiters: VecDeque<Arc<Waiter<(K, T)>>>,
    arrivals: u64,
}

/// A map whose least key is next.
struct Sorted<K, T>(Mutex<State<K, T>>);

impl<K: Ord, T> Sorted<K, T> {
    fn new() -> Self {
        Self(Mutex::new(State {
            items: BTreeMap::new(),
            waiters: VecDeque::new(),
            arrivals: 0,
        }))
    }

    fn put(&self, item: T, key: impl FnOnce(u64) -> K) {
        let mut state = self.0.lock().unwrap();
        state.arrivals += 1;
        let key = key(state.arrivals);
        match state.waiters.pop_front() {
            Some(waiter) => {
                *waiter.item.lock().unwrap() = Some((key, item));
                waiter.thread.unpark();
            }
            None => {
                state.items.insert(key, item);
            }
        }
    }

    fn get(&self) -> (K, T) {
        let mut state = self.0.lock().unwrap();
        if let Some(entry) = state.items.pop_first() {
            return entry;
        }
        let waiter = Arc::new(Waiter {
            thread: thread::current(),
            item: Mutex::new(None),
        });
        state.waiters.push_back(Arc::clone(&waiter));
        drop(state);
        loop {
            if let Some(entry) = waiter.item.lock().unwrap().take() {
                return entry;
            }
            thread::park();
        }
    }

    fn try_get(&self) -> Option<(K, T)> {
        self.0.lock().unwrap().items.pop_first()
    }
}

/// A queue: first in, first out.
pub struct Queue<T>(Sorted<u64, T>);

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        Self(Sorted::new())
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        self.0.put(item, |arrival| arrival);
    }

    /// Takes the item that was put first; waits while there is none.
    pub fn get(&self) -> T {
        self.0.get().1
    }

    /// Takes the item that was put first, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        Some(self.0.try_get()?.1)
    }
}

/// A stack: last in, first out.
pub struct LifoQueue<T>(Sorted<Reverse<u64>, T>);

impl<T> LifoQueue<T> {
    /// An empty stack.
    pub fn new() -> Self {
        Self(Sorted::new())
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        self.0.put(item, Reverse);
    }

    /// Takes the item that was put last; waits while there is none.
    pub fn get(&self) -> T {
        self.0.get().1
    }

    /// Takes the item that was put last, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        Some(self.0.try_get()?.1)
    }
}

/// A priority queue: the lowest priority value first, and of equal ones the first in.
pub struct PriorityQueue<P, T>(Sorted<(P, u64), T>);

impl<P: Ord, T> PriorityQueue<P, T> {
    /// An empty priority queue.
    pub fn new() -> Self {
        Self(Sorted::new())
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, priority: P, item: T) {
        self.0.put(item, |arrival| (priority, arrival));
    }

    /// Takes the item whose turn it is, with its priority; waits while there is none.
    pub fn get(&self) -> (P, T) {
        let ((priority, _), item) = self.0.get();
        (priority, item)
    }

    /// Takes the item whose turn it is, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<(P, T)> {
        let ((priority, _), item) = self.0.try_get()?;
        Some((priority, item))
    }
}
