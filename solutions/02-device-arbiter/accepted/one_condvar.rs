//! One condition variable for everybody. Jobs are numbered, and `flush` waits for the number of the last one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex},
    thread,
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

#[derive(Default)]
struct Desk {
    /// The jobs that wait, by number.
    line: BTreeMap<u64, Job>,
    next: u64,
    /// All jobs with smaller numbers are printed.
    done: u64,
    closed: bool,
    /// The thread has nothing more to do with the desk.
    gone: bool,
    thread: Option<thread::JoinHandle<()>>,
}

/// Takes jobs from anybody, and prints them one after the other.
pub struct Spooler {
    capacity: usize,
    desk: Arc<(Mutex<Desk>, Condvar)>,
}

fn work(desk: &(Mutex<Desk>, Condvar), print: &mut dyn FnMut(&str)) {
    let (lock, changed) = desk;
    let mut state = lock.lock().unwrap();
    loop {
        if let Some((number, job)) = state.line.pop_first() {
            drop(state);
            for page in &job.pages {
                print(page);
            }
            state = lock.lock().unwrap();
            state.done = number + 1;
            changed.notify_all();
        } else if state.closed {
            return;
        } else {
            state = changed.wait(state).unwrap();
        }
    }
}

impl Spooler {
    /// A spooler with room for `capacity` waiting jobs.
    pub fn new(capacity: usize, mut print: impl FnMut(&str) + Send + 'static) -> Self {
        let desk = Arc::new((Mutex::new(Desk::default()), Condvar::new()));
        let theirs = Arc::clone(&desk);
        let thread = thread::spawn(move || work(&theirs, &mut print));
        desk.0.lock().unwrap().thread = Some(thread);
        Self { capacity, desk }
    }

    /// Hands a job over.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let mut desk = self.desk.0.lock().unwrap();
        match desk.line.len() {
            _ if desk.closed => Err(SubmitError::ShutDown(job)),
            waiting if waiting >= self.capacity => Err(SubmitError::Full(job)),
            _ => {
                let number = desk.next;
                desk.line.insert(number, job);
                desk.next += 1;
                self.desk.1.notify_all();
                Ok(())
            }
        }
    }

    /// Waits until every job that was accepted before has been printed.
    pub fn flush(&self) {
        let mut desk = self.desk.0.lock().unwrap();
        let until = desk.next;
        while desk.done < until {
            desk = self.desk.1.wait(desk).unwrap();
        }
    }

    /// Accepts no more jobs, and waits for the others and for the thread.
    pub fn shut_down(&self) {
        let mut desk = self.desk.0.lock().unwrap();
        desk.closed = true;
        self.desk.1.notify_all();
        if let Some(thread) = desk.thread.take() {
            drop(desk);
            thread.join().unwrap();
            desk = self.desk.0.lock().unwrap();
            desk.gone = true;
            self.desk.1.notify_all();
        }
        while !desk.gone {
            desk = self.desk.1.wait(desk).unwrap();
        }
    }
}
