//! wrong: the flag is atomic and `set` takes no lock, so it can come between the look and the sleep of another
//! fails: lets_everybody_go deadlock
//! fails: tells_the_truth deadlock
//! fails: a_short_signal_is_enough deadlock
//! fails: one_road_has_green deadlock
//! fails: is_one_flag deadlock
//! fails: a_signal_is_over_after_clear deadlock

use std::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

/// A flag that threads can wait for.
pub struct Event {
    set: AtomicBool,
    /// How often the event was set.
    sets: AtomicU64,
    /// How many threads wait.
    waiting: Mutex<usize>,
    changed: Condvar,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Self {
            set: AtomicBool::new(false),
            sets: AtomicU64::new(0),
            waiting: Mutex::new(0),
            changed: Condvar::new(),
        }
    }

    /// Sets the event. All threads that wait go on.
    pub fn set(&self) {
        self.set.store(true, SeqCst);
        self.sets.fetch_add(1, SeqCst);
        self.changed.notify_all();
    }

    /// Takes the signal back. Those who come from now on wait for the next `set`.
    pub fn clear(&self) {
        self.set.store(false, SeqCst);
    }

    /// Whether the event is set now.
    pub fn is_set(&self) -> bool {
        self.set.load(SeqCst)
    }

    /// Returns at once if the event is set; else waits until it is.
    pub fn wait(&self) {
        let mut waiting = self.waiting.lock().unwrap();
        let seen = self.sets.load(SeqCst);
        *waiting += 1;
        while !self.set.load(SeqCst) && self.sets.load(SeqCst) == seen {
            waiting = self.changed.wait(waiting).unwrap();
        }
        *waiting -= 1;
    }

    /// Like [`wait`](Self::wait), but waits at most `timeout`. Says whether the event
    /// was set.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let mut waiting = self.waiting.lock().unwrap();
        let seen = self.sets.load(SeqCst);
        *waiting += 1;
        while !self.set.load(SeqCst) && self.sets.load(SeqCst) == seen {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            waiting = self.changed.wait_timeout(waiting, left).unwrap().0;
        }
        *waiting -= 1;
        self.set.load(SeqCst) || self.sets.load(SeqCst) != seen
    }

    /// How many threads wait now. Each of them goes on with the next `set`.
    pub fn waiting(&self) -> usize {
        *self.waiting.lock().unwrap()
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
