//! wrong: the program that submits prints itself, under a lock
//! fails: pages_stay_together property
//! fails: submits_at_once deadlock

use std::sync::Mutex;

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
    printer: Mutex<Printer>,
}

struct Printer {
    print: Box<dyn FnMut(&str) + Send>,
    shut_down: bool,
}

impl Spooler {
    /// A spooler.
    pub fn new(capacity: usize, print: impl FnMut(&str) + Send + 'static) -> Self {
        let _ = capacity;
        let print = Box::new(print);
        let shut_down = false;
        Self {
            printer: Mutex::new(Printer { print, shut_down }),
        }
    }

    /// Prints a job.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let mut printer = self.printer.lock().unwrap();
        if printer.shut_down {
            return Err(SubmitError::ShutDown(job));
        }
        for page in &job.pages {
            (printer.print)(page);
        }
        Ok(())
    }

    /// Everything is printed when nobody has the printer.
    pub fn flush(&self) {
        drop(self.printer.lock().unwrap());
    }

    /// Accepts no more jobs.
    pub fn shut_down(&self) {
        self.printer.lock().unwrap().shut_down = true;
    }
}
