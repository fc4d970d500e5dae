//! wrong: whoever adds to a future that is done holds its lock while the callback runs
//! page: callbacks_may_ask
//! fails: callbacks_may_ask deadlock
//! fails: nobody_waits_for_a_callback deadlock

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, mpsc},
    thread::{self, JoinHandle},
};

/// Has tasks done, by one worker, in the order in which they are submitted.
pub struct Executor {
    worker: Worker,
}

impl Executor {
    /// An executor with an idle worker.
    #[expect(clippy::new_without_default, reason = "it starts a thread")]
    pub fn new() -> Self {
        Self {
            worker: Worker::start(),
        }
    }

    /// Hands `task` to the worker, and returns at once.
    pub fn submit<T, F>(&self, task: F) -> Future<T>
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let future = Future::pending();
        let finished = future.clone();
        self.worker.hand_over(move || finished.finish(task()));
        future
    }
}

/// What a task that was submitted has come to. Clones are handles of the same future.
pub struct Future<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Clone for Future<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T: Clone + Send + 'static> Future<T> {
    /// Whether the task is done.
    pub fn is_done(&self) -> bool {
        matches!(*self.shared.stage.lock().unwrap(), Stage::Done(_))
    }

    /// Waits until the task is done, and returns its value.
    pub fn result(&self) -> T {
        let mut stage = self.shared.stage.lock().unwrap();
        loop {
            if let Stage::Done(value) = &*stage {
                return value.clone();
            }
            stage = self.shared.done.wait(stage).unwrap();
        }
    }

    /// Has `callback` called with the value when the task is done, or at once if it is.
    pub fn add_done_callback<F>(&self, callback: F)
    where
        F: FnOnce(T) + Send + 'static,
    {
        match &mut *self.shared.stage.lock().unwrap() {
            Stage::Pending(callbacks) => callbacks.push(Box::new(callback)),
            Stage::Done(value) => run(callback, value.clone()),
        }
    }

    /// The future of what `f` makes of the value: `f` is called like a callback.
    pub fn then<U, F>(&self, f: F) -> Future<U>
    where
        U: Clone + Send + 'static,
        F: FnOnce(T) -> U + Send + 'static,
    {
        let future = Future::pending();
        let finished = future.clone();
        self.add_done_callback(move |value| finished.finish(f(value)));
        future
    }

    fn pending() -> Self {
        Self {
            shared: Arc::new(Shared {
                stage: Mutex::new(Stage::Pending(Vec::new())),
                done: Condvar::new(),
            }),
        }
    }

    /// The task is done: wakes who waits for the value, and then calls back.
    fn finish(&self, value: T) {
        let done = Stage::Done(value.clone());
        let before = mem::replace(&mut *self.shared.stage.lock().unwrap(), done);
        self.shared.done.notify_all();
        if let Stage::Pending(callbacks) = before {
            for callback in callbacks {
                run(callback, value.clone());
            }
        }
    }
}

type Callback<T> = Box<dyn FnOnce(T) + Send>;

struct Shared<T> {
    stage: Mutex<Stage<T>>,
    done: Condvar,
}

enum Stage<T> {
    Pending(Vec<Callback<T>>),
    Done(T),
}

/// Calls back; what panics in there is no concern of the caller.
fn run<T>(callback: impl FnOnce(T), value: T) {
    let _ = catch_unwind(AssertUnwindSafe(|| callback(value)));
}

// ---- given: a thread that runs what it is handed; nothing to write below ----

type Job = Box<dyn FnOnce() + Send>;

/// A thread that runs jobs one after the other, in the order in which they come.
struct Worker {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    fn start() -> Self {
        let (jobs, next) = mpsc::channel::<Job>();
        let thread = thread::spawn(move || {
            for job in next {
                job();
            }
        });
        Self {
            jobs: Some(jobs),
            thread: Some(thread),
        }
    }

    /// Puts `job` behind those that wait, and returns at once.
    fn hand_over(&self, job: impl FnOnce() + Send + 'static) {
        let jobs = self.jobs.as_ref().expect("open until it is dropped");
        jobs.send(Box::new(job)).expect("the thread is alive");
    }
}

impl Drop for Worker {
    /// Lets the thread finish what it was handed.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
