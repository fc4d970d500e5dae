//! Mutual exclusion.

use std::panic::Location;

use crate::{
    access::Access,
    execution::Execution,
    object::{Held, ObjectId, State},
    op::{Op, OpKind},
    progress::Protected,
    readiness::BlockOn,
    runtime::{point, with},
    trace::Effect,
};

type Place = &'static Location<'static>;

/// Waits until the mutex is free and takes it. A thread that holds it already waits for ever.
pub fn lock(mutex: ObjectId, location: Place) {
    let op = op(OpKind::Lock, mutex, location);
    point(op, None);
    with(|execution| {
        execution.touch(mutex, Access::Acquire);
        execution.acquire(mutex, location);
        execution.record(op, Effect::Done);
    });
}

/// Takes the mutex if it is free; whether it was.
pub fn try_lock(mutex: ObjectId, location: Place) -> bool {
    with(Execution::tell_releases);
    let op = op(OpKind::TryLock, mutex, location);
    point(op, None);
    with(|execution| {
        execution.touch(mutex, Access::Write);
        let free = execution.is_free(mutex);
        if free {
            execution.acquire(mutex, location);
        } else {
            execution.try_in_vain(mutex);
        }
        execution.record(op, Effect::Tried { taken: free });
        free
    })
}

/// Gives the mutex back.
///
/// Nobody can tell the moment unless somebody tries the lock without waiting, so
/// only then it is a visible operation: a left mover needs no scheduling point
/// (Lipton, "Reduction", CACM 1975).
///
/// `borrowed` is what the mutex protects, if the thread has borrowed it mutably.
pub fn unlock(mutex: ObjectId, borrowed: Option<Protected>, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::Unlock, mutex, location), None);
    }
    with(|execution| {
        execution.note_borrowed(mutex, borrowed);
        execution.release(mutex);
    });
}

impl Execution {
    fn is_free(&mut self, mutex: ObjectId) -> bool {
        matches!(self.object(mutex).state, State::Mutex { owner: None, .. })
    }

    /// The current thread finds that the mutex is taken. It learns nothing by that, but it is no
    /// earlier than the last release, and no later than the release to come.
    fn try_in_vain(&mut self, mutex: ObjectId) {
        let known = self.object(mutex).clock.time();
        let clock = &mut self.tasks[self.current].clock;
        clock.advance_to(known);
        let now = clock.time();
        if let State::Mutex { tried, .. } = &mut self.object(mutex).state {
            *tried = (*tried).max(now);
        }
    }

    /// The current thread takes the mutex, which nobody has.
    #[inline]
    pub(super) fn acquire(&mut self, mutex: ObjectId, location: Place) {
        self.synchronise(mutex);
        self.see_poison(mutex);
        let by = self.current;
        if let State::Mutex { owner, .. } = &mut self.object(mutex).state {
            *owner = Some(Held {
                by,
                since: location,
            });
            self.readiness.block(BlockOn::mutex(mutex));
        }
    }

    /// The current thread gives the mutex back.
    pub(super) fn release(&mut self, mutex: ObjectId) {
        self.touch(mutex, Access::Release);
        let current = self.current;
        if let State::Mutex { owner, tried } = &mut self.objects[mutex.0 as usize].state {
            self.tasks[current].clock.advance_to(*tried);
            *owner = None;
            self.readiness.unblock(BlockOn::mutex(mutex));
        }
        self.hand_over(mutex);
    }
}

pub(super) fn op(kind: OpKind, object: ObjectId, location: Place) -> Op {
    Op {
        kind,
        object: Some(object),
        location,
    }
}
