//! Callbacks stand in a queue that the worker works off one by one; a callback that comes while
//! it does that joins the queue.

use std::{
    collections::VecDeque,
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
        self.shared.state.lock().unwrap().value.is_some()
    }

    /// Waits until the task is done, and returns its value.
    pub fn result(&self) -> T {
        let state = self.shared.state.lock().unwrap();
        let waits = |state: &mut State<T>| state.value.is_none();
        let state = self.shared.done.wait_while(state, waits).unwrap();
        state.value.clone().unwrap()
    }

    /// Has `callback` called with the value when the task is done, or at once if it is.
    pub fn add_done_callback<F>(&self, callback: F)
    where
        F: FnOnce(T) + Send + 'static,
    {
        let mut state = self.shared.state.lock().unwrap();
        if state.worker_comes {
            state.queue.push_back(Box::new(callback));
            return;
        }
        let value = state.value.clone().unwrap();
        drop(state);
        run(callback, value);
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
                state: Mutex::new(State {
                    value: None,
                    queue: VecDeque::new(),
                    worker_comes: true,
                }),
                done: Condvar::new(),
            }),
        }
    }

    /// The task is done: wakes who waits for the value, and then calls back.
    fn finish(&self, value: T) {
        let mut state = self.shared.state.lock().unwrap();
        state.value = Some(value.clone());
        self.shared.done.notify_all();
        while let Some(callback) = state.queue.pop_front() {
            drop(state);
            run(callback, value.clone());
            state = self.shared.state.lock().unwrap();
        }
        state.worker_comes = false;
    }
}

type Callback<T> = Box<dyn FnOnce(T) + Send>;

struct Shared<T> {
    state: Mutex<State<T>>,
    done: Condvar,
}

struct State<T> {
    value: Option<T>,
    queue: VecDeque<Callback<T>>,
    /// Whether the worker will still look into the queue.
    worker_comes: bool,
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
