//! 39 · Event loop: many tasks that wait, and one thread.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// An event loop: runs tasks on the thread that calls [`block_on`](Self::block_on).
///
/// A clone is another handle of the same loop.
#[derive(Clone)]
pub struct EventLoop {
    // Choose your own fields.
}

impl Default for EventLoop {
    fn default() -> Self {
        Self::new()
    }
}

impl EventLoop {
    /// An event loop without tasks.
    pub fn new() -> Self {
        todo!()
    }

    /// Adds a task. It runs, a poll at a time, while somebody is in `block_on`.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        drop(future);
        todo!()
    }

    /// Runs `future` and all tasks on this thread, until `future` is ready.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        drop(future);
        todo!()
    }

    /// A future that is ready when `duration` is over, counted from this call.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        let _ = duration;
        todo!()
    }
}

/// Waits for a task and gives its output. If it is dropped the task goes on all the same.
pub struct JoinHandle<T> {
    // Choose your own fields.
    _output: Option<T>,
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let _ = cx;
        todo!()
    }
}

/// Waits for a moment.
pub struct Sleep {
    // Choose your own fields.
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let _ = cx;
        todo!()
    }
}

/// Runs all of `futures` within one task, side by side, and gives their outputs in the
/// order of the futures.
pub async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let _ = futures;
    todo!()
}
