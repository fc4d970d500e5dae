//! The writers of a reader-writer lock.

use super::{Id, Operation, Place, QUEUE, RwLock, leave, op, publish, try_to};
use crate::{
    access::Access,
    execution::Execution,
    objects::Held,
    progress::Protected,
    runtime::{point, with},
    trace::Effect,
};

/// Waits until nobody reads or writes, and takes the lock.
pub fn write(lock: Id<RwLock>, location: Place) {
    let write = op(Operation::Write, lock, location);
    let arrives = with(|execution| execution.shows_releases());
    if arrives && arrive(lock, location) {
        return;
    }
    point(write, None);
    with(|execution| {
        execution.touch(lock, Access::Acquire);
        if arrives {
            execution.touch_part(lock, QUEUE, Access::Write);
            execution.state(lock).waiting -= 1;
        }
        take_all(execution, lock, location);
        execution.record(write, Effect::Done);
    });
}

/// A writer comes to the lock. Whether it could take it at once; if not, readers can tell from
/// now on that it waits.
fn arrive(lock: Id<RwLock>, location: Place) -> bool {
    let arrive = op(Operation::WriteArrive, lock, location);
    point(arrive, None);
    with(|execution| {
        execution.touch(lock, Access::Write);
        let free = execution.state(lock).is_free();
        if free {
            take_all(execution, lock, location);
            execution.record(arrive, Effect::Done);
        } else {
            execution.touch_part(lock, QUEUE, Access::Write);
            execution.state(lock).waiting += 1;
        }
        free
    })
}

/// Takes the lock if nobody reads or writes; whether it did.
pub fn try_write(lock: Id<RwLock>, location: Place) -> bool {
    try_to(Operation::TryWrite, lock, location, |execution| {
        let free = execution.state(lock).is_free();
        if free {
            take_all(execution, lock, location);
        }
        free
    })
}

/// Gives the whole lock back. `borrowed` is what it protects, if the thread has borrowed it
/// mutably.
pub fn write_unlock(lock: Id<RwLock>, borrowed: Option<Protected>, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(Operation::WriteUnlock, lock, location), None);
    }
    with(|execution| {
        execution.touch(lock, Access::Release);
        execution.note_borrowed(lock, borrowed);
        execution.state(lock).writer = None;
        leave(execution, lock);
        publish(execution, lock);
    });
}

/// Makes a share of the whole lock: other readers may come, other writers not yet. `borrowed` is
/// as for [`write_unlock`].
pub fn downgrade(lock: Id<RwLock>, borrowed: Option<Protected>, location: Place) {
    let downgrade = op(Operation::Downgrade, lock, location);
    if with(|execution| !execution.over) {
        point(downgrade, None);
    }
    with(|execution| {
        execution.note_borrowed(lock, borrowed);
        execution.touch(lock, Access::Write);
        let state = execution.state(lock);
        let held = state.writer.take();
        state.readers.extend(held);
        let current = execution.current;
        execution.tasks[current].shares += 1;
        leave(execution, lock);
        publish(execution, lock);
        execution.record(downgrade, Effect::Done);
    });
}

fn take_all(execution: &mut Execution, lock: Id<RwLock>, location: Place) {
    let by = execution.current;
    execution.state(lock).writer = Some(Held {
        by,
        since: location,
    });
    execution.learn_from(lock);
    execution.see_poison(lock);
}
