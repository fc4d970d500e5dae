//! 21 · Two ways to start a thread: a target function, and an own type with `run`.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// Something that can run as a thread: the second way.
pub trait Run: Send + 'static {
    /// What it returns.
    type Output: Send + 'static;

    /// Runs in the new thread.
    fn run(self) -> Self::Output;
}

/// A thread that can be started once and joined once.
pub struct Thread<T> {
    // Choose your own fields.
    _result: Option<T>,
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
        let _ = (target, args);
        todo!()
    }

    /// The second way: a thread that will call `run.run()`.
    pub fn from_run(run: impl Run<Output = T>) -> Self {
        let _ = run;
        todo!()
    }

    /// Starts the thread and returns at once.
    pub fn start(&mut self) -> Result<(), ThreadError> {
        todo!()
    }

    /// Waits until the thread has ended, and returns what its function returned.
    pub fn join(&mut self) -> Result<T, ThreadError> {
        todo!()
    }

    /// Whether the function has been started and still runs.
    pub fn is_alive(&self) -> bool {
        todo!()
    }
}

impl<T> Drop for Thread<T> {
    /// Waits for a thread that was started and not joined.
    fn drop(&mut self) {
        todo!()
    }
}

/// Runs all of these at the same time, each in a thread of its own, and returns what came
/// of each, in the order of the list, when all threads have ended.
pub fn run_all<R: Run>(runs: Vec<R>) -> Vec<Result<R::Output, ThreadError>> {
    let _ = runs;
    todo!()
}

/// A total that threads add to. Its clones are the same total.
pub struct Tally {
    // Choose your own fields.
    _total: i64,
}

impl Tally {
    /// A total of 0.
    pub fn new() -> Self {
        todo!()
    }

    /// Adds `n`.
    pub fn add(&self, n: i64) {
        let _ = n;
        todo!()
    }

    /// The total now.
    pub fn total(&self) -> i64 {
        todo!()
    }
}

impl Clone for Tally {
    /// The same total for one more thread.
    fn clone(&self) -> Self {
        todo!()
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}
