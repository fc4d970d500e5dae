//! Programs on real threads.

use std::{
    hint,
    panic::{self, AssertUnwindSafe},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use super::{Plain, interpret, program::Ready};

/// How a run on real threads ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Real {
    /// With this result.
    Ended(String),
    /// It did not, for so long as was waited. Its threads may be there for ever.
    Hangs,
}

/// Runs a program once, with something random between its actions. `believes` says for how long
/// nothing must happen until the program counts as hanging.
pub fn run_once(ready: &Plain<Ready>, believes: Duration) -> Real {
    let ready = Plain::clone(ready);
    let (result, ended) = mpsc::channel();
    thread::spawn(move || {
        let run = AssertUnwindSafe(|| interpret::run(&ready, pause));
        let said = panic::catch_unwind(run).unwrap_or_else(|_| "panicked".to_owned());
        // Whoever asked may have lost patience.
        let _ = result.send(said);
    });
    match ended.recv_timeout(believes) {
        Ok(said) => Real::Ended(said),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Real::Hangs,
    }
}

/// Lets other threads come first, or not.
fn pause() {
    match fastrand::u32(..10) {
        0..3 => {}
        3 | 4 => thread::yield_now(),
        5..7 => spin(300),
        7 => spin(10_000),
        _ => thread::sleep(Duration::from_micros(fastrand::u64(..150))),
    }
}

fn spin(most: u32) {
    for _ in 0..fastrand::u32(..most) {
        hint::spin_loop();
    }
}
