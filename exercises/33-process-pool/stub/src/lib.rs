//! 33 · Process pool: a few workers that are processes, and many tasks.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::io;

/// The worker died while it was at work on the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerDied;

/// A fixed number of processes that work on tasks.
pub struct ProcessPool {
    // Choose your own fields.
}

impl ProcessPool {
    /// Starts `workers` processes (at least one), which will call `work` for each task
    /// that they are given.
    pub fn new(workers: usize, work: impl Fn(&[u8]) -> Vec<u8> + 'static) -> io::Result<Self> {
        let _ = (workers, work);
        todo!()
    }

    /// Lets the workers work on all tasks, and gives the results in the order of the
    /// tasks.
    pub fn map(&mut self, tasks: &[Vec<u8>]) -> io::Result<Vec<Result<Vec<u8>, WorkerDied>>> {
        let _ = tasks;
        todo!()
    }

    /// Ends all workers, and waits until they have ended.
    pub fn shutdown(self) -> io::Result<()> {
        todo!()
    }
}

impl Drop for ProcessPool {
    /// The same as [`shutdown`](ProcessPool::shutdown).
    fn drop(&mut self) {
        todo!()
    }
}
