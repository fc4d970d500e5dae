//! The thread parks when it finds no job. Whoever flushes waits for a channel of its own to be closed, which
//! the thread does when it comes to its place in the line.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Sender, channel},
    },
    thread::{self, JoinHandle, Thread},
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

/// What stands in the line.
enum Item {
    Job(Job),
    /// Somebody waits for this to be dropped.
    Flush(Sender<()>),
}

/// Takes jobs from anybody, and prints them one after the other.
pub struct Spooler {
    capacity: usize,
    line: Arc<Mutex<VecDeque<Item>>>,
    closed: Arc<AtomicBool>,
    printer: Thread,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Spooler {
    /// A spooler with room for `capacity` waiting jobs.
    pub fn new(capacity: usize, mut print: impl FnMut(&str) + Send + 'static) -> Self {
        let line = Arc::new(Mutex::new(VecDeque::new()));
        let closed = Arc::new(AtomicBool::new(false));
        let (items, no_more) = (Arc::clone(&line), Arc::clone(&closed));
        let thread = thread::spawn(move || {
            loop {
                // In this order: what was accepted before the end is in the line by now.
                let ends = no_more.load(Ordering::SeqCst);
                let item = items.lock().unwrap().pop_front();
                match item {
                    Some(Item::Job(job)) => {
                        for page in job.pages {
                            print(&page);
                        }
                    }
                    Some(Item::Flush(waiting)) => drop(waiting),
                    None if ends => return,
                    None => thread::park(),
                }
            }
        });
        Self {
            capacity,
            line,
            closed,
            printer: thread.thread().clone(),
            thread: Mutex::new(Some(thread)),
        }
    }

    /// Hands a job over.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let mut line = self.line.lock().unwrap();
        if self.closed.load(Ordering::SeqCst) {
            return Err(SubmitError::ShutDown(job));
        }
        let waiting = line.iter().filter(|item| matches!(item, Item::Job(_)));
        if waiting.count() >= self.capacity {
            return Err(SubmitError::Full(job));
        }
        line.push_back(Item::Job(job));
        drop(line);
        self.printer.unpark();
        Ok(())
    }

    /// Waits until every job that was accepted before has been printed.
    pub fn flush(&self) {
        let (sender, receiver) = channel();
        let mut line = self.line.lock().unwrap();
        if self.closed.load(Ordering::SeqCst) {
            drop(line);
            return self.shut_down();
        }
        line.push_back(Item::Flush(sender));
        drop(line);
        self.printer.unpark();
        let _ = receiver.recv();
    }

    /// Accepts no more jobs, and waits for the others and for the thread.
    pub fn shut_down(&self) {
        let line = self.line.lock().unwrap();
        self.closed.store(true, Ordering::SeqCst);
        drop(line);
        self.printer.unpark();
        let mut thread = self.thread.lock().unwrap();
        if let Some(thread) = thread.take() {
            thread.join().unwrap();
        }
    }
}
