//! 36 · Queue, stack and priority queue: three orders, one way of waiting.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// A queue: first in, first out.
pub struct Queue<T> {
    // Choose your own fields.
    _items: Vec<T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        todo!()
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        let _ = item;
        todo!()
    }

    /// Takes the item that was put first; waits while there is none.
    pub fn get(&self) -> T {
        todo!()
    }

    /// Takes the item that was put first, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        todo!()
    }
}

/// A stack: last in, first out.
pub struct LifoQueue<T> {
    // Choose your own fields.
    _items: Vec<T>,
}

impl<T> Default for LifoQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> LifoQueue<T> {
    /// An empty stack.
    pub fn new() -> Self {
        todo!()
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, item: T) {
        let _ = item;
        todo!()
    }

    /// Takes the item that was put last; waits while there is none.
    pub fn get(&self) -> T {
        todo!()
    }

    /// Takes the item that was put last, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<T> {
        todo!()
    }
}

/// A priority queue: the lowest priority value first, and of equal ones the first in.
pub struct PriorityQueue<P, T> {
    // Choose your own fields.
    _items: Vec<(P, T)>,
}

impl<P: Ord, T> Default for PriorityQueue<P, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Ord, T> PriorityQueue<P, T> {
    /// An empty priority queue.
    pub fn new() -> Self {
        todo!()
    }

    /// Puts `item` in. Never waits for anybody to take something out.
    pub fn put(&self, priority: P, item: T) {
        let _ = (priority, item);
        todo!()
    }

    /// Takes the item whose turn it is, with its priority; waits while there is none.
    pub fn get(&self) -> (P, T) {
        todo!()
    }

    /// Takes the item whose turn it is, if there is any. Never waits for one.
    pub fn try_get(&self) -> Option<(P, T)> {
        todo!()
    }
}
