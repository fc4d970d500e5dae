//! 34 · Synchronous and asynchronous calls: two ways to have a task done.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! One enum under a mutex holds the state and the value together, so that nobody sees
//! the one without the other.
// END SOLUTION

// BEGIN SOLUTION
// | use std::{
// |     marker::PhantomData,
// |     sync::mpsc,
// |     thread::{self, JoinHandle},
// |     time::Duration,
// | };
use std::{
    sync::{Arc, Condvar, Mutex, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
// END SOLUTION

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
        // BEGIN SOLUTION
        // | let _ = task;
        // | todo!()
        let future = self.submit(task);
        future.result().expect("nobody else can cancel it")
        // END SOLUTION
    }

    /// The asynchronous call: hands `task` to the worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Future<T>
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // BEGIN SOLUTION
        // | // `self.worker.hand_over(…)` takes what the worker is to run.
        // | let _ = (&self.worker, task);
        // | todo!()
        let shared = Arc::new(Shared {
            stage: Mutex::new(Stage::Pending),
            changed: Condvar::new(),
        });
        let future = Future {
            shared: Arc::clone(&shared),
        };
        self.worker.hand_over(move || {
            if shared.begin() {
                let value = task();
                *shared.stage.lock().unwrap() = Stage::Finished(value);
                shared.changed.notify_all();
            }
        });
        future
        // END SOLUTION
    }
}

/// What a task that was submitted has come to.
pub struct Future<T> {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _value: PhantomData<fn() -> T>,
    shared: Arc<Shared<T>>,
    // END SOLUTION
}

impl<T: Clone> Future<T> {
    /// The state now.
    pub fn state(&self) -> State {
        // BEGIN SOLUTION
        // | todo!()
        match *self.shared.stage.lock().unwrap() {
            Stage::Pending => State::Pending,
            Stage::Running => State::Running,
            Stage::Finished(_) => State::Finished,
            Stage::Cancelled => State::Cancelled,
        }
        // END SOLUTION
    }

    /// Waits until the task is finished or cancelled.
    pub fn result(&self) -> Result<T, ResultError> {
        // BEGIN SOLUTION
        // | todo!()
        let mut stage = self.shared.stage.lock().unwrap();
        loop {
            if let Some(result) = stage.result() {
                return result;
            }
            stage = self.shared.changed.wait(stage).unwrap();
        }
        // END SOLUTION
    }

    /// Like [`result`](Self::result), but waits at most `timeout`.
    pub fn result_timeout(&self, timeout: Duration) -> Result<T, ResultError> {
        // BEGIN SOLUTION
        // | let _ = timeout;
        // | todo!()
        let start = Instant::now();
        let mut stage = self.shared.stage.lock().unwrap();
        loop {
            // The result comes before the clock.
            if let Some(result) = stage.result() {
                return result;
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(ResultError::TimedOut);
            }
            stage = self.shared.changed.wait_timeout(stage, left).unwrap().0;
        }
        // END SOLUTION
    }

    /// Takes a pending task back, and says whether the task is cancelled.
    pub fn cancel(&self) -> bool {
        // BEGIN SOLUTION
        // | todo!()
        let mut stage = self.shared.stage.lock().unwrap();
        match *stage {
            Stage::Pending => {
                *stage = Stage::Cancelled;
                self.shared.changed.notify_all();
                true
            }
            Stage::Cancelled => true,
            Stage::Running | Stage::Finished(_) => false,
        }
        // END SOLUTION
    }
}
// BEGIN SOLUTION

/// What the worker and the future share.
struct Shared<T> {
    stage: Mutex<Stage<T>>,
    changed: Condvar,
}

enum Stage<T> {
    Pending,
    Running,
    Finished(T),
    Cancelled,
}

impl<T> Shared<T> {
    /// Goes on to running, unless the task is cancelled: looking and going on are one
    /// step.
    fn begin(&self) -> bool {
        let mut stage = self.stage.lock().unwrap();
        let pending = matches!(*stage, Stage::Pending);
        if pending {
            *stage = Stage::Running;
        }
        pending
    }
}

impl<T: Clone> Stage<T> {
    /// What `result` returns, if it need not wait.
    fn result(&self) -> Option<Result<T, ResultError>> {
        match self {
            Self::Pending | Self::Running => None,
            Self::Finished(value) => Some(Ok(value.clone())),
            Self::Cancelled => Some(Err(ResultError::Cancelled)),
        }
    }
}
// END SOLUTION

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
    // BEGIN SOLUTION
    // | #[allow(dead_code)]
    // END SOLUTION
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
