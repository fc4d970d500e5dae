//! wrong: a thread that is woken in `wait_timeout` looks at the flag alone, and sleeps on if `clear` came before it had the lock
//! page: a_short_signal_is_enough
//! fails: a_short_signal_is_enough deadlock

use std::{
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

#[derive(Default)]
struct State {
    set: bool,
    generation: u64,
    waiting: usize,
}

/// A flag that threads can wait for.
pub struct Event {
    state: Mutex<State>,
    changed: Condvar,
}

impl Event {
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State::default()),
            changed: Condvar::new(),
        }
    }
    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        if state.set {
            return;
        }
        state.set = true;
        state.generation += 1;
        state.waiting = 0;
        self.changed.notify_all();
    }
    pub fn clear(&self) {
        self.state.lock().unwrap().set = false;
    }
    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().set
    }
    pub fn wait(&self) {
        let mut state = self.state.lock().unwrap();
        if state.set {
            return;
        }
        state.waiting += 1;
        let generation = state.generation;
        while state.generation == generation {
            state = self.changed.wait(state).unwrap();
        }
    }
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        if state.set {
            return true;
        }
        state.waiting += 1;
        let generation = state.generation;
        while !state.set {
            let _ = generation;
            let rest = timeout.saturating_sub(start.elapsed());
            if rest.is_zero() {
                state.waiting = state.waiting.saturating_sub(1);
                return false;
            }
            state = self.changed.wait_timeout(state, rest).unwrap().0;
        }
        true
    }
    pub fn waiting(&self) -> usize {
        self.state.lock().unwrap().waiting
    }
}

/// One of the two roads that meet at a crossing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// The main road: green at the beginning.
    Main,
    /// The side road: red at the beginning.
    Side,
}

/// The traffic lights of a crossing.
pub struct Crossing {
    main: Event,
    side: Event,
}

impl Crossing {
    pub fn new() -> Self {
        let crossing = Self {
            main: Event::new(),
            side: Event::new(),
        };
        crossing.main.set();
        crossing
    }
    fn light(&self, road: Road) -> &Event {
        match road {
            Road::Main => &self.main,
            Road::Side => &self.side,
        }
    }
    pub fn pass(&self, road: Road) {
        self.light(road).wait();
    }
    pub fn switch(&self) {
        let (green, red) = if self.main.is_set() {
            (&self.main, &self.side)
        } else {
            (&self.side, &self.main)
        };
        green.clear();
        red.set();
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Crossing {
    fn default() -> Self {
        Self::new()
    }
}
