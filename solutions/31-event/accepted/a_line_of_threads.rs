//! Whoever waits stands in a line and parks. `set` empties the line: a thread that is not
//! in it any more may go on, whatever happens to the flag.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// A flag that threads can wait for.
#[derive(Default)]
pub struct Event {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    set: bool,
    line: Vec<Arc<Waiter>>,
}

struct Waiter {
    thread: Thread,
    released: AtomicBool,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the event. All threads that wait go on.
    pub fn set(&self) {
        let line = {
            let mut state = self.state.lock().unwrap();
            state.set = true;
            std::mem::take(&mut state.line)
        };
        for waiter in line {
            waiter.released.store(true, SeqCst);
            waiter.thread.unpark();
        }
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
        let Some(waiter) = self.stand_in_line() else {
            return;
        };
        while !waiter.released.load(SeqCst) {
            thread::park();
        }
    }

    /// Like [`wait`](Self::wait), but waits at most `timeout`. Says whether the event
    /// was set.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        let Some(waiter) = self.stand_in_line() else {
            return true;
        };
        while !waiter.released.load(SeqCst) {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                let mut state = self.state.lock().unwrap();
                let length = state.line.len();
                state.line.retain(|other| !Arc::ptr_eq(other, &waiter));
                // Whoever is not in the line any more has been let go.
                return state.line.len() == length;
            }
            thread::park_timeout(left);
        }
        true
    }

    /// How many threads wait now. Each of them goes on with the next `set`.
    pub fn waiting(&self) -> usize {
        self.state.lock().unwrap().line.len()
    }

    /// Puts this thread in the line, unless the event is set.
    fn stand_in_line(&self) -> Option<Arc<Waiter>> {
        let mut state = self.state.lock().unwrap();
        if state.set {
            return None;
        }
        let waiter = Arc::new(Waiter {
            thread: thread::current(),
            released: AtomicBool::new(false),
        });
        state.line.push(Arc::clone(&waiter));
        Some(waiter)
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

/// The traffic lights of a crossing: an event for each road.
pub struct Crossing {
    lights: [Event; 2],
    green: Mutex<usize>,
}

impl Crossing {
    /// A crossing whose main road has green, and whose side road has red.
    pub fn new() -> Self {
        let lights = [Event::new(), Event::new()];
        lights[0].set();
        Self {
            lights,
            green: Mutex::new(0),
        }
    }

    /// Waits until `road` has green.
    pub fn pass(&self, road: Road) {
        self.lights[road as usize].wait();
    }

    /// Gives red to the road that has green, and green to the other one.
    pub fn switch(&self) {
        let mut green = self.green.lock().unwrap();
        self.lights[*green].clear();
        *green = 1 - *green;
        self.lights[*green].set();
    }
}

impl Default for Crossing {
    fn default() -> Self {
        Self::new()
    }
}
