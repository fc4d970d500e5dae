//! Mutual exclusion.

use std::panic::Location;

use crate::{
    access::Access,
    execution::Execution,
    object::{Held, ObjectId, State},
    op::{Op, OpKind},
    readiness::Gate,
    runtime::{point, with},
    trace::StepResult,
};

type Place = &'static Location<'static>;

/// Waits until the mutex is free and takes it. A thread that holds it already waits for ever.
pub fn mutex_lock(mutex: ObjectId, location: Place) {
    let op = op(OpKind::Lock, mutex, location);
    point(op, None);
    with(|execution| {
        execution.touch(mutex, Access::Acquire);
        execution.acquire(mutex, location);
        execution.record(op, StepResult::Done);
    });
}

/// Takes the mutex if it is free; whether it was.
pub fn mutex_try_lock(mutex: ObjectId, location: Place) -> bool {
    with(Execution::tell_releases);
    let op = op(OpKind::TryLock, mutex, location);
    point(op, None);
    with(|execution| {
        execution.touch(mutex, Access::Write);
        execution.synchronise(mutex);
        let free = matches!(execution.object(mutex).state, State::Mutex { owner: None });
        if free {
            execution.acquire(mutex, location);
        }
        let value = if free { "taken" } else { "not free" };
        execution.record(op, StepResult::Value(value.to_owned()));
        free
    })
}

/// Gives the mutex back.
///
/// Nobody can tell the moment unless somebody tries the lock without waiting, so
/// only then it is a visible operation: a left mover needs no scheduling point
/// (Lipton, "Reduction", CACM 1975).
pub fn mutex_unlock(mutex: ObjectId, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::Unlock, mutex, location), None);
    }
    with(|execution| execution.release(mutex));
}

impl Execution {
    /// The current thread takes the mutex, which nobody has.
    pub(super) fn acquire(&mut self, mutex: ObjectId, location: Place) {
        self.synchronise(mutex);
        let by = self.current;
        if let State::Mutex { owner } = &mut self.object(mutex).state {
            *owner = Some(Held {
                by,
                since: location,
            });
            self.readiness.close(Gate::mutex(mutex));
        }
    }

    /// The current thread gives the mutex back.
    pub(super) fn release(&mut self, mutex: ObjectId) {
        self.touch(mutex, Access::Release);
        if self.releases_can_be_told() {
            // Somebody may have tried to take it meanwhile, and left the moment.
            self.synchronise(mutex);
        } else {
            self.hand_over(mutex);
        }
        if let State::Mutex { owner } = &mut self.object(mutex).state {
            *owner = None;
            self.readiness.open(Gate::mutex(mutex));
        }
    }
}

pub(super) fn op(kind: OpKind, object: ObjectId, location: Place) -> Op {
    Op {
        kind,
        object: Some(object),
        location,
    }
}
