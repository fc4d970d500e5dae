//! A readers-writers lock made of a mutex and a condition variable, used by one reader
//! and two writers.

use std::sync::Arc;

use super::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

#[derive(Default)]
struct State {
    readers: usize,
    writing: bool,
}

struct Lock {
    state: Mutex<State>,
    changed: Condvar,
    writers_look_again: bool,
    /// What the lock guards; a writer makes it odd while it writes.
    data: AtomicUsize,
}

impl Lock {
    fn read(&self) {
        let mut state = self.state.lock().unwrap();
        while state.writing {
            state = self.changed.wait(state).unwrap();
        }
        state.readers += 1;
        drop(state);
        assert_eq!(self.data.load(SeqCst) % 2, 0, "read while it is written");
        let mut state = self.state.lock().unwrap();
        state.readers -= 1;
        self.changed.notify_all();
    }

    fn write(&self) {
        let mut state = self.state.lock().unwrap();
        while state.writing || state.readers > 0 {
            state = self.changed.wait(state).unwrap();
            if !self.writers_look_again {
                break;
            }
        }
        state.writing = true;
        drop(state);
        assert_eq!(self.data.fetch_add(1, SeqCst) % 2, 0, "two writers");
        self.data.fetch_add(1, SeqCst);
        self.state.lock().unwrap().writing = false;
        self.changed.notify_all();
    }
}

fn run(writers_look_again: bool) {
    let lock = Arc::new(Lock {
        state: Mutex::default(),
        changed: Condvar::new(),
        writers_look_again,
        data: AtomicUsize::new(0),
    });
    let spawn = |work: fn(&Lock)| {
        let lock = Arc::clone(&lock);
        thread::spawn(move || work(&lock))
    };
    let threads = [Lock::read as fn(&Lock), Lock::write, Lock::write].map(spawn);
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Whoever wakes looks at the state again.
pub(super) fn waits_while() {
    run(true);
}

/// A writer believes that it may go on because it was woken.
pub(super) fn waits_once() {
    run(false);
}
