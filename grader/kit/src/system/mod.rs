//! What checks of processes need: a place where processes wait for each other, programs to start, and
//! what a process sees of itself.
//!
//! The latter is read off the simulated kernel without a step, and is only what the process alone
//! changes.

mod meeting;
mod program;

use std::panic::Location;

use kernel::{Errno, Signal, SignalCall, SystemCall, Target};

pub use meeting::Meeting;
pub use program::{Started, install};

/// How many children this process has that it has not waited for, running or ended.
///
/// # Panics
///
/// Panics outside of a check whose answers have processes.
pub fn children() -> usize {
    processes::look().children.len()
}

/// Kills the process of this number, whatever it is doing, as `kill -9` does. Whether there was such a
/// process: one that has ended and was not waited for counts.
///
/// # Panics
///
/// Panics outside of a check whose answers have processes, and if the system refuses.
#[track_caller]
pub fn kill(process: u32) -> bool {
    let kill = SignalCall::Kill {
        target: Target::One(process),
        number: Signal::KILL.number(),
    };
    match processes::call_at(SystemCall::Signal(kill), Location::caller()) {
        Ok(_) => true,
        Err(Errno::ESRCH) => false,
        Err(errno) => panic!("the system refuses to kill a process: {errno:?}"),
    }
}

/// How many descriptors this process has open.
///
/// # Panics
///
/// Panics outside of a check whose answers have processes.
pub fn open_descriptors() -> usize {
    processes::look().descriptors.len()
}
