//! The line is a bounded channel; the end of the channel is the end of the thread.

use std::{
    sync::{
        Arc, Condvar, Mutex,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
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

/// Takes jobs from anybody, and prints them one after the other.
pub struct Spooler {
    /// Nothing after the shut-down. With it, how many jobs were accepted.
    line: Mutex<(Option<SyncSender<Job>>, usize)>,
    printed: Arc<(Mutex<usize>, Condvar)>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Spooler {
    /// A spooler with room for `capacity` waiting jobs.
    pub fn new(capacity: usize, mut print: impl FnMut(&str) + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel::<Job>(capacity);
        let printed = Arc::new((Mutex::new(0), Condvar::new()));
        let counter = Arc::clone(&printed);
        let thread = thread::spawn(move || {
            for job in receiver {
                job.pages.iter().for_each(|page| print(page));
                *counter.0.lock().unwrap() += 1;
                counter.1.notify_all();
            }
        });
        Self {
            line: Mutex::new((Some(sender), 0)),
            printed,
            thread: Mutex::new(Some(thread)),
        }
    }

    /// Hands a job over.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let mut line = self.line.lock().unwrap();
        let Some(sender) = &line.0 else {
            return Err(SubmitError::ShutDown(job));
        };
        match sender.try_send(job) {
            Ok(()) => {
                line.1 += 1;
                Ok(())
            }
            Err(TrySendError::Full(job)) => Err(SubmitError::Full(job)),
            Err(TrySendError::Disconnected(job)) => Err(SubmitError::ShutDown(job)),
        }
    }

    /// Waits until every job that was accepted before has been printed.
    pub fn flush(&self) {
        let accepted = self.line.lock().unwrap().1;
        let mut printed = self.printed.0.lock().unwrap();
        while *printed < accepted {
            printed = self.printed.1.wait(printed).unwrap();
        }
    }

    /// Accepts no more jobs, and waits for the others and for the thread.
    pub fn shut_down(&self) {
        self.line.lock().unwrap().0 = None;
        let mut thread = self.thread.lock().unwrap();
        if let Some(thread) = thread.take() {
            thread.join().unwrap();
        }
    }
}
