//! What a check records is a step like any other: other threads may go first.

use std::panic::Location;

use crate::{
    clock::VectorClock,
    op::{Op, OpKind, TaskId},
    runtime::{point, with},
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

/// Announces an event and returns its moment.
pub fn event(location: &'static Location<'static>) -> Moment {
    let op = Op {
        kind: OpKind::Event,
        object: None,
        location,
    };
    point(op, None);
    with(|execution| {
        execution.record(op, crate::StepResult::Done);
        let task = execution.current;
        Moment {
            task,
            clock: execution.tasks[task].clock.clone(),
            time: execution.now,
            over: execution.over,
        }
    })
}
