//! One atomic number says who has claimed the task, and a value under a lock says how it
//! ended. Whoever waits parks. A synchronous call needs no worker.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle, Thread},
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
        // Nobody can tell where it runs.
        task()
    }

    /// The asynchronous call: hands `task` to the worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Future<T>
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let shared = Arc::new(Shared {
            claimed: AtomicU8::new(FREE),
            end: Mutex::new(None),
            sleepers: Mutex::new(Vec::new()),
        });
        let future = Future {
            shared: Arc::clone(&shared),
        };
        self.worker.hand_over(move || {
            if shared.claim(WORKER) {
                shared.finish(Ok(task()));
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
        // While this is held the worker cannot finish.
        let end = self.shared.end.lock().unwrap();
        match self.shared.claimed.load(Ordering::SeqCst) {
            WORKER if end.is_some() => State::Finished,
            WORKER => State::Running,
            CANCEL => State::Cancelled,
            _ => State::Pending,
        }
    }

    /// Waits until the task is finished or cancelled.
    pub fn result(&self) -> Result<T, ResultError> {
        self.wait(None)
    }

    /// Like [`result`](Self::result), but waits at most `timeout`.
    pub fn result_timeout(&self, timeout: Duration) -> Result<T, ResultError> {
        self.wait(Some(timeout))
    }

    fn wait(&self, timeout: Option<Duration>) -> Result<T, ResultError> {
        let start = Instant::now();
        // Whoever ends the task wakes those who are in the list; whoever comes after
        // that finds the end.
        self.shared.sleepers.lock().unwrap().push(thread::current());
        loop {
            let end = self.shared.end.lock().unwrap().clone();
            if let Some(end) = end {
                return end;
            }
            let Some(timeout) = timeout else {
                thread::park();
                continue;
            };
            match timeout.checked_sub(start.elapsed()) {
                Some(left) if !left.is_zero() => thread::park_timeout(left),
                _ if self.shared.claimed.load(Ordering::SeqCst) == CANCEL => {
                    return Err(ResultError::Cancelled);
                }
                _ => return Err(ResultError::TimedOut),
            }
        }
    }

    /// Takes a pending task back, and says whether the task is cancelled.
    pub fn cancel(&self) -> bool {
        if self.shared.claim(CANCEL) {
            self.shared.finish(Err(ResultError::Cancelled));
            return true;
        }
        self.shared.claimed.load(Ordering::SeqCst) == CANCEL
    }
}

const FREE: u8 = 0;
const WORKER: u8 = 1;
const CANCEL: u8 = 2;

/// What the worker and the future share.
struct Shared<T> {
    /// Who has claimed the task; this never changes again.
    claimed: AtomicU8,
    end: Mutex<Option<Result<T, ResultError>>>,
    sleepers: Mutex<Vec<Thread>>,
}

impl<T> Shared<T> {
    /// Takes the task, for the worker or for `cancel`; whether nobody was faster.
    fn claim(&self, who: u8) -> bool {
        let order = Ordering::SeqCst;
        self.claimed
            .compare_exchange(FREE, who, order, order)
            .is_ok()
    }

    fn finish(&self, end: Result<T, ResultError>) {
        *self.end.lock().unwrap() = Some(end);
        for sleeper in self.sleepers.lock().unwrap().drain(..) {
            sleeper.unpark();
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
