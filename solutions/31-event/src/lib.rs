//! 31 · Event: threads wait until another one gives the signal.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! Beside the flag there is a number: how often it was set. A thread that sleeps waits
//! for either to change, so a `clear` cannot take its wake-up away.
// END SOLUTION

// BEGIN SOLUTION
// | use std::time::Duration;
use std::{
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};
// END SOLUTION

/// A flag that threads can wait for.
pub struct Event {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _set: bool,
    state: Mutex<State>,
    changed: Condvar,
    // END SOLUTION
}

// BEGIN SOLUTION
struct State {
    set: bool,
    /// How often the event was set.
    sets: u64,
    /// How many threads wait.
    waiting: usize,
}
// END SOLUTION

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        // BEGIN SOLUTION
        // | todo!()
        Self {
            state: Mutex::new(State {
                set: false,
                sets: 0,
                waiting: 0,
            }),
            changed: Condvar::new(),
        }
        // END SOLUTION
    }

    /// Sets the event. All threads that wait go on.
    pub fn set(&self) {
        // BEGIN SOLUTION
        // | todo!()
        let mut state = self.state.lock().unwrap();
        state.set = true;
        state.sets += 1;
        self.changed.notify_all();
        // END SOLUTION
    }

    /// Takes the signal back. Those who come from now on wait for the next `set`.
    pub fn clear(&self) {
        // BEGIN SOLUTION
        // | todo!()
        self.state.lock().unwrap().set = false;
        // END SOLUTION
    }

    /// Whether the event is set now.
    pub fn is_set(&self) -> bool {
        // BEGIN SOLUTION
        // | todo!()
        self.state.lock().unwrap().set
        // END SOLUTION
    }

    /// Returns at once if the event is set; else waits until it is.
    pub fn wait(&self) {
        // BEGIN SOLUTION
        // | todo!()
        let mut state = self.state.lock().unwrap();
        let seen = state.sets;
        state.waiting += 1;
        while !state.set && state.sets == seen {
            state = self.changed.wait(state).unwrap();
        }
        state.waiting -= 1;
        // END SOLUTION
    }

    /// Like [`wait`](Self::wait), but waits at most `timeout`. Says whether the event
    /// was set.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        // BEGIN SOLUTION
        // | let _ = timeout;
        // | todo!()
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        let seen = state.sets;
        state.waiting += 1;
        while !state.set && state.sets == seen {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap().0;
        }
        state.waiting -= 1;
        state.set || state.sets != seen
        // END SOLUTION
    }

    /// How many threads wait now. Each of them goes on with the next `set`.
    pub fn waiting(&self) -> usize {
        // BEGIN SOLUTION
        // | todo!()
        self.state.lock().unwrap().waiting
        // END SOLUTION
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
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _main: Event,
    // | _side: Event,
    main: Event,
    side: Event,
    // END SOLUTION
}

impl Crossing {
    /// A crossing whose main road has green, and whose side road has red.
    pub fn new() -> Self {
        // BEGIN SOLUTION
        // | todo!()
        let (main, side) = (Event::new(), Event::new());
        main.set();
        Self { main, side }
        // END SOLUTION
    }

    /// Waits until `road` has green.
    pub fn pass(&self, road: Road) {
        // BEGIN SOLUTION
        // | let _ = road;
        // | todo!()
        match road {
            Road::Main => self.main.wait(),
            Road::Side => self.side.wait(),
        }
        // END SOLUTION
    }

    /// Gives red to the road that has green, and green to the other one.
    pub fn switch(&self) {
        // BEGIN SOLUTION
        // | todo!()
        let (green, red) = if self.main.is_set() {
            (&self.main, &self.side)
        } else {
            (&self.side, &self.main)
        };
        green.clear();
        red.set();
        // END SOLUTION
    }
}

impl Default for Crossing {
    fn default() -> Self {
        Self::new()
    }
}
