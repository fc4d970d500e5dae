//! Virtual time. It stands still while threads run and jumps to the deadline of a
//! thread whose sleep or time-out is chosen to end: any thread may be slow, so any
//! sleep may be over before another thread has taken its next step.

use std::panic::Location;

use crate::{
    op::{Op, OpKind},
    runtime::{point, try_with, with},
    trace::StepResult,
};

/// Nanoseconds since the start of the execution.
pub fn now() -> u64 {
    try_with(|execution| execution.now).unwrap_or(0)
}

/// Like [`now`], for the program under test: a program that looks at the clock again
/// and again sees it move, so that waiting for a moment in a loop comes to an end.
pub fn read_clock() -> u64 {
    try_with(|execution| {
        execution.clock_reads += 1;
        let doublings = (execution.clock_reads / 16).min(20);
        execution.now = execution.now.saturating_add(1_000 << doublings);
        execution.now
    })
    .unwrap_or(0)
}

/// The moment at which a wait of `duration` nanoseconds is over: a little later than
/// asked for, as on every real machine.
pub(crate) fn deadline(now: u64, duration: u64) -> u64 {
    now.saturating_add(duration).saturating_add(1)
}

/// Sleeps for `duration` nanoseconds.
pub fn sleep(duration: u64, location: &'static Location<'static>) {
    let op = Op {
        kind: OpKind::Sleep,
        object: None,
        location,
    };
    let deadline = with(|execution| deadline(execution.now, duration));
    point(op, Some(deadline));
    with(|execution| execution.record(op, StepResult::Done));
}
