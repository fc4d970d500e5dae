// canary: 62fc93c66ce17f930cc22a9439bc36c9
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use thread_pool::{Future, ThreadPool};

thread_local! {
    /// Whether this thread submits tasks, or is in one: then no task may run in it.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Runs a task with a number: 0 tells of one that runs where it must not.
fn run(number: u64, ran: &mpsc::Sender<u64>) -> u64 {
    let number = if BUSY.replace(true) { 0 } else { number };
    let _ = ran.send(number);
    number
}

/// A pool, and what its tasks tell.
pub struct Watched {
    pool: ThreadPool,
    ran: mpsc::Sender<u64>,
    all: Mutex<mpsc::Receiver<u64>>,
    /// The gates of the tasks that are held up; nothing when all are open.
    gates: Mutex<Option<Vec<mpsc::Sender<()>>>>,
}

impl Watched {
    pub fn new(workers: usize) -> Self {
        let (ran, all) = mpsc::channel();
        Self {
            pool: ThreadPool::new(workers),
            ran,
            all: Mutex::new(all),
            gates: Mutex::new(Some(Vec::new())),
        }
    }

    fn task(&self, number: u64) -> Option<Future<u64>> {
        BUSY.set(true);
        let ran = self.ran.clone();
        let task = self.pool.submit(move || {
            let number = run(number, &ran);
            BUSY.set(false);
            number
        });
        task.ok()
    }

    /// Nobody asks for the result.
    pub fn submit(&self, number: u64) -> bool {
        self.task(number).is_some()
    }

    pub fn submit_many(&self, number: u64, times: usize) -> usize {
        (0..times).filter(|_| self.submit(number)).count()
    }

    pub fn result(&self, number: u64) -> String {
        let result = self.task(number).map(Future::result);
        result.map_or("refused".to_owned(), |result| text(&result))
    }

    /// Two tasks: the result of the second is asked for first.
    pub fn results_reversed(&self, number: u64) -> String {
        let tasks = [number, number + 1].map(|number| self.task(number));
        if tasks.iter().all(Option::is_none) {
            return "refused".to_owned();
        }
        let results = tasks.into_iter().rev().map(|task| {
            let result = task.map(Future::result);
            result.map_or("refused".to_owned(), |result| text(&result))
        });
        results.collect::<Vec<_>>().join(", ")
    }

    pub fn panicking(&self, number: u64) -> String {
        BUSY.set(true);
        let ran = self.ran.clone();
        let task = self.pool.submit(move || -> u64 {
            let number = run(number, &ran);
            BUSY.set(false);
            panic_any(number)
        });
        task.map_or("refused".to_owned(), |task| text(&task.result()))
    }

    /// The second of three items panics.
    pub fn map(&self, number: u64) -> String {
        BUSY.set(true);
        let ran = self.ran.clone();
        let results = self.pool.map(vec![0, 1, 2], move |item| {
            let item = run(number + item, &ran);
            BUSY.set(false);
            if item == number + 1 {
                panic_any(item);
            }
            item
        });
        match results {
            Ok(results) => results.iter().map(text).collect::<Vec<_>>().join(", "),
            Err(_) => "refused".to_owned(),
        }
    }

    /// A task that submits another one.
    pub fn nested(self: &Arc<Self>, number: u64) -> String {
        BUSY.set(true);
        let watched = Arc::clone(self);
        let outer = self.pool.submit(move || {
            run(number, &watched.ran);
            let inner = watched.task(number + 1);
            BUSY.set(false);
            inner
        });
        let Ok(outer) = outer else {
            return "refused".to_owned();
        };
        match outer.result() {
            Ok(Some(inner)) => text(&inner.result()),
            Ok(None) => "the inner one is refused".to_owned(),
            Err(_) => "the outer one has panicked".to_owned(),
        }
    }

    /// A task that is held up until `open` is called. Waits until a worker has begun with it.
    pub fn hold(&self, number: u64) -> bool {
        BUSY.set(true);
        let (open, gate) = mpsc::channel();
        if let Some(gates) = &mut *self.gates.lock().unwrap() {
            gates.push(open);
        }
        let (begin, begun) = mpsc::channel();
        let ran = self.ran.clone();
        let task = self.pool.submit(move || {
            let _ = begin.send(());
            let _: Result<(), _> = gate.recv();
            run(number, &ran);
            BUSY.set(false);
        });
        task.is_ok() && begun.recv().is_ok()
    }

    pub fn open(&self) {
        self.gates.lock().unwrap().take();
    }

    pub fn shutdown(&self, wait: bool) {
        self.pool.shutdown(wait);
    }

    /// The tasks that have run.
    pub fn ran(&self) -> Vec<u64> {
        let mut ran: Vec<u64> = self.all.lock().unwrap().try_iter().collect();
        ran.sort();
        ran
    }
}

fn text(result: &std::thread::Result<u64>) -> String {
    match result {
        Ok(number) => number.to_string(),
        Err(panic) => match panic.downcast_ref::<u64>() {
            Some(number) => format!("panic {number}"),
            None => "another panic".to_owned(),
        },
    }
}

/// Whether a pool of its own runs so many tasks at once, after it has run another one.
pub fn all_at_once(workers: usize) -> bool {
    let pool = ThreadPool::new(workers);
    let _ = pool.submit(|| ()).map(Future::result);
    let (begin, begun) = mpsc::channel();
    let hold = |_| {
        let (open, gate) = mpsc::channel::<()>();
        let begin = begin.clone();
        let task = pool.submit(move || {
            let _ = begin.send(());
            let _ = gate.recv();
        });
        (open, task.is_ok())
    };
    let gates: Vec<_> = (0..workers).map(hold).collect();
    let all = begun.iter().take(workers).count() == workers;
    all && gates.iter().all(|(_, accepted)| *accepted)
}

/// Whether two items of a `map` can wait for each other in a pool of its own, with a third one.
pub fn items_meet() -> bool {
    let pair = ThreadPool::new(2);
    let barrier = Barrier::new(2);
    let results = pair.map(vec![true, true, false], move |meets| {
        if meets {
            barrier.wait();
        }
    });
    results.is_ok_and(|results| results.iter().all(Result::is_ok))
}

/// Whether the task of a pool of its own has run when the pool has been dropped by a panic.
pub fn dropped_by_a_panic() -> bool {
    let (ran, all) = mpsc::channel();
    let panics = AssertUnwindSafe(|| {
        let dropped = ThreadPool::new(1);
        let _ = dropped.submit(move || drop(ran.send(())));
        panic!("whoever has the pool panics");
    });
    let _: Result<(), _> = catch_unwind(panics);
    all.try_recv().is_ok()
}
