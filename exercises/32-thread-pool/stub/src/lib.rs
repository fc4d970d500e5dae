//! 32 · Thread pool: a fixed number of threads that do one task after the other.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{marker::PhantomData, thread};

/// The pool was shut down before; the task does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

/// The result of a task that may still be running.
pub struct Future<T> {
    // Choose your own fields.
    _result: PhantomData<fn() -> T>,
}

impl<T> Future<T> {
    /// Waits for the task; returns what it returned, or what its panic carried.
    pub fn result(self) -> thread::Result<T> {
        todo!()
    }
}

/// Threads that do what is submitted.
pub struct ThreadPool {
    // Choose your own fields.
    _workers: usize,
}

impl ThreadPool {
    /// A pool in which at most `workers` tasks run at once; at least 1.
    pub fn new(workers: usize) -> Self {
        let _ = workers;
        todo!()
    }

    /// Has `task` run by a worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Result<Future<T>, ShutDown>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let _ = task;
        todo!()
    }

    /// Runs `f` on each item, each in a task of its own; returns the results in the
    /// order of the items.
    pub fn map<I, T, F>(&self, items: Vec<I>, f: F) -> Result<Vec<thread::Result<T>>, ShutDown>
    where
        I: Send + 'static,
        T: Send + 'static,
        F: Fn(I) -> T + Send + Sync + 'static,
    {
        let _ = (items, f);
        todo!()
    }

    /// Accepts no more tasks; those accepted before still run. With `wait`, returns
    /// when all of them are done and all threads of the pool have ended.
    pub fn shutdown(&self, wait: bool) {
        let _ = wait;
        todo!()
    }
}

impl Drop for ThreadPool {
    /// Like `shutdown(true)`.
    fn drop(&mut self) {
        todo!()
    }
}
