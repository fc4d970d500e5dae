//! Condition variables. Any waiting thread may be the one that a notification wakes,
//! and a wait may end for no reason at all.

use std::panic::Location;

use super::{
    Id,
    mutex::{self, Mutex},
    old_op as op,
};
use crate::{
    access::Access,
    execution::Execution,
    object::{ObjectId, State, Waiters},
    op::{Op, OpKind, TaskId, Wake},
    progress::Protected,
    runtime::{point, signal_point, with},
    strategy::Pick,
    task::StepWake,
    time,
    trace::{Cause, Effect},
};

type Place = &'static Location<'static>;

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Another thread notified it, or it was spurious: a program cannot tell.
    Awake,
    /// The time was up.
    TimedOut,
}

/// Gives the mutex back, waits, and takes the mutex again. `timeout` is in nanoseconds, and
/// `borrowed` is what the mutex protects, if the thread has borrowed it mutably.
pub fn wait(
    condvar: ObjectId,
    mutex: Id<Mutex>,
    borrowed: Option<Protected>,
    timeout: Option<u64>,
    location: Place,
) -> Woken {
    let wait = op(OpKind::Wait, condvar, location);
    signal_point(wait, condvar);
    let deadline = with(|execution| {
        execution.note_borrowed(mutex, borrowed);
        execution.release(mutex);
        execution.record(wait, Effect::Done);
        execution.touch(condvar, Access::Write);
        let current = execution.current;
        waiters(execution, condvar).push(current);
        execution.fall_asleep(current);
        timeout.map(|timeout| time::deadline(execution, timeout))
    });
    let reacquire = super::op(mutex::Operation::Reacquire, mutex, location);
    let wake = point(reacquire, deadline);
    if wake != Wake::Normal {
        with(|execution| {
            let current = execution.current;
            execution.touch(condvar, Access::Write);
            waiters(execution, condvar).retain(|task| *task != current);
            let woken = if wake == Wake::Timeout {
                StepWake::TimedOut
            } else {
                StepWake::Spurious
            };
            let now = execution.step_index();
            execution.wake_up(current, woken, now);
        });
        // It has left the queue; only now it may find that the mutex is taken.
        point(reacquire, None);
    }
    with(|execution| {
        execution.touch(mutex, Access::Acquire);
        execution.acquire(mutex, location);
        let current = execution.current;
        let waiting = execution.go_on(current);
        if let Some(waiting) = waiting {
            execution.enabled_by(waiting.woken_at);
        }
        let woken = waiting.and_then(|waiting| waiting.woken);
        let (cause, answer) = match woken {
            Some(StepWake::Notified(by)) => (Cause::Notified(Some(by)), Woken::Awake),
            Some(StepWake::TimedOut) => (Cause::TimedOut, Woken::TimedOut),
            Some(StepWake::Spurious) | None => (Cause::Spurious, Woken::Awake),
        };
        execution.record(reacquire, Effect::Woken(cause));
        answer
    })
}

/// Wakes one of the waiting threads, if there is one; any of them may be it.
pub fn notify_one(condvar: ObjectId, location: Place) {
    let notify = op(OpKind::NotifyOne, condvar, location);
    signal_point(notify, condvar);
    with(|execution| {
        execution.touch(condvar, Access::Write);
        let count = waiters(execution, condvar).len();
        let woken = (count > 0).then(|| {
            let index = execution.pick(count, Pick::Waiter);
            waiters(execution, condvar).remove(index)
        });
        wake(execution, woken.as_slice());
        record_woken(execution, notify, woken.as_slice());
    });
}

/// Wakes all waiting threads.
pub fn notify_all(condvar: ObjectId, location: Place) {
    let notify = op(OpKind::NotifyAll, condvar, location);
    signal_point(notify, condvar);
    with(|execution| {
        execution.touch(condvar, Access::Write);
        let woken = std::mem::take(waiters(execution, condvar));
        wake(execution, &woken);
        record_woken(execution, notify, &woken);
    });
}

pub(super) fn wake(execution: &mut Execution, woken: &[TaskId]) {
    let by = execution.current;
    let woken_at = execution.step_index();
    for &task in woken {
        // A thread that wakes others does not wait itself.
        if let Ok([by, task]) = execution.tasks.get_disjoint_mut([by, task]) {
            task.clock.join(&by.clock);
        }
        execution.wake_up(task, StepWake::Notified(by), woken_at);
    }
}

/// Keeps a notification with the threads that it woke, if the execution is traced.
fn record_woken(execution: &mut Execution, notify: Op, woken: &[TaskId]) {
    if execution.config.traced {
        execution.record(notify, Effect::Woke(woken.to_vec()));
    }
}

fn waiters(execution: &mut Execution, condvar: ObjectId) -> &mut Waiters {
    match &mut execution.object(condvar).state {
        State::Condvar { waiters, .. } => waiters,
        _ => unreachable!("a condition variable has a queue"),
    }
}
