//! A worker is started by the task that finds no idle one, and a worker ends after a
//! task that panicked. Who waits for a result parks.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, OnceLock},
    thread::{self, JoinHandle, Thread},
};

/// Runs a task; whether it panicked.
type Job = Box<dyn FnOnce() -> bool + Send>;

/// The pool was shut down before; the task does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

/// A result, and who sleeps until it is there.
struct Promise<T> {
    result: Mutex<Option<thread::Result<T>>>,
    sleeper: OnceLock<Thread>,
}

/// The result of a task that may still be running.
pub struct Future<T> {
    promise: Arc<Promise<T>>,
}

impl<T> Future<T> {
    /// Waits for the task; returns what it returned, or what its panic carried.
    pub fn result(self) -> thread::Result<T> {
        self.promise.sleeper.get_or_init(thread::current);
        loop {
            let result = self.promise.result.lock().unwrap().take();
            match result {
                Some(result) => return result,
                None => thread::park(),
            }
        }
    }
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    idle: usize,
    most: usize,
    /// Workers that have been started and have not left.
    live: usize,
    closed: bool,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
    /// Notified when the last worker leaves.
    ended: Condvar,
}

/// Threads that do what is submitted.
pub struct ThreadPool {
    shared: Arc<Shared>,
    /// Held by whoever joins the threads.
    joining: Mutex<()>,
}

impl ThreadPool {
    /// A pool in which at most `workers` tasks run at once; at least 1.
    pub fn new(workers: usize) -> Self {
        let shared = Arc::<Shared>::default();
        shared.state.lock().unwrap().most = workers;
        let joining = Mutex::default();
        Self { shared, joining }
    }

    /// Has `task` run by a worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Result<Future<T>, ShutDown>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let promise = Arc::new(Promise {
            result: Mutex::new(None),
            sleeper: OnceLock::new(),
        });
        let future = Future {
            promise: Arc::clone(&promise),
        };
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(task));
            let panicked = result.is_err();
            *promise.result.lock().unwrap() = Some(result);
            if let Some(sleeper) = promise.sleeper.get() {
                sleeper.unpark();
            }
            panicked
        };
        let mut state = self.shared.state.lock().unwrap();
        if state.closed {
            return Err(ShutDown);
        }
        state.queue.push_back(Box::new(job));
        if state.queue.len() > state.idle && state.live < state.most {
            start(&self.shared, &mut state);
        } else {
            self.shared.work.notify_one();
        }
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
        let submitted = items.into_iter().map(|item| {
            let f = Arc::clone(&f);
            self.submit(move || f(item))
        });
        let futures: Vec<_> = submitted.collect::<Result<_, _>>()?;
        Ok(futures.into_iter().map(Future::result).collect())
    }

    /// Accepts no more tasks; those accepted before still run. With `wait`, returns
    /// when all of them are done and all threads of the pool have ended.
    pub fn shutdown(&self, wait: bool) {
        let mut state = self.shared.state.lock().unwrap();
        state.closed = true;
        self.shared.work.notify_all();
        if !wait {
            return;
        }
        while state.live > 0 {
            state = self.shared.ended.wait(state).unwrap();
        }
        drop(state);
        let _joining = self.joining.lock().unwrap();
        let threads = std::mem::take(&mut self.shared.state.lock().unwrap().threads);
        for thread in threads {
            thread.join().unwrap();
        }
    }
}

impl Drop for ThreadPool {
    /// Like `shutdown(true)`.
    fn drop(&mut self) {
        self.shutdown(true);
    }
}

fn start(shared: &Arc<Shared>, state: &mut State) {
    state.live += 1;
    let again = Arc::clone(shared);
    let thread = thread::spawn(move || work(&again));
    state.threads.push(thread);
}

fn work(shared: &Arc<Shared>) {
    let mut state = shared.state.lock().unwrap();
    loop {
        if let Some(job) = state.queue.pop_front() {
            drop(state);
            let panicked = job();
            state = shared.state.lock().unwrap();
            if panicked {
                break;
            }
        } else if state.closed {
            break;
        } else {
            state.idle += 1;
            state = shared.work.wait(state).unwrap();
            state.idle -= 1;
        }
    }
    // Its place is free; whatever waits for it gets a new worker.
    state.live -= 1;
    if !state.queue.is_empty() {
        start(shared, &mut state);
    }
    if state.live == 0 {
        shared.ended.notify_all();
    }
}
