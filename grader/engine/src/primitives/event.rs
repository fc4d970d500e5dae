//! What a check records is a step like any other: other threads may go first.

use std::panic::Location;

use crate::{
    clock::VectorClock,
    op::{Op, OpKind, TaskId},
    runtime::{is_tracing, point, with},
    trace::StepResult,
};

/// The moment of an event.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The thread.
    pub task: TaskId,
    /// What had happened before.
    pub clock: VectorClock,
    /// Virtual time in nanoseconds.
    pub time: u64,
    /// Whether the execution is over, and this a destructor that runs while it is taken apart.
    pub over: bool,
}

/// Announces an event and returns its moment. `label` is for traces.
pub fn event(location: &'static Location<'static>, label: &dyn Fn() -> String) -> Moment {
    point(op(location), None);
    note(location, label)
}

/// The moment of an event that follows the last step without a break.
pub fn note(location: &'static Location<'static>, label: &dyn Fn() -> String) -> Moment {
    if is_tracing() {
        let value = StepResult::Value(label());
        with(|execution| execution.record(op(location), value));
    }
    with(|execution| {
        let task = execution.current;
        Moment {
            task,
            clock: execution.tasks[task].clock.clone(),
            time: execution.tasks[task].clock.time(),
            over: execution.over,
        }
    })
}

fn op(location: &'static Location<'static>) -> Op {
    Op {
        kind: OpKind::Event,
        object: None,
        location,
    }
}
