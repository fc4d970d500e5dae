//! Runs a program on the standard library that this is compiled against.
//!
//! The main thread's log, into which go those of the threads that it joins, and what is left in
//! the end are the result, as text. [`source`](super::source) prints a program that says the
//! same.

mod act;
mod channels;
mod counts;
mod locks;
mod threads;

use std::{
    collections::VecDeque,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Barrier, Condvar, Mutex, Once, OnceLock, RwLock, Weak,
        atomic::{AtomicI64, Ordering::SeqCst},
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle, Thread},
    time::Duration,
};

use super::{
    Plain,
    program::{Owner, Ready, Shape},
};
use channels::Sender;
use counts::Counted;

/// How long anybody waits who does not wait for ever.
const TIME: Duration = Duration::from_millis(2);
/// In a log: it was poisoned.
const POISONED: i64 = -8;
/// In a log: there is no other end.
const DISCONNECTED: i64 = -1;
/// In a log: nothing yet, or not any more.
const NOTHING: i64 = -2;
/// In a log: that panicked.
const PANICKED: i64 = -9;
/// In a log: what comes next is that of another thread.
const JOINED: i64 = 900;

/// What the threads share.
pub(crate) struct Shared {
    ready: Plain<Ready>,
    /// Called before each action.
    pause: fn(),
    atomics: [AtomicI64; 2],
    mutexes: [Mutex<i64>; 2],
    rwlocks: [RwLock<i64>; 2],
    condvar: Condvar,
    barrier: Barrier,
    once: Once,
    cell: OnceLock<i64>,
    receiver: Mutex<Option<Receiver<i64>>>,
    dropped: AtomicI64,
}

/// What a thread has for itself.
struct Context {
    number: i64,
    log: Vec<i64>,
    sender: Option<Sender>,
    receiver: Option<Receiver<i64>>,
    arc: Option<Arc<Counted>>,
    weak: Option<Weak<Counted>>,
    /// The threads that it can unpark.
    known: Vec<Thread>,
    /// Those that it has spawned and not joined.
    children: VecDeque<JoinHandle<Vec<i64>>>,
}

fn open(capacity: Option<usize>) -> (Sender, Receiver<i64>) {
    if let Some(capacity) = capacity {
        let (sender, receiver) = mpsc::sync_channel(capacity);
        (Sender::Bounded(sender), receiver)
    } else {
        let (sender, receiver) = mpsc::channel();
        (Sender::Unbounded(sender), receiver)
    }
}

/// Runs a program.
pub(crate) fn run(ready: &Plain<Ready>, pause: fn()) -> String {
    let program = &ready.program;
    let (sender, mut owned) = ready.uses.channel.then(|| open(program.capacity)).unzip();
    let everybodys = if program.receiver == Owner::Everybody {
        owned.take()
    } else {
        None
    };
    let shared = Plain::new(Shared {
        ready: Plain::clone(ready),
        pause,
        atomics: Default::default(),
        mutexes: Default::default(),
        rwlocks: Default::default(),
        condvar: Condvar::new(),
        barrier: Barrier::new(2),
        once: Once::new(),
        cell: OnceLock::new(),
        receiver: Mutex::new(everybodys),
        dropped: AtomicI64::new(-1),
    });
    let arc = ready
        .uses
        .counted
        .then(|| Arc::new(Counted::new(Plain::clone(&shared))));
    let mut main = Context {
        number: 0,
        log: Vec::new(),
        sender,
        receiver: None,
        weak: arc.as_ref().map(Arc::downgrade),
        arc,
        known: vec![thread::current()],
        children: VecDeque::new(),
    };
    let mut first = main.child();
    if program.receiver == Owner::First {
        first.receiver = owned.take();
    }
    main.receiver = owned;
    let mut first = Some(first);
    if program.shape == Shape::Scoped {
        let mut logs = vec![Vec::new(); program.threads.len()];
        let within = || scoped(&shared, &mut main, &mut first, &mut logs);
        if survives(ready, within).is_err() {
            main.log.push(PANICKED);
        }
        for log in logs {
            main.log.push(JOINED);
            main.log.extend(log);
        }
    } else {
        for index in 0..program.threads.len() {
            let child = first.take().unwrap_or_else(|| main.child());
            let mine = Plain::clone(&shared);
            let body = move || child.live(&mine, &mine.ready.program.threads[index]);
            main.adopt(thread::spawn(body));
        }
        let within = || main.perform(&shared, &program.main);
        if survives(ready, within).is_err() {
            main.log.push(PANICKED);
        }
        main.let_go();
        if program.shape == Shape::Joined {
            main.join_all();
        }
    }
    let state = state(&shared, &mut main);
    format!("{:?}{state}", main.log)
}

/// Catches a panic of the main thread, which would end all that is to be observed. It is not
/// done where no panic is meant.
fn survives(ready: &Ready, within: impl FnOnce()) -> thread::Result<()> {
    if ready.uses.panics {
        panic::catch_unwind(AssertUnwindSafe(within))
    } else {
        within();
        Ok(())
    }
}

/// The part of a scoped program that is in the scope.
fn scoped(
    shared: &Plain<Shared>,
    main: &mut Context,
    first: &mut Option<Context>,
    logs: &mut [Vec<i64>],
) {
    let program = &shared.ready.program;
    thread::scope(|scope| {
        for (actions, log) in program.threads.iter().zip(logs) {
            let child = first.take().unwrap_or_else(|| main.child());
            let handle = scope.spawn(move || *log = child.live(shared, actions));
            main.known.push(handle.thread().clone());
        }
        main.perform(shared, &program.main);
        main.let_go();
    });
    main.join_all();
}

/// What is left when the threads have been joined, or what it looks like while they go on.
fn state(shared: &Shared, main: &mut Context) -> String {
    let uses = &shared.ready.uses;
    let mut state: Vec<(&str, String)> = Vec::new();
    for ((name, value), is_used) in ["a0", "a1"]
        .into_iter()
        .zip(&shared.atomics)
        .zip(uses.atomics)
    {
        if is_used {
            state.push((name, value.load(SeqCst).to_string()));
        }
    }
    for ((name, mutex), is_used) in ["m0", "m1"]
        .into_iter()
        .zip(&shared.mutexes)
        .zip(uses.mutexes)
    {
        if is_used {
            state.push((name, locks::left(mutex.lock())));
        }
    }
    for ((name, lock), is_used) in ["l0", "l1"]
        .into_iter()
        .zip(&shared.rwlocks)
        .zip(uses.rwlocks)
    {
        if is_used {
            state.push((name, locks::left(lock.read())));
        }
    }
    if uses.once {
        state.push(("once", shared.once.is_completed().to_string()));
    }
    if uses.cell {
        state.push(("cell", format!("{:?}", shared.cell.get())));
    }
    if uses.counted {
        state.push(("dropped", shared.dropped.load(SeqCst).to_string()));
    }
    // Who is detached may hold the receiver for ever.
    if uses.channel && shared.ready.program.shape != Shape::Detached {
        let left = main.with_receiver(shared, |receiver| receiver.try_iter().collect());
        let left: Option<Vec<i64>> = left;
        state.push(("left", format!("{left:?}")));
    }
    let mut text = String::new();
    for (name, value) in state {
        text.extend([" ", name, "=", &value]);
    }
    text
}
