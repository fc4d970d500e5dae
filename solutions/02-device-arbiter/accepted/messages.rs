//! An owner thread that is asked by messages: what to print, and whom to tell when it is done. The number of waiting
//! jobs is counted by whoever submits and by the owner.

use std::{
    sync::{
        Arc, Mutex, Once,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
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

enum Message {
    Print(Job),
    Tell(Sender<()>),
    End,
}

/// Takes jobs from anybody, and prints them one after the other.
pub struct Spooler {
    capacity: usize,
    waiting: Arc<AtomicUsize>,
    /// Nothing after the shut-down.
    owner: Mutex<Option<Sender<Message>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    ended: Once,
}

fn own(messages: &Receiver<Message>, waiting: &AtomicUsize, mut print: impl FnMut(&str)) {
    while let Ok(message) = messages.recv() {
        match message {
            Message::Print(job) => {
                waiting.fetch_sub(1, Ordering::SeqCst);
                job.pages.iter().map(String::as_str).for_each(&mut print);
            }
            Message::Tell(whom) => {
                let _ = whom.send(());
            }
            Message::End => break,
        }
    }
}

impl Spooler {
    /// A spooler with room for `capacity` waiting jobs.
    pub fn new(capacity: usize, print: impl FnMut(&str) + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&waiting);
        let thread = thread::spawn(move || own(&receiver, &counter, print));
        Self {
            capacity,
            waiting,
            owner: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            ended: Once::new(),
        }
    }

    /// Hands a job over.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let owner = self.owner.lock().unwrap();
        let Some(sender) = &*owner else {
            return Err(SubmitError::ShutDown(job));
        };
        // Under the lock nobody else adds to it.
        if self.waiting.load(Ordering::SeqCst) >= self.capacity {
            return Err(SubmitError::Full(job));
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _ = sender.send(Message::Print(job));
        Ok(())
    }

    /// Waits until every job that was accepted before has been printed.
    pub fn flush(&self) {
        let (tell, told) = channel();
        let sent = {
            let owner = self.owner.lock().unwrap();
            owner
                .as_ref()
                .map(|sender| sender.send(Message::Tell(tell)))
        };
        match sent {
            Some(_) => drop(told.recv()),
            None => self.shut_down(),
        }
    }

    /// Accepts no more jobs, and waits for the others and for the thread.
    pub fn shut_down(&self) {
        self.ended.call_once(|| {
            let sender = self.owner.lock().unwrap().take();
            if let Some(sender) = sender {
                let _ = sender.send(Message::End);
            }
            let thread = self.thread.lock().unwrap().take();
            if let Some(thread) = thread {
                thread.join().unwrap();
            }
        });
    }
}
