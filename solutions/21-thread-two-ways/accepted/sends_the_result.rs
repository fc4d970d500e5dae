//! The result comes by a channel, and the handle is kept all the same: only it tells when
//! the thread has ended. `run_all` puts the results where they belong as they come.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, RwLock,
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
};

/// Something that can run as a thread: the second way.
pub trait Run: Send + 'static {
    /// What it returns.
    type Output: Send + 'static;

    /// Runs in the new thread.
    fn run(self) -> Self::Output;
}

type Caught<T> = Result<T, Box<dyn Any + Send>>;

/// A thread that can be started once and joined once.
pub struct Thread<T> {
    body: Option<Box<dyn FnOnce() + Send>>,
    running: Option<JoinHandle<()>>,
    results: Receiver<Caught<T>>,
}

/// What can go wrong with a [`Thread`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThreadError {
    /// It has not been started.
    NotStarted,
    /// It has been started already.
    AlreadyStarted,
    /// It has been joined already.
    AlreadyJoined,
    /// Its function panicked, with this message.
    Panicked(String),
}

fn panicked(payload: &(dyn Any + Send)) -> ThreadError {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    ThreadError::Panicked(text.unwrap_or_default())
}

impl<T: Send + 'static> Thread<T> {
    /// The first way: a thread that will call `target(args)`.
    pub fn new<A: Send + 'static>(target: impl FnOnce(A) -> T + Send + 'static, args: A) -> Self {
        let (sender, results) = mpsc::channel();
        let body = move || {
            let _ = sender.send(catch_unwind(AssertUnwindSafe(|| target(args))));
        };
        Self {
            body: Some(Box::new(body)),
            running: None,
            results,
        }
    }

    /// The second way: a thread that will call `run.run()`.
    pub fn from_run(run: impl Run<Output = T>) -> Self {
        Self::new(Run::run, run)
    }

    /// Starts the thread and returns at once.
    pub fn start(&mut self) -> Result<(), ThreadError> {
        let Some(body) = self.body.take() else {
            return Err(ThreadError::AlreadyStarted);
        };
        self.running = Some(thread::spawn(body));
        Ok(())
    }

    /// Waits until the thread has ended, and returns what its function returned.
    pub fn join(&mut self) -> Result<T, ThreadError> {
        if self.body.is_some() {
            return Err(ThreadError::NotStarted);
        }
        let Ok(result) = self.results.recv() else {
            return Err(ThreadError::AlreadyJoined);
        };
        if let Some(handle) = self.running.take() {
            let _ = handle.join();
        }
        result.map_err(|payload| panicked(&*payload))
    }

    /// Whether the function has been started and still runs.
    pub fn is_alive(&self) -> bool {
        self.running
            .as_ref()
            .is_some_and(|handle| !handle.is_finished())
    }
}

impl<T> Drop for Thread<T> {
    /// Waits for a thread that was started and not joined.
    fn drop(&mut self) {
        if let Some(handle) = self.running.take() {
            let _ = handle.join();
        }
    }
}

/// Runs all of these at the same time, each in a thread of its own.
pub fn run_all<R: Run>(runs: Vec<R>) -> Vec<Result<R::Output, ThreadError>> {
    let mut results: Vec<_> = runs.iter().map(|_| Err(ThreadError::NotStarted)).collect();
    let (sender, comes) = mpsc::channel();
    let mut handles = Vec::new();
    for (number, run) in runs.into_iter().enumerate() {
        let sender = sender.clone();
        handles.push(thread::spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| run.run()));
            let _ = sender.send((number, result));
        }));
    }
    drop(sender);
    for (number, result) in comes {
        results[number] = result.map_err(|payload| panicked(&*payload));
    }
    for handle in handles {
        let _ = handle.join();
    }
    results
}

/// A total that threads add to. Its clones are the same total.
#[derive(Clone, Default)]
pub struct Tally {
    total: Arc<RwLock<i64>>,
}

impl Tally {
    /// A total of 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `n`.
    pub fn add(&self, n: i64) {
        *self.total.write().unwrap() += n;
    }

    /// The total now.
    pub fn total(&self) -> i64 {
        *self.total.read().unwrap()
    }
}
