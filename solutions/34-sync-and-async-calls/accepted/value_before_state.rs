//! Two locks: the value is put down before the state says that it is there, and the state
//! alone says whether to wait.

use std::{
    sync::{Arc, Condvar, Mutex, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
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
        let future = self.submit(task);
        future.result().expect("nobody else can cancel it")
    }

    /// The asynchronous call: hands `task` to the worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Future<T>
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let shared = Arc::new(Shared {
            state: Mutex::new(State::Pending),
            value: Mutex::new(None),
            changed: Condvar::new(),
        });
        let future = Future {
            shared: Arc::clone(&shared),
        };
        self.worker.hand_over(move || {
            if shared.begin() {
                let value = task();
                *shared.value.lock().unwrap() = Some(value);
                *shared.state.lock().unwrap() = State::Finished;
                shared.changed.notify_all();
            }
        });
        future
    }
}

/// What a task that was submitted has come to.
pub struct Future<T> {
    shared: Arc<Shared<T>>,
}

impl<T: Clone> Future<T> {
    /// The state now.
    pub fn state(&self) -> State {
        *self.shared.state.lock().unwrap()
    }

    /// Waits until the task is finished or cancelled.
    pub fn result(&self) -> Result<T, ResultError> {
        let mut state = self.shared.state.lock().unwrap();
        loop {
            if let Some(result) = self.shared.result(*state) {
                return result;
            }
            state = self.shared.changed.wait(state).unwrap();
        }
    }

    /// Like [`result`](Self::result), but waits at most `timeout`.
    pub fn result_timeout(&self, timeout: Duration) -> Result<T, ResultError> {
        let start = Instant::now();
        let mut state = self.shared.state.lock().unwrap();
        loop {
            // The result comes before the clock.
            if let Some(result) = self.shared.result(*state) {
                return result;
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(ResultError::TimedOut);
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Takes a pending task back, and says whether the task is cancelled.
    pub fn cancel(&self) -> bool {
        let mut state = self.shared.state.lock().unwrap();
        match *state {
            State::Pending => {
                *state = State::Cancelled;
                self.shared.changed.notify_all();
                true
            }
            State::Cancelled => true,
            State::Running | State::Finished => false,
        }
    }
}

/// What the worker and the future share.
struct Shared<T> {
    state: Mutex<State>,
    value: Mutex<Option<T>>,
    changed: Condvar,
}

impl<T> Shared<T> {
    /// Goes on to running, unless the task is cancelled: looking and going on are one
    /// step.
    fn begin(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        let pending = *state == State::Pending;
        if pending {
            *state = State::Running;
        }
        pending
    }
}

impl<T: Clone> Shared<T> {
    /// What `result` returns, if it need not wait.
    fn result(&self, state: State) -> Option<Result<T, ResultError>> {
        match state {
            State::Pending | State::Running => None,
            State::Finished => {
                let value = self.value.lock().unwrap().clone();
                Some(Ok(value.expect("a finished task has a value")))
            }
            State::Cancelled => Some(Err(ResultError::Cancelled)),
        }
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
