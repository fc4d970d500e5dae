//! First come, first served: a permit is handed to the thread that has waited longest,
//! and each waiting thread has a condition variable of its own.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

/// Permits that threads take and give back.
pub struct Semaphore {
    state: Mutex<State>,
}

struct State {
    free: usize,
    queue: VecDeque<Arc<Waiter>>,
}

/// A waiting thread. It has been handed a permit once it is no longer in the queue.
#[derive(Default)]
struct Waiter {
    handed: Condvar,
}

impl State {
    fn waits(&self, waiter: &Arc<Waiter>) -> bool {
        self.queue.iter().any(|other| Arc::ptr_eq(other, waiter))
    }
}

impl Semaphore {
    /// A semaphore with `permits` free permits; 0 is fine.
    pub fn new(permits: usize) -> Self {
        Self {
            state: Mutex::new(State {
                free: permits,
                queue: VecDeque::new(),
            }),
        }
    }

    /// Takes a permit; waits while none is free.
    pub fn acquire(&self) {
        let mut state = self.state.lock().unwrap();
        if state.free > 0 {
            state.free -= 1;
            return;
        }
        let waiter = Arc::new(Waiter::default());
        state.queue.push_back(Arc::clone(&waiter));
        while state.waits(&waiter) {
            state = waiter.handed.wait(state).unwrap();
        }
    }

    /// Takes a permit if one is free, and says whether it did. Never waits for one.
    pub fn try_acquire(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        let free = state.free > 0;
        state.free -= usize::from(free);
        free
    }

    /// Like [`acquire`](Self::acquire), but waits at most `timeout`. Says whether it
    /// took a permit.
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        if state.free > 0 {
            state.free -= 1;
            return true;
        }
        let waiter = Arc::new(Waiter::default());
        state.queue.push_back(Arc::clone(&waiter));
        while state.waits(&waiter) {
            let Some(left) = timeout.checked_sub(start.elapsed()) else {
                state.queue.retain(|other| !Arc::ptr_eq(other, &waiter));
                return false;
            };
            state = waiter.handed.wait_timeout(state, left).unwrap().0;
        }
        true
    }

    /// Gives one permit.
    pub fn release(&self) {
        self.release_many(1);
    }

    /// Gives `count` permits. Never waits for one.
    pub fn release_many(&self, count: usize) {
        let mut state = self.state.lock().unwrap();
        for _ in 0..count {
            match state.queue.pop_front() {
                Some(waiter) => waiter.handed.notify_one(),
                None => state.free += 1,
            }
        }
    }
}
