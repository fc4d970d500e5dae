//! What a check records is a step like any other: other threads may go first.

use std::panic::Location;

use super::{Facts, OpKind};
use crate::{
    access::{Access, Resource},
    clock::VectorClock,
    config::Observes,
    op::{Op, TaskId},
    runtime::{point, with},
};

/// What is to be known of an event.
pub(super) const FACTS: Facts = Facts::TELLS;

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

/// What sort of event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// A point in time.
    Point,
    /// A call or a span begins.
    Begin,
    /// A call or a span ends.
    End,
}

/// Announces an event and returns its moment.
pub fn event(recorded: Recorded, location: &'static Location<'static>) -> Moment {
    point(op(location), None);
    note(recorded, location)
}

/// The moment of an event that follows the last step without a break.
pub fn note(recorded: Recorded, location: &'static Location<'static>) -> Moment {
    with(|execution| {
        if execution.config.traced {
            execution.record_event(op(location));
        }
        let task = execution.current;
        execution.tell_drops();
        execution.in_step.recorded_event = true;
        execution.progress();
        if let Some(access) = access(execution.config.observes, recorded) {
            execution.access(Resource::HISTORY, access);
        }
        Moment {
            task,
            clock: execution.tasks[task].clock.clone(),
            time: execution.tasks[task].clock.time(),
            over: execution.over,
        }
    })
}

/// What an event does to the history, as far as those who look at it can tell.
fn access(observes: Observes, recorded: Recorded) -> Option<Access> {
    match (observes, recorded) {
        (Observes::Results, _) | (Observes::Intervals, Recorded::Point) => None,
        (Observes::Intervals, Recorded::Begin) => Some(Access::Open),
        (Observes::Intervals, Recorded::End) => Some(Access::Close),
        (Observes::Order, _) => Some(Access::Write),
    }
}

fn op(location: &'static Location<'static>) -> Op {
    Op {
        kind: OpKind::Event,
        location,
    }
}
