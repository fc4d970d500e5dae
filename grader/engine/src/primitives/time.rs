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

/// Sleeps for `duration` nanoseconds.
pub fn sleep(duration: u64, location: &'static Location<'static>) {
    let op = Op {
        kind: OpKind::Sleep,
        object: None,
        location,
    };
    let deadline = with(|execution| execution.now.saturating_add(duration.max(1)));
    point(op, Some(deadline));
    with(|execution| execution.record(op, StepResult::Done));
}
