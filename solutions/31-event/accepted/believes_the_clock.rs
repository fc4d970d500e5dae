//! Believes the clock: whoever's time is over gives up, though the event may have been set just
//! then.

use std::{
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

/// A flag that threads can wait for.
pub struct Event {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    set: bool,
    /// How often the event was set.
    sets: u64,
    /// How many threads wait.
    waiting: usize,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State {
                set: false,
                sets: 0,
                waiting: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Sets the event. All threads that wait go on.
    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.set = true;
        state.sets += 1;
        self.changed.notify_all();
    }

    /// Takes the signal back. Those who come from now on wait for the next `set`.
    pub fn clear(&self) {
        self.state.lock().unwrap().set = false;
    }

    /// Whether the event is set now.
    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().set
    }

    /// Returns at once if the event is set; else waits until it is.
    pub fn wait(&self) {
        let mut state = self.state.lock().unwrap();
        let seen = state.sets;
        state.waiting += 1;
        while !state.set && state.sets == seen {
            state = self.changed.wait(state).unwrap();
        }
        state.waiting -= 1;
    }

    /// Like [`wait`](Self::wait), but waits at most `timeout`. Says whether the event
    /// was set.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        let seen = state.sets;
        state.waiting += 1;
        while !state.set && state.sets == seen {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                break;
            }
            let (woken, result) = self.changed.wait_timeout(state, left).unwrap();
            state = woken;
            if result.timed_out() {
                state.waiting -= 1;
                return false;
            }
        }
        state.waiting -= 1;
        state.set || state.sets != seen
    }

    /// How many threads wait now. Each of them goes on with the next `set`.
    pub fn waiting(&self) -> usize {
        self.state.lock().unwrap().waiting
    }
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
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
    /// A crossing whose main road has green, and whose side road has red.
    pub fn new() -> Self {
        let (main, side) = (Event::new(), Event::new());
        main.set();
        Self { main, side }
    }

    /// Waits until `road` has green.
    pub fn pass(&self, road: Road) {
        match road {
            Road::Main => self.main.wait(),
            Road::Side => self.side.wait(),
        }
    }

    /// Gives red to the road that has green, and green to the other one.
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

impl Default for Crossing {
    fn default() -> Self {
        Self::new()
    }
}
