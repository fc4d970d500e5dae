//! Virtual time: for each thread, the earliest moment at which it can have come where
//! it is. Only sleeping, timing out and looking at the clock take time, and whoever
//! learns from another thread by synchronisation is no earlier than that one was.
//!
//! Time is thereby a function of what happened before what. Every execution has an
//! equivalent one, the same steps sorted by time, in which all threads look at one
//! clock; so nothing here is impossible on a real machine, where any thread may be
//! slow, and a sleep is no step that others have to wait for.

use std::panic::Location;

use crate::{
    execution::Execution,
    op::{Op, OpKind},
    runtime::{point, try_with, with},
    trace::StepResult,
};

/// Nanoseconds since the start of the execution, as the current thread knows them.
pub fn now() -> u64 {
    try_with(|execution| execution.tasks[execution.current].clock.time()).unwrap_or(0)
}

/// Like [`now`], for the program under test: a program that looks at the clock again
/// and again sees it move, so that waiting for a moment in a loop comes to an end.
pub fn read_clock() -> u64 {
    try_with(|execution| {
        let task = &mut execution.tasks[execution.current];
        task.clock_reads += 1;
        let doublings = (task.clock_reads / 16).min(20);
        let now = task.clock.time().saturating_add(1_000 << doublings);
        task.clock.advance_to(now);
        now
    })
    .unwrap_or(0)
}

/// The moment at which a wait of `duration` nanoseconds by the current thread is over:
/// a little later than asked for, as on every real machine.
pub(crate) fn deadline(execution: &Execution, duration: u64) -> u64 {
    let now = execution.tasks[execution.current].clock.time();
    now.saturating_add(duration).saturating_add(1)
}

/// Sleeps for `duration` nanoseconds, or for ever.
pub fn sleep(duration: Option<u64>, location: &'static Location<'static>) {
    let kind = if duration.is_some() {
        OpKind::Sleep
    } else {
        OpKind::SleepForever
    };
    let op = Op {
        kind,
        object: None,
        location,
    };
    point(op, None);
    let duration = duration.unwrap_or(u64::MAX);
    with(|execution| {
        let over = deadline(execution, duration);
        let current = execution.current;
        execution.tasks[current].clock.advance_to(over);
        execution.record(op, StepResult::Done);
    });
}
