//! 02 · Device arbiter: one printer, many who want to print.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

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
    // Choose your own fields.
    _capacity: usize,
}

impl Spooler {
    /// A spooler with room for `capacity` waiting jobs. Its thread calls `print` for each page.
    pub fn new(capacity: usize, print: impl FnMut(&str) + Send + 'static) -> Self {
        let _ = (capacity, print);
        todo!()
    }

    /// Hands a job over, and does not wait for the printer.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let _ = job;
        todo!()
    }

    /// Waits until every job that was accepted before has been printed.
    pub fn flush(&self) {
        todo!()
    }

    /// Accepts no more jobs, and waits until all accepted ones are printed and the thread has ended.
    pub fn shut_down(&self) {
        todo!()
    }
}
