//! Locks for many readers or one writer.
//!
//! Readers learn what earlier writers knew, and writers what everybody knew; readers
//! learn nothing from one another, so a lock has two clocks.

use std::panic::Location;

use super::mutex::op;
use crate::{
    access::Access,
    execution::Execution,
    object::{Held, ObjectId, RwLock, State},
    op::OpKind,
    runtime::{point, with},
    trace::StepResult,
};

type Place = &'static Location<'static>;

/// Waits until nobody writes, and takes a share of the lock. A thread that holds a
/// share already waits for ever if a writer waits, as it may in a real program.
pub fn rwlock_read(lock: ObjectId, location: Place) {
    let read = op(OpKind::ReadLock, lock, location);
    with(|execution| {
        let current = execution.current;
        // Whether a writer waits cannot be told from what it has done.
        execution.opaque |= state(execution, lock).is_read_by(current);
    });
    point(read, None);
    with(|execution| {
        execution.touch(lock, Access::AcquireShared);
        take_share(execution, lock, location);
        execution.record(read, StepResult::Done);
    });
}

/// Waits until nobody reads or writes, and takes the lock.
pub fn rwlock_write(lock: ObjectId, location: Place) {
    let write = op(OpKind::WriteLock, lock, location);
    point(write, None);
    with(|execution| {
        execution.touch(lock, Access::Acquire);
        take_all(execution, lock, location);
        execution.record(write, StepResult::Done);
    });
}

/// Takes a share of the lock if nobody writes; whether it did.
pub fn rwlock_try_read(lock: ObjectId, location: Place) -> bool {
    try_to(OpKind::TryRead, lock, location, |execution| {
        let free = state(execution, lock).writer.is_none();
        if free {
            take_share(execution, lock, location);
        }
        free
    })
}

/// Takes the lock if nobody reads or writes; whether it did.
pub fn rwlock_try_write(lock: ObjectId, location: Place) -> bool {
    try_to(OpKind::TryWrite, lock, location, |execution| {
        let free = state(execution, lock).is_free();
        if free {
            take_all(execution, lock, location);
        }
        free
    })
}

/// Gives a share back.
pub fn rwlock_read_unlock(lock: ObjectId, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::ReadUnlock, lock, location), None);
    }
    with(|execution| {
        execution.touch(lock, Access::ReleaseShared);
        let current = execution.current;
        let state = state(execution, lock);
        let mine = state.readers.iter().rposition(|held| held.by == current);
        if let Some(mine) = mine {
            state.readers.remove(mine);
        }
        leave(execution, lock);
    });
}

/// Gives the whole lock back.
pub fn rwlock_write_unlock(lock: ObjectId, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::WriteUnlock, lock, location), None);
    }
    with(|execution| {
        execution.touch(lock, Access::Release);
        state(execution, lock).writer = None;
        leave(execution, lock);
        publish(execution, lock);
    });
}

/// Makes a share of the whole lock: other readers may come, other writers not yet.
pub fn rwlock_downgrade(lock: ObjectId, location: Place) {
    let downgrade = op(OpKind::Downgrade, lock, location);
    if with(|execution| execution.may_pause()) {
        point(downgrade, None);
    }
    with(|execution| {
        execution.touch(lock, Access::Write);
        let state = state(execution, lock);
        let held = state.writer.take();
        state.readers.extend(held);
        leave(execution, lock);
        publish(execution, lock);
        execution.record(downgrade, StepResult::Done);
    });
}

fn try_to(
    kind: OpKind,
    lock: ObjectId,
    location: Place,
    take: impl FnOnce(&mut Execution) -> bool,
) -> bool {
    with(Execution::tell_releases);
    let tried = op(kind, lock, location);
    point(tried, None);
    with(|execution| {
        execution.touch(lock, Access::Write);
        let taken = take(execution);
        if !taken {
            // Nothing is learned but that it is not later than the release to come.
            let current = execution.current;
            let known = execution.object(lock).clock.time();
            execution.tasks[current].clock.advance_to(known);
            let now = execution.tasks[current].clock.time();
            let state = state(execution, lock);
            state.tried = state.tried.max(now);
        }
        let value = if taken { "taken" } else { "not free" };
        execution.record(tried, StepResult::Value(value.to_owned()));
        taken
    })
}

fn take_share(execution: &mut Execution, lock: ObjectId, location: Place) {
    let by = execution.current;
    let state = state(execution, lock);
    state.readers.push(Held {
        by,
        since: location,
    });
    let written = state.written.clone();
    execution.tasks[by].clock.join(&written);
}

fn take_all(execution: &mut Execution, lock: ObjectId, location: Place) {
    let by = execution.current;
    state(execution, lock).writer = Some(Held {
        by,
        since: location,
    });
    let clock = &mut execution.tasks[by].clock;
    clock.join(&execution.objects[lock.0 as usize].clock);
}

/// The lock learns what the thread that leaves it knows.
fn leave(execution: &mut Execution, lock: ObjectId) {
    execution.settle_pointers(None);
    let tried = state(execution, lock).tried;
    let clock = &mut execution.tasks[execution.current].clock;
    clock.advance_to(tried);
    execution.objects[lock.0 as usize].clock.join(clock);
}

/// What was written is for the readers to come.
fn publish(execution: &mut Execution, lock: ObjectId) {
    let clock = execution.tasks[execution.current].clock.clone();
    state(execution, lock).written.join(&clock);
}

fn state(execution: &mut Execution, lock: ObjectId) -> &mut RwLock {
    match &mut execution.object(lock).state {
        State::RwLock(state) => state,
        _ => unreachable!("a reader-writer operation acts on a reader-writer lock"),
    }
}
