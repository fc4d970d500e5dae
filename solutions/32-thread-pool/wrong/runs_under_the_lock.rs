//! wrong: a worker holds the lock of the queue while it runs a task
//! page: works_with_n_at_once
//! fails: works_with_n_at_once property
//! fails: shutdown_drains deadlock
//! fails: a_free_worker_takes_a_task deadlock
//! fails: a_task_submits deadlock

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, mpsc},
    thread::{self, JoinHandle},
};

type Job = Box<dyn FnOnce() + Send>;

/// What submitters and workers share.
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    queue: VecDeque<Job>,
    /// Whether tasks are still accepted.
    open: bool,
}

/// The pool was shut down before; the task does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

/// The result of a task that may still be running.
pub struct Future<T> {
    result: mpsc::Receiver<thread::Result<T>>,
}

impl<T> Future<T> {
    /// Waits for the task; returns what it returned, or what its panic carried.
    pub fn result(self) -> thread::Result<T> {
        self.result.recv().expect("every accepted task runs")
    }
}

/// Threads that do what is submitted.
pub struct ThreadPool {
    shared: Arc<Shared>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

impl ThreadPool {
    /// A pool in which at most `workers` tasks run at once; at least 1.
    pub fn new(workers: usize) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                open: true,
            }),
            changed: Condvar::new(),
        });
        let start = |_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work())
        };
        let workers = Mutex::new((0..workers).map(start).collect());
        Self { shared, workers }
    }

    /// Has `task` run by a worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Result<Future<T>, ShutDown>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (sender, result) = mpsc::channel();
        let job = move || {
            // Nobody may be waiting for the result any more.
            let _ = sender.send(catch_unwind(AssertUnwindSafe(task)));
        };
        let mut state = self.shared.state.lock().unwrap();
        if !state.open {
            return Err(ShutDown);
        }
        state.queue.push_back(Box::new(job));
        self.shared.changed.notify_one();
        Ok(Future { result })
    }

    /// Runs `f` on each item, each in a task of its own; returns the results in the
    /// order of the items.
    pub fn map<I, T, F>(&self, items: Vec<I>, f: F) -> Result<Vec<thread::Result<T>>, ShutDown>
    where
        I: Send + 'static,
        T: Send + 'static,
        F: Fn(I) -> T + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        let submit = |item| {
            let f = Arc::clone(&f);
            self.submit(move || f(item))
        };
        // All are submitted before the first is waited for.
        let futures: Vec<_> = items.into_iter().map(submit).collect::<Result<_, _>>()?;
        Ok(futures.into_iter().map(Future::result).collect())
    }

    /// Accepts no more tasks; those accepted before still run. With `wait`, returns
    /// when all of them are done and all threads of the pool have ended.
    pub fn shutdown(&self, wait: bool) {
        self.shared.state.lock().unwrap().open = false;
        self.shared.changed.notify_all();
        if wait {
            // Held while joining: whoever comes second waits for the workers too.
            let mut workers = self.workers.lock().unwrap();
            for worker in workers.drain(..) {
                worker.join().expect("a worker takes every panic");
            }
        }
    }
}

impl Drop for ThreadPool {
    /// Like `shutdown(true)`.
    fn drop(&mut self) {
        self.shutdown(true);
    }
}

impl Shared {
    /// What a worker does.
    fn work(&self) {
        let mut state = self.state.lock().unwrap();
        loop {
            while state.queue.is_empty() && state.open {
                state = self.changed.wait(state).unwrap();
            }
            let Some(job) = state.queue.pop_front() else {
                return;
            };
            job();
        }
    }
}
