//! 35 · Callbacks: what is to happen when a task is done, said beforehand.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{
    marker::PhantomData,
    sync::mpsc,
    thread::{self, JoinHandle},
};

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

    /// Hands `task` to the worker, and returns at once.
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

/// What a task that was submitted has come to. Clones are handles of the same future.
pub struct Future<T> {
    // Choose your own fields.
    _value: PhantomData<fn() -> T>,
}

impl<T> Clone for Future<T> {
    fn clone(&self) -> Self {
        todo!()
    }
}

impl<T: Clone + Send + 'static> Future<T> {
    /// Whether the task is done.
    pub fn is_done(&self) -> bool {
        todo!()
    }

    /// Waits until the task is done, and returns its value.
    pub fn result(&self) -> T {
        todo!()
    }

    /// Has `callback` called with the value when the task is done, or at once if it is.
    pub fn add_done_callback<F>(&self, callback: F)
    where
        F: FnOnce(T) + Send + 'static,
    {
        let _ = callback;
        todo!()
    }

    /// The future of what `f` makes of the value: `f` is called like a callback.
    pub fn then<U, F>(&self, f: F) -> Future<U>
    where
        U: Clone + Send + 'static,
        F: FnOnce(T) -> U + Send + 'static,
    {
        let _ = f;
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
