//! 34 · Synchronous and asynchronous calls: two ways to have a task done.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{
    marker::PhantomData,
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};

/// The states of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for the worker.
    Pending,
    /// The worker is at it.
    Running,
    /// It has returned its result.
    Finished,
    /// It will never run.
    Cancelled,
}

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultError {
    /// The task was cancelled.
    Cancelled,
    /// The task is not finished yet; it goes on.
    TimedOut,
}

/// Has tasks done, by one worker, in the order in which they are submitted.
pub struct Executor {
    worker: Worker,
}

impl Executor {
    /// An executor with an idle worker.
    #[expect(clippy::new_without_default, reason = "it starts a thread")]
    pub fn new() -> Self {
        Self {
            worker: Worker::start(),
        }
    }

    /// The synchronous call: has `task` done, and returns what it returned.
    pub fn call<T, F>(&self, task: F) -> T
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let _ = task;
        todo!()
    }

    /// The asynchronous call: hands `task` to the worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Future<T>
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // `self.worker.hand_over(…)` takes what the worker is to run.
        let _ = (&self.worker, task);
        todo!()
    }
}

/// What a task that was submitted has come to.
pub struct Future<T> {
    // Choose your own fields.
    _value: PhantomData<fn() -> T>,
}

impl<T: Clone> Future<T> {
    /// The state now.
    pub fn state(&self) -> State {
        todo!()
    }

    /// Waits until the task is finished or cancelled.
    pub fn result(&self) -> Result<T, ResultError> {
        todo!()
    }

    /// Like [`result`](Self::result), but waits at most `timeout`.
    pub fn result_timeout(&self, timeout: Duration) -> Result<T, ResultError> {
        let _ = timeout;
        todo!()
    }

    /// Takes a pending task back, and says whether the task is cancelled.
    pub fn cancel(&self) -> bool {
        todo!()
    }
}

// ---- given: a thread that runs what it is handed; nothing to write below ----

type Job = Box<dyn FnOnce() + Send>;

/// A thread that runs jobs one after the other, in the order in which they come.
struct Worker {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    fn start() -> Self {
        let (jobs, next) = mpsc::channel::<Job>();
        let thread = thread::spawn(move || {
            for job in next {
                job();
            }
        });
        Self {
            jobs: Some(jobs),
            thread: Some(thread),
        }
    }

    /// Puts `job` behind those that wait, and returns at once.
    #[allow(dead_code)]
    fn hand_over(&self, job: impl FnOnce() + Send + 'static) {
        let jobs = self.jobs.as_ref().expect("open until it is dropped");
        jobs.send(Box::new(job)).expect("the thread is alive");
    }
}

impl Drop for Worker {
    /// Lets the thread finish what it was handed.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
