// canary: 9d79103e7e588bc70e4f30d8dfe02b81
use callbacks::{Executor, Future};
use std::cell::RefCell;
use std::mem;
use std::sync::{Mutex, mpsc};

thread_local! {
    /// What this thread has called: 0 for a callback that was told something else than the truth.
    static CALLED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Notes that this thread calls a callback, and whether it is told the truth.
fn note(callback: u64, truth: bool) {
    let callback = if truth { callback } else { 0 };
    CALLED.with_borrow_mut(|called| called.push(callback));
}

/// How many callbacks this thread calls meanwhile.
fn called_by_adder(add: impl FnOnce()) -> usize {
    let called = || CALLED.with_borrow(Vec::len);
    let before = called();
    add();
    called() - before
}

/// The future of a task that returns 7, and what its worker calls.
pub struct Watched {
    future: Future<u64>,
    gate: Mutex<Option<mpsc::Sender<()>>>,
    end: Mutex<mpsc::Receiver<Vec<u64>>>,
    called_by_worker: Mutex<Vec<u64>>,
    _executor: Mutex<Executor>,
}

impl Watched {
    /// The worker is not done with the task until `finish` is called.
    pub fn pending() -> Self {
        let executor = Executor::new();
        let (open, gate) = mpsc::channel();
        let future = executor.submit(move || {
            let _ = gate.recv();
            7
        });
        let (next_task, end) = mpsc::channel();
        executor.submit(move || drop(next_task.send(CALLED.take())));
        Self {
            future,
            gate: Mutex::new(Some(open)),
            end: Mutex::new(end),
            called_by_worker: Mutex::default(),
            _executor: Mutex::new(executor),
        }
    }

    /// The worker was done with it long ago.
    pub fn done() -> Self {
        let watched = Self::pending();
        watched.finish();
        watched
    }

    /// Lets the task end, and waits until the worker has taken another one.
    pub fn finish(&self) {
        drop(self.gate.lock().unwrap().take());
        if let Ok(called) = self.end.lock().unwrap().recv() {
            *self.called_by_worker.lock().unwrap() = called;
        }
    }

    /// What the worker has called: in order, with the number of times in succession; and what
    /// was added from within others, and the functions of `then`, in any order.
    pub fn called_by_worker(&self) -> (Vec<(u64, usize)>, Vec<u64>) {
        let called = mem::take(&mut *self.called_by_worker.lock().unwrap());
        let (added, mut inside): (Vec<u64>, Vec<u64>) =
            called.into_iter().partition(|callback| callback % 10 == 0);
        let in_a_row = added.chunk_by(|one, other| one == other);
        let added = in_a_row.map(|same| (same[0], same.len())).collect();
        inside.sort();
        (added, inside)
    }

    pub fn is_done(&self) -> bool {
        self.future.is_done()
    }

    pub fn result(&self) -> u64 {
        self.future.result()
    }

    pub fn add(&self, number: u64) -> usize {
        let add = |future: Future<u64>| {
            future.add_done_callback(move |value| note(number * 10, value == 7));
        };
        called_by_adder(|| add(self.future.clone()))
    }

    pub fn add_many(&self, number: u64, times: usize) -> usize {
        (0..times).map(|_| self.add(number)).sum()
    }

    pub fn add_panicking(&self, number: u64) -> usize {
        called_by_adder(|| {
            self.future.add_done_callback(move |value| {
                note(number * 10, value == 7);
                panic!("callback {number} panics");
            });
        })
    }

    /// The callback asks its future.
    pub fn add_asking(&self, number: u64) -> usize {
        let own = self.future.clone();
        called_by_adder(|| {
            self.future.add_done_callback(move |value| {
                let truth = own.is_done() && own.result() == 7;
                note(number * 10, truth && value == 7);
            });
        })
    }

    /// The callback adds another one.
    pub fn add_nested(&self, number: u64) -> usize {
        let own = self.future.clone();
        called_by_adder(|| {
            self.future.add_done_callback(move |value| {
                note(number * 10, value == 7);
                own.add_done_callback(move |value| note(number * 10 + 1, value == 7));
            });
        })
    }

    /// Nobody keeps a handle of what `then` returns.
    pub fn then(&self, number: u64) -> usize {
        called_by_adder(|| {
            let next = self.future.then(move |value| {
                note(number * 10 + 1, value == 7);
                value + number
            });
            let callback = move |value| note(number * 10 + 2, value == number + 8);
            next.then(|value| value + 1).add_done_callback(callback);
        })
    }

    /// A callback of what `then` returns asks it.
    pub fn then_asking(&self, number: u64) -> usize {
        called_by_adder(|| {
            let next = self.future.then(move |value| {
                note(number * 10 + 1, value == 7);
                value + number
            });
            let own = next.clone();
            next.add_done_callback(move |value| {
                let truth = own.is_done() && own.result() == number + 7;
                note(number * 10 + 2, truth && value == number + 7);
            });
        })
    }

    pub fn then_result(&self, number: u64) -> u64 {
        self.future.then(move |value| value + number).result()
    }
}
