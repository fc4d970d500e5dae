//! Condition variables. Any waiting thread may be the one that a notification wakes,
//! and a wait may end for no reason at all.

use std::panic::Location;

use smallvec::SmallVec;

use super::{
    Facts, Held, Id, Object,
    guards::Guards,
    mutex::{self, Mutex},
    op,
};
use crate::{
    access::Access,
    execution::Execution,
    op::{Op, TaskId, Wake},
    progress::Protected,
    runtime::{pass, point, with},
    strategy::Pick,
    task::{StepWake, Task},
    time,
    trace::{Cause, Effect},
};

type Place = &'static Location<'static>;

/// A condition variable.
#[derive(Debug, Default)]
pub struct Condvar {
    /// Waiting threads, the longest-waiting first.
    waiters: SmallVec<[TaskId; 8]>,
    pub(super) guards: Guards,
}

/// What threads do to a condition variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Release the mutex and begin to wait.
    Wait,
    /// Wake one thread that waits.
    NotifyOne,
    /// Wake all threads that wait.
    NotifyAll,
}

impl Object for Condvar {
    type Operation = Operation;
    const PARTS: u32 = 1;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        match operation {
            Operation::Wait => Facts::LEARNS,
            Operation::NotifyOne | Operation::NotifyAll => Facts::TELLS,
        }
    }

    fn is_enabled(&self, operation: Operation, _: &Task) -> bool {
        // Who waits has announced that it takes the mutex again.
        match operation {
            Operation::Wait | Operation::NotifyOne | Operation::NotifyAll => true,
        }
    }

    fn holder(&self, operation: Operation, _: TaskId, _: &Task) -> Option<Held> {
        match operation {
            Operation::Wait | Operation::NotifyOne | Operation::NotifyAll => None,
        }
    }
}

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
    condvar: Id<Condvar>,
    mutex: Id<Mutex>,
    borrowed: Option<Protected>,
    timeout: Option<u64>,
    location: Place,
) -> Woken {
    let wait = op(Operation::Wait, condvar, location);
    signal_point(wait, condvar);
    let deadline = with(|execution| {
        execution.note_borrowed(mutex, borrowed);
        execution.release(mutex);
        execution.record(wait, Effect::Done);
        execution.touch(condvar, Access::Write);
        let current = execution.current;
        execution.state(condvar).waiters.push(current);
        execution.fall_asleep(current);
        timeout.map(|timeout| time::deadline(execution, timeout))
    });
    let reacquire = op(mutex::Operation::Reacquire, mutex, location);
    let wake = point(reacquire, deadline);
    if wake != Wake::Normal {
        with(|execution| {
            let current = execution.current;
            execution.touch(condvar, Access::Write);
            execution
                .state(condvar)
                .waiters
                .retain(|task| *task != current);
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
pub fn notify_one(condvar: Id<Condvar>, location: Place) {
    let notify = op(Operation::NotifyOne, condvar, location);
    signal_point(notify, condvar);
    with(|execution| {
        execution.touch(condvar, Access::Write);
        let count = execution.state(condvar).waiters.len();
        let woken = (count > 0).then(|| {
            let index = execution.pick(count, Pick::Waiter);
            execution.state(condvar).waiters.remove(index)
        });
        wake(execution, woken.as_slice());
        record_woken(execution, notify, woken.as_slice());
    });
}

/// Wakes all waiting threads.
pub fn notify_all(condvar: Id<Condvar>, location: Place) {
    let notify = op(Operation::NotifyAll, condvar, location);
    signal_point(notify, condvar);
    with(|execution| {
        execution.touch(condvar, Access::Write);
        let woken = std::mem::take(&mut execution.state(condvar).waiters);
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

/// Announces what is about to be done to a condition variable. It is a part of the step at
/// hand if no thread can tell.
fn signal_point(op: Op, condvar: Id<Condvar>) {
    if with(|execution| execution.joins_step(condvar)) {
        pass(op);
    } else {
        point(op, None);
    }
}

/// Keeps a notification with the threads that it woke, if the execution is traced.
fn record_woken(execution: &mut Execution, notify: Op, woken: &[TaskId]) {
    if execution.config.traced {
        execution.record(notify, Effect::Woke(woken.to_vec()));
    }
}
