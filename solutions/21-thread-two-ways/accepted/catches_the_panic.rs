//! The thread itself catches its panic and puts what came of it into a slot; whoever joins
//! takes it from there. `run_all` uses scoped threads.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering::SeqCst},
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

/// A thread that can be started once and joined once.
pub struct Thread<T> {
    body: Option<Box<dyn FnOnce() + Send>>,
    handle: Option<JoinHandle<()>>,
    outcome: Arc<Mutex<Option<Result<T, ThreadError>>>>,
    ended: Arc<AtomicBool>,
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

impl From<Box<dyn Any + Send>> for ThreadError {
    fn from(payload: Box<dyn Any + Send>) -> Self {
        let text = payload.downcast::<String>().map_or_else(
            |other| {
                other
                    .downcast::<&str>()
                    .map_or("?".to_owned(), |text| text.to_string())
            },
            |text| *text,
        );
        Self::Panicked(text)
    }
}

impl<T: Send + 'static> Thread<T> {
    /// The first way: a thread that will call `target(args)`.
    pub fn new<A: Send + 'static>(target: impl FnOnce(A) -> T + Send + 'static, args: A) -> Self {
        let outcome = Arc::new(Mutex::new(None));
        let ended = Arc::new(AtomicBool::new(false));
        let (slot, flag) = (Arc::clone(&outcome), Arc::clone(&ended));
        let body = move || {
            let result = catch_unwind(AssertUnwindSafe(|| target(args)));
            *slot.lock().unwrap() = Some(result.map_err(ThreadError::from));
            flag.store(true, SeqCst);
        };
        Self {
            body: Some(Box::new(body)),
            handle: None,
            outcome,
            ended,
        }
    }

    /// The second way: a thread that will call `run.run()`.
    pub fn from_run(run: impl Run<Output = T>) -> Self {
        Self::new(Run::run, run)
    }

    /// Starts the thread and returns at once.
    pub fn start(&mut self) -> Result<(), ThreadError> {
        let body = self.body.take().ok_or(ThreadError::AlreadyStarted)?;
        self.handle = Some(thread::spawn(body));
        Ok(())
    }

    /// Waits until the thread has ended, and returns what its function returned.
    pub fn join(&mut self) -> Result<T, ThreadError> {
        if self.body.is_some() {
            return Err(ThreadError::NotStarted);
        }
        let handle = self.handle.take().ok_or(ThreadError::AlreadyJoined)?;
        handle.join()?;
        let outcome = self.outcome.lock().unwrap().take();
        outcome.unwrap_or(Err(ThreadError::AlreadyJoined))
    }

    /// Whether the function has been started and still runs.
    pub fn is_alive(&self) -> bool {
        self.handle.is_some() && !self.ended.load(SeqCst)
    }
}

impl<T> Drop for Thread<T> {
    /// Waits for a thread that was started and not joined.
    fn drop(&mut self) {
        self.handle.take().map(JoinHandle::join);
    }
}

/// Runs all of these at the same time, each in a thread of its own.
pub fn run_all<R: Run>(runs: Vec<R>) -> Vec<Result<R::Output, ThreadError>> {
    thread::scope(|scope| {
        let handles: Vec<_> = runs
            .into_iter()
            .map(|run| scope.spawn(|| run.run()))
            .collect();
        handles
            .into_iter()
            .map(|handle| handle.join().map_err(ThreadError::from))
            .collect()
    })
}

/// A total that threads add to. Its clones are the same total.
#[derive(Clone, Default)]
pub struct Tally {
    total: Arc<AtomicI64>,
}

impl Tally {
    /// A total of 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `n`.
    pub fn add(&self, n: i64) {
        self.total.fetch_add(n, SeqCst);
    }

    /// The total now.
    pub fn total(&self) -> i64 {
        self.total.load(SeqCst)
    }
}
