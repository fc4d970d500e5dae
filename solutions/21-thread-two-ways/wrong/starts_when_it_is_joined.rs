//! wrong: `start` only makes a note, and `join` starts the thread
//! fails: the_starter_goes_on property
//! fails: starts_all_then_joins_all property
//! fails: a_dropped_thread_is_waited_for property
//! fails: all_end_though_some_panic property
//! fails: a_lost_panic_harms_nobody panic

use std::{
    any::Any,
    mem,
    sync::{Arc, Mutex},
    thread,
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
    state: State<T>,
}

enum State<T> {
    Ready(Box<dyn FnOnce() -> T + Send>),
    Running(Box<dyn FnOnce() -> T + Send>),
    Joined,
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

impl<T: Send + 'static> Thread<T> {
    /// The first way: a thread that will call `target(args)`.
    pub fn new<A: Send + 'static>(target: impl FnOnce(A) -> T + Send + 'static, args: A) -> Self {
        Self {
            state: State::Ready(Box::new(move || target(args))),
        }
    }

    /// The second way: a thread that will call `run.run()`.
    pub fn from_run(run: impl Run<Output = T>) -> Self {
        Self::new(|run| run.run(), run)
    }

    /// Starts the thread and returns at once.
    pub fn start(&mut self) -> Result<(), ThreadError> {
        match mem::replace(&mut self.state, State::Joined) {
            State::Ready(body) => {
                self.state = State::Running(body);
                Ok(())
            }
            started => {
                self.state = started;
                Err(ThreadError::AlreadyStarted)
            }
        }
    }

    /// Waits until the thread has ended, and returns what its function returned.
    pub fn join(&mut self) -> Result<T, ThreadError> {
        match mem::replace(&mut self.state, State::Joined) {
            State::Running(body) => thread::spawn(body)
                .join()
                .map_err(|payload| ThreadError::Panicked(message(&*payload))),
            State::Joined => Err(ThreadError::AlreadyJoined),
            ready => {
                self.state = ready;
                Err(ThreadError::NotStarted)
            }
        }
    }

    /// Whether the function has been started and still runs.
    pub fn is_alive(&self) -> bool {
        matches!(&self.state, State::Running(_))
    }
}

impl<T> Drop for Thread<T> {
    /// Waits for a thread that was started and not joined.
    fn drop(&mut self) {
        if let State::Running(body) = mem::replace(&mut self.state, State::Joined) {
            body();
        }
    }
}

/// The message of a panic: `panic!("text")` has a `&str`, `panic!("{n}")` a `String`.
fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}

/// Runs all of these at the same time, each in a thread of its own, and returns what came
/// of each, in the order of the list, when all threads have ended.
pub fn run_all<R: Run>(runs: Vec<R>) -> Vec<Result<R::Output, ThreadError>> {
    let mut threads: Vec<_> = runs.into_iter().map(Thread::from_run).collect();
    for thread in &mut threads {
        thread.start().expect("it was made just now");
    }
    threads.iter_mut().map(Thread::join).collect()
}

/// A total that threads add to. Its clones are the same total.
pub struct Tally {
    total: Arc<Mutex<i64>>,
}

impl Tally {
    /// A total of 0.
    pub fn new() -> Self {
        Self {
            total: Arc::new(Mutex::new(0)),
        }
    }

    /// Adds `n`.
    pub fn add(&self, n: i64) {
        *self.total.lock().unwrap() += n;
    }

    /// The total now.
    pub fn total(&self) -> i64 {
        *self.total.lock().unwrap()
    }
}

impl Clone for Tally {
    /// The same total for one more thread.
    fn clone(&self) -> Self {
        Self {
            total: Arc::clone(&self.total),
        }
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}
