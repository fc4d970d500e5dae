//! Barriers: the last of so many threads lets the others go on.

use std::panic::Location;

use super::{Facts, Held, Id, Object, Wait, condvar::wake, op};
use crate::{
    access::Access,
    op::TaskId,
    runtime::{point, with},
    task::{StepWake, Task},
    trace::{Cause, Effect},
};

/// A barrier.
#[derive(Debug, Default)]
pub struct Barrier {
    /// The threads that have come to it and wait for the others.
    waiting: Vec<TaskId>,
}

/// What threads do to a barrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Come to it.
    Arrive,
    /// Go on from it.
    Pass,
}

impl Object for Barrier {
    type Operation = Operation;
    const PARTS: u32 = 1;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        match operation {
            Operation::Arrive => Facts::LEARNS,
            Operation::Pass => Facts::waits(Wait::Asleep),
        }
    }

    fn is_enabled(&self, operation: Operation, task: &Task) -> bool {
        match operation {
            Operation::Arrive => true,
            Operation::Pass => task.waiting().is_none() || task.has_been_woken(),
        }
    }

    fn holder(&self, operation: Operation, _: TaskId, _: &Task) -> Option<Held> {
        match operation {
            Operation::Arrive | Operation::Pass => None,
        }
    }
}

/// Comes to a barrier for `size` threads and waits for the others; whether it was the last.
pub fn wait(barrier: Id<Barrier>, size: usize, location: &'static Location<'static>) -> bool {
    let arrive = op(Operation::Arrive, barrier, location);
    point(arrive, None);
    let last = with(|execution| {
        execution.touch(barrier, Access::Write);
        execution.synchronise(barrier);
        let current = execution.current;
        let waiting = &mut execution.state(barrier).waiting;
        let last = waiting.len() + 1 >= size;
        if last {
            let released = std::mem::take(waiting);
            execution.progress();
            wake(execution, &released);
        } else {
            waiting.push(current);
            execution.fall_asleep(current);
        }
        execution.record(arrive, Effect::Arrived { last });
        last
    });
    if !last {
        let pass = op(Operation::Pass, barrier, location);
        point(pass, None);
        with(|execution| {
            let current = execution.current;
            let waiting = execution.go_on(current);
            let by = waiting.and_then(|waiting| {
                execution.enabled_by(waiting.woken_at);
                match waiting.woken {
                    Some(StepWake::Notified(by)) => Some(by),
                    _ => None,
                }
            });
            execution.record(pass, Effect::Woken(Cause::Notified(by)));
        });
    }
    last
}
