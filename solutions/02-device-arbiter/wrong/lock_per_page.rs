//! wrong: each job has a thread of its own, which locks the printer for each page
//! page: pages_stay_together
//! fails: pages_stay_together property
//! fails: first_come_first_served property
//! fails: small_programs property

use std::{
    sync::{Arc, Condvar, Mutex},
    thread::{self, JoinHandle},
};

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

type Print = Box<dyn FnMut(&str) + Send>;

/// Takes jobs from anybody, and prints them.
pub struct Spooler {
    capacity: usize,
    printer: Arc<Mutex<Print>>,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    jobs: usize,
    shut_down: bool,
    threads: Vec<JoinHandle<()>>,
}

impl Spooler {
    /// A spooler with room for `capacity` waiting jobs.
    pub fn new(capacity: usize, print: impl FnMut(&str) + Send + 'static) -> Self {
        Self {
            capacity,
            printer: Arc::new(Mutex::new(Box::new(print))),
            state: Arc::default(),
        }
    }

    /// Hands a job over.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let mut state = self.state.0.lock().unwrap();
        if state.shut_down {
            return Err(SubmitError::ShutDown(job));
        }
        // One is being printed.
        if state.jobs > self.capacity {
            return Err(SubmitError::Full(job));
        }
        state.jobs += 1;
        let (printer, done) = (Arc::clone(&self.printer), Arc::clone(&self.state));
        state.threads.push(thread::spawn(move || {
            for page in &job.pages {
                (*printer.lock().unwrap())(page);
            }
            done.0.lock().unwrap().jobs -= 1;
            done.1.notify_all();
        }));
        Ok(())
    }

    /// Waits until every job has been printed.
    pub fn flush(&self) {
        let state = self.state.0.lock().unwrap();
        drop(
            self.state
                .1
                .wait_while(state, |state| state.jobs > 0)
                .unwrap(),
        );
    }

    /// Accepts no more jobs, and waits for the others.
    pub fn shut_down(&self) {
        let mut state = self.state.0.lock().unwrap();
        state.shut_down = true;
        let threads = std::mem::take(&mut state.threads);
        drop(state);
        for thread in threads {
            thread.join().unwrap();
        }
        self.flush();
    }
}
