//! A channel is the queue: workers share its receiving end under a mutex, and the pool
//! is shut down by dropping the sending end. Results wait under a mutex of their own.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

type Job = Box<dyn FnOnce() + Send>;

/// The pool was shut down before; the task does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

struct Slot<T> {
    value: Mutex<Option<thread::Result<T>>>,
    filled: Condvar,
}

/// The result of a task that may still be running.
pub struct Future<T> {
    slot: Arc<Slot<T>>,
}

impl<T> Future<T> {
    /// Waits for the task; returns what it returned, or what its panic carried.
    pub fn result(self) -> thread::Result<T> {
        let value = self.slot.value.lock().unwrap();
        let mut value = self.slot.filled.wait_while(value, |v| v.is_none()).unwrap();
        value.take().unwrap()
    }
}

/// Threads that do what is submitted.
pub struct ThreadPool {
    jobs: Mutex<Option<Sender<Job>>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The guard is dropped at the end of this line.
        let job = jobs.lock().unwrap().recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

impl ThreadPool {
    /// A pool in which at most `workers` tasks run at once; at least 1.
    pub fn new(workers: usize) -> Self {
        let (sender, receiver) = mpsc::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let workers = (0..workers)
            .map(|_| {
                let receiver = Arc::clone(&receiver);
                thread::spawn(move || work(&receiver))
            })
            .collect();
        Self {
            jobs: Mutex::new(Some(sender)),
            workers: Mutex::new(workers),
        }
    }

    /// Has `task` run by a worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Result<Future<T>, ShutDown>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let slot = Arc::new(Slot {
            value: Mutex::new(None),
            filled: Condvar::new(),
        });
        let future = Future {
            slot: Arc::clone(&slot),
        };
        let job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(task));
            *slot.value.lock().unwrap() = Some(result);
            slot.filled.notify_one();
        });
        let jobs = self.jobs.lock().unwrap();
        jobs.as_ref().ok_or(ShutDown)?.send(job).unwrap();
        Ok(future)
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
        let mut futures = Vec::with_capacity(items.len());
        for item in items {
            let f = Arc::clone(&f);
            futures.push(self.submit(move || f(item))?);
        }
        Ok(futures.into_iter().map(Future::result).collect())
    }

    /// Accepts no more tasks; those accepted before still run. With `wait`, returns
    /// when all of them are done and all threads of the pool have ended.
    pub fn shutdown(&self, wait: bool) {
        drop(self.jobs.lock().unwrap().take());
        if wait {
            let mut workers = self.workers.lock().unwrap();
            while let Some(worker) = workers.pop() {
                worker.join().unwrap();
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
