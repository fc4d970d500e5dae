//! One atomic number: how many threads there are to wait for, or that it is too late. Who
//! shuts down leaves its name, and parks.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, Thread},
};

const TOO_LATE: usize = usize::MAX;

/// A registry of threads. Its clones are the same registry.
#[derive(Clone, Default)]
pub struct Threads {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    running: AtomicUsize,
    waiting: Mutex<Vec<Thread>>,
}

/// The registry is shut down, and starts no threads any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutDown;

/// Counts a thread as long as it lives, also if that ends in a panic.
struct Counted(Arc<Shared>);

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, SeqCst) == 1 {
            self.0
                .waiting
                .lock()
                .unwrap()
                .iter()
                .for_each(Thread::unpark);
        }
    }
}

impl Threads {
    /// A registry without threads.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `f` in a new thread that [`shutdown`](Self::shutdown) waits for.
    pub fn spawn(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        let one_more = |running| (running != TOO_LATE).then(|| running + 1);
        let counted = self.shared.running.fetch_update(SeqCst, SeqCst, one_more);
        counted.map_err(|_| ShutDown)?;
        let counted = Counted(Arc::clone(&self.shared));
        thread::spawn(move || {
            let _counted = counted;
            let inner = thread::spawn(f);
            let _ = inner.join();
        });
        Ok(())
    }

    /// Runs `f` in a new thread that nobody waits for.
    pub fn spawn_daemon(&self, f: impl FnOnce() + Send + 'static) -> Result<(), ShutDown> {
        if self.shared.running.load(SeqCst) == TOO_LATE {
            return Err(ShutDown);
        }
        thread::spawn(move || thread::spawn(f).join());
        Ok(())
    }

    /// Waits until all threads that are no daemons have ended. From then on no thread is
    /// started any more.
    pub fn shutdown(&self) {
        self.shared.waiting.lock().unwrap().push(thread::current());
        let shut = || {
            let shut = self
                .shared
                .running
                .compare_exchange(0, TOO_LATE, SeqCst, SeqCst);
            shut.unwrap_or_else(|running| running)
        };
        while !matches!(shut(), 0 | TOO_LATE) {
            thread::park();
        }
    }
}
