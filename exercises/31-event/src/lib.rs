//! 31 · Event: threads wait until another one gives the signal.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::time::Duration;

/// A flag that threads can wait for.
pub struct Event {
    // Choose your own fields.
    _set: bool,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        todo!()
    }

    /// Sets the event. All threads that wait go on.
    pub fn set(&self) {
        todo!()
    }

    /// Takes the signal back. Those who come from now on wait for the next `set`.
    pub fn clear(&self) {
        todo!()
    }

    /// Whether the event is set now.
    pub fn is_set(&self) -> bool {
        todo!()
    }

    /// Returns at once if the event is set; else waits until it is.
    pub fn wait(&self) {
        todo!()
    }

    /// Like [`wait`](Self::wait), but waits at most `timeout`. Says whether the event
    /// was set.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let _ = timeout;
        todo!()
    }

    /// How many threads wait now. Each of them goes on with the next `set`.
    pub fn waiting(&self) -> usize {
        todo!()
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
    // Choose your own fields.
    _main: Event,
    _side: Event,
}

impl Crossing {
    /// A crossing whose main road has green, and whose side road has red.
    pub fn new() -> Self {
        todo!()
    }

    /// Waits until `road` has green.
    pub fn pass(&self, road: Road) {
        let _ = road;
        todo!()
    }

    /// Gives red to the road that has green, and green to the other one.
    pub fn switch(&self) {
        todo!()
    }
}

impl Default for Crossing {
    fn default() -> Self {
        Self::new()
    }
}
