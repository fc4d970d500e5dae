//! Barriers: the last of so many threads lets the others go on.

use std::panic::Location;

use super::{condvar::wake, old_op as op};
use crate::{
    access::Access,
    execution::Execution,
    object::{ObjectId, State},
    op::{OpKind, TaskId},
    runtime::{point, with},
    task::StepWake,
    trace::{Cause, Effect},
};

/// Comes to a barrier for `size` threads and waits for the others; whether it was the last.
pub fn wait(barrier: ObjectId, size: usize, location: &'static Location<'static>) -> bool {
    let arrive = op(OpKind::Arrive, barrier, location);
    point(arrive, None);
    let last = with(|execution| {
        execution.touch(barrier, Access::Write);
        execution.synchronise(barrier);
        let current = execution.current;
        let waiting = waiting(execution, barrier);
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
        let pass = op(OpKind::Pass, barrier, location);
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

/// The threads that have come and wait.
fn waiting(execution: &mut Execution, barrier: ObjectId) -> &mut Vec<TaskId> {
    match &mut execution.object(barrier).state {
        State::Barrier { waiting } => waiting,
        _ => unreachable!("threads arrive at a barrier"),
    }
}
