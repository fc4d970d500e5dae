//! 02 · Device arbiter: one printer, many who want to print.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

// BEGIN SOLUTION
use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};
// END SOLUTION

/// What somebody wants to have printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: u32,
    /// Its pages, in order. There may be none.
    pub pages: Vec<String>,
}

/// Why a job is not accepted. The job comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitError {
    /// As many jobs wait as there is room for.
    Full(Job),
    /// The spooler has been shut down.
    ShutDown(Job),
}

/// Takes jobs from anybody, and prints them one after the other.
pub struct Spooler {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _capacity: usize,
    capacity: usize,
    shared: Arc<Shared>,
    /// Held by whoever waits for the end of the thread.
    thread: Mutex<Option<JoinHandle<()>>>,
    // END SOLUTION
}

// BEGIN SOLUTION
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// A job has come, or none will come any more.
    work: Condvar,
    /// A job was printed.
    printed: Condvar,
}

#[derive(Default)]
struct State {
    line: VecDeque<Job>,
    /// How many jobs were accepted, and how many of them were printed.
    accepted: u64,
    printed: u64,
    shut_down: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job and takes it; nothing if no more will come.
    fn next(&self) -> Option<Job> {
        let state = self.state();
        let waits = |state: &mut State| state.line.is_empty() && !state.shut_down;
        let mut state = self.work.wait_while(state, waits).unwrap();
        state.line.pop_front()
    }
}
// END SOLUTION

impl Spooler {
    /// A spooler with room for `capacity` waiting jobs. Its thread calls `print` for each page.
    pub fn new(capacity: usize, print: impl FnMut(&str) + Send + 'static) -> Self {
        // BEGIN SOLUTION
        // | let _ = (capacity, print);
        // | todo!()
        let mut print = print;
        let shared = Arc::new(Shared::default());
        let jobs = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            while let Some(job) = jobs.next() {
                for page in &job.pages {
                    print(page);
                }
                jobs.state().printed += 1;
                jobs.printed.notify_all();
            }
        });
        Self {
            capacity,
            shared,
            thread: Mutex::new(Some(thread)),
        }
        // END SOLUTION
    }

    /// Hands a job over, and does not wait for the printer.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        // BEGIN SOLUTION
        // | let _ = job;
        // | todo!()
        let mut state = self.shared.state();
        if state.shut_down {
            return Err(SubmitError::ShutDown(job));
        }
        if state.line.len() >= self.capacity {
            return Err(SubmitError::Full(job));
        }
        state.line.push_back(job);
        state.accepted += 1;
        self.shared.work.notify_one();
        Ok(())
        // END SOLUTION
    }

    /// Waits until every job that was accepted before has been printed.
    pub fn flush(&self) {
        // BEGIN SOLUTION
        // | todo!()
        let state = self.shared.state();
        let accepted = state.accepted;
        let waits = |state: &mut State| state.printed < accepted;
        drop(self.shared.printed.wait_while(state, waits).unwrap());
        // END SOLUTION
    }

    /// Accepts no more jobs, and waits until all accepted ones are printed and the thread has ended.
    pub fn shut_down(&self) {
        // BEGIN SOLUTION
        // | todo!()
        self.shared.state().shut_down = true;
        self.shared.work.notify_one();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            thread.join().unwrap();
        }
        // END SOLUTION
    }
}
