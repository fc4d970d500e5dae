// canary: 1987bfc9ca42ad043504b6a130fdbbf5
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use sync_and_async_calls::{Executor, Future, ResultError};

/// The future of a task that returns 7, and what its worker has to do.
pub struct Watched {
    executor: Executor,
    future: Future<u64>,
    gate: Mutex<Option<mpsc::Sender<()>>>,
    end: Mutex<mpsc::Receiver<()>>,
    runs: Arc<AtomicUsize>,
}

impl Watched {
    /// The worker is busy with an earlier task until `finish` is called.
    pub fn queued() -> Self {
        let executor = Executor::new();
        let (open, gate) = mpsc::channel();
        let busy = executor.submit(move || drop(gate.recv()));
        drop(busy);
        Self::new(executor, open, || ())
    }

    /// The worker has begun with the task, and is not done with it until `finish` is called.
    pub fn begun() -> Self {
        let (open, gate) = mpsc::channel();
        let (begin, begun) = mpsc::channel();
        let watched = Self::new(Executor::new(), open, move || {
            let _ = begin.send(());
            let _ = gate.recv();
        });
        let _ = begun.recv();
        watched
    }

    fn new(
        executor: Executor,
        open: mpsc::Sender<()>,
        task: impl FnOnce() + Send + 'static,
    ) -> Self {
        let runs = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&runs);
        let future = executor.submit(move || {
            count.fetch_add(1, Ordering::Relaxed);
            task();
            7
        });
        let (last, end) = mpsc::channel();
        executor.submit(move || drop(last.send(())));
        Self {
            executor,
            future,
            gate: Mutex::new(Some(open)),
            end: Mutex::new(end),
            runs,
        }
    }

    /// Lets the worker go on, and waits until it has come to the end of all that was submitted.
    pub fn finish(&self) {
        drop(self.gate.lock().unwrap().take());
        let _ = self.end.lock().unwrap().recv();
    }

    pub fn result(&self) -> String {
        text(self.future.result())
    }

    pub fn result_again(&self, times: usize) -> String {
        let mut all: Vec<String> = (0..times).map(|_| self.result()).collect();
        all.dedup();
        all.join(", then ")
    }

    pub fn result_timeout(&self, timeout: Duration) -> String {
        text(self.future.result_timeout(timeout))
    }

    pub fn cancel(&self) -> bool {
        self.future.cancel()
    }

    pub fn state(&self) -> String {
        format!("{:?}", self.future.state())
    }

    pub fn call(&self, number: usize) -> usize {
        self.executor.call(move || number)
    }

    pub fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }
}

fn text(result: Result<u64, ResultError>) -> String {
    match result {
        Ok(value) => format!("Ok({value})"),
        Err(error) => format!("Err({error:?})"),
    }
}
