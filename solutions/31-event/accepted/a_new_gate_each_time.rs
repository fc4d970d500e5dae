//! Whoever waits listens at a channel on which nothing is ever sent. `set` drops the ends
//! that could send, and so ends all waits.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    time::Duration,
};

enum Never {}

/// A flag that threads can wait for.
#[derive(Default)]
pub struct Event {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    set: bool,
    waiters: HashMap<u64, Sender<Never>>,
    next: u64,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the event. All threads that wait go on.
    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.set = true;
        state.waiters.clear();
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
        if let Some((_, gate)) = self.listen() {
            let _ = gate.recv();
        }
    }

    /// Like [`wait`](Self::wait), but waits at most `timeout`. Says whether the event
    /// was set.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let Some((number, gate)) = self.listen() else {
            return true;
        };
        match gate.recv_timeout(timeout) {
            Err(RecvTimeoutError::Disconnected) => true,
            Err(RecvTimeoutError::Timeout) => {
                let mut state = self.state.lock().unwrap();
                state.waiters.remove(&number).is_none()
            }
        }
    }

    /// How many threads wait now. Each of them goes on with the next `set`.
    pub fn waiting(&self) -> usize {
        self.state.lock().unwrap().waiters.len()
    }

    fn listen(&self) -> Option<(u64, Receiver<Never>)> {
        let mut state = self.state.lock().unwrap();
        if state.set {
            return None;
        }
        let (sender, gate) = mpsc::channel();
        let number = state.next;
        state.next += 1;
        state.waiters.insert(number, sender);
        Some((number, gate))
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
#[derive(Default)]
pub struct Crossing {
    main_is_red: Event,
    main_is_green: Event,
}

impl Crossing {
    /// A crossing whose main road has green, and whose side road has red.
    pub fn new() -> Self {
        let crossing = Self::default();
        crossing.main_is_green.set();
        crossing
    }

    /// Waits until `road` has green.
    pub fn pass(&self, road: Road) {
        match road {
            Road::Main => self.main_is_green.wait(),
            Road::Side => self.main_is_red.wait(),
        }
    }

    /// Gives red to the road that has green, and green to the other one.
    pub fn switch(&self) {
        if self.main_is_green.is_set() {
            self.main_is_green.clear();
            self.main_is_red.set();
        } else {
            self.main_is_red.clear();
            self.main_is_green.set();
        }
    }
}
