//! Locks for many readers or one writer.
//!
//! Readers learn what earlier writers knew, and writers what everybody knew; readers
//! learn nothing from one another, so a lock has two clocks.
//!
//! Whether a reader that comes while a writer waits goes first is up to the operating system
//! ("might or might not block", says the documentation), so both are tried: which of them an
//! execution has is [picked](Pick::Policy) when it matters first. A reader that lets waiting
//! writers go first could as well have come after them, unless somebody who keeps the writers
//! out waits for that reader, or somebody tries to read without waiting. Only in such programs,
//! which are noticed because a thread waits while it holds a share, or because of the attempt,
//! is the beginning of a writer's wait a step. Under either policy a reader gets in while nobody
//! has the lock: a writer that has been woken may be slower.

use std::panic::Location;

use super::mutex::op;
use crate::{
    access::{Access, Part},
    execution::Execution,
    object::{Held, ObjectId, RwLock, State},
    op::OpKind,
    progress::Protected,
    runtime::{point, with},
    strategy::Pick,
    trace::Effect,
};

type Place = &'static Location<'static>;

/// Waits until nobody writes, and takes a share of the lock. Writers that wait may go first,
/// and if one of them waits for a share that the thread itself holds, that is for ever.
pub fn read(lock: ObjectId, location: Place) {
    let read = op(OpKind::ReadLock, lock, location);
    point(read, None);
    let taken = with(|execution| {
        let taken = execution.lets_readers_in(lock);
        let access = if taken {
            Access::AcquireShared
        } else {
            Access::Read
        };
        execution.touch(lock, access);
        if taken {
            take_share(execution, lock, location);
            execution.record(read, Effect::Done);
        }
        taken
    });
    if taken {
        return;
    }
    point(op(OpKind::ReadLockBehind, lock, location), None);
    with(|execution| {
        execution.touch(lock, Access::AcquireShared);
        execution.touch(lock, Access::Read);
        execution.touch_part(lock, Part::QUEUE, Access::Read);
        take_share(execution, lock, location);
        execution.record(read, Effect::Done);
    });
}

/// Waits until nobody reads or writes, and takes the lock.
pub fn write(lock: ObjectId, location: Place) {
    let write = op(OpKind::WriteLock, lock, location);
    let arrives = with(|execution| execution.shows_releases());
    if arrives && arrive(lock, location) {
        return;
    }
    point(write, None);
    with(|execution| {
        execution.touch(lock, Access::Acquire);
        if arrives {
            execution.touch_part(lock, Part::QUEUE, Access::Write);
            state(execution, lock).waiting -= 1;
        }
        take_all(execution, lock, location);
        execution.record(write, Effect::Done);
    });
}

/// A writer comes to the lock. Whether it could take it at once; if not, readers can tell from
/// now on that it waits.
fn arrive(lock: ObjectId, location: Place) -> bool {
    let arrive = op(OpKind::WriteArrive, lock, location);
    point(arrive, None);
    with(|execution| {
        execution.touch(lock, Access::Write);
        let free = state(execution, lock).is_free();
        if free {
            take_all(execution, lock, location);
            execution.record(arrive, Effect::Done);
        } else {
            execution.touch_part(lock, Part::QUEUE, Access::Write);
            state(execution, lock).waiting += 1;
        }
        free
    })
}

impl Execution {
    /// Whether a reader gets in, while nobody writes.
    fn lets_readers_in(&mut self, lock: ObjectId) -> bool {
        if !self.shows_releases() {
            return true;
        }
        self.touch_part(lock, Part::QUEUE, Access::Read);
        let free = state(self, lock).is_free();
        if state(self, lock).waiting == 0 {
            return true;
        }
        // Whether it is free depends on those who give their shares back.
        self.touch(lock, Access::Read);
        free || !self.puts_writers_first()
    }

    /// Whether waiting writers go before new readers in this execution.
    fn puts_writers_first(&mut self) -> bool {
        if let Some(known) = self.writers_first {
            return known;
        }
        let writers_first = self.pick(2, Pick::Policy) == 1;
        self.writers_first = Some(writers_first);
        writers_first
    }
}

/// Takes a share of the lock if nobody writes; whether it did.
pub fn try_read(lock: ObjectId, location: Place) -> bool {
    try_to(OpKind::TryRead, lock, location, |execution| {
        let free = state(execution, lock).writer.is_none() && execution.lets_readers_in(lock);
        if free {
            take_share(execution, lock, location);
        }
        free
    })
}

/// Takes the lock if nobody reads or writes; whether it did.
pub fn try_write(lock: ObjectId, location: Place) -> bool {
    try_to(OpKind::TryWrite, lock, location, |execution| {
        let free = state(execution, lock).is_free();
        if free {
            take_all(execution, lock, location);
        }
        free
    })
}

/// Gives a share back.
pub fn read_unlock(lock: ObjectId, location: Place) {
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
        let shares = &mut execution.tasks[current].shares;
        *shares = shares.saturating_sub(1);
        leave(execution, lock);
    });
}

/// Gives the whole lock back. `borrowed` is what it protects, if the thread has borrowed it
/// mutably.
pub fn write_unlock(lock: ObjectId, borrowed: Option<Protected>, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::WriteUnlock, lock, location), None);
    }
    with(|execution| {
        execution.touch(lock, Access::Release);
        execution.note_borrowed(lock, borrowed);
        state(execution, lock).writer = None;
        leave(execution, lock);
        publish(execution, lock);
    });
}

/// Makes a share of the whole lock: other readers may come, other writers not yet. `borrowed` is
/// as for [`write_unlock`].
pub fn downgrade(lock: ObjectId, borrowed: Option<Protected>, location: Place) {
    let downgrade = op(OpKind::Downgrade, lock, location);
    if with(|execution| !execution.over) {
        point(downgrade, None);
    }
    with(|execution| {
        execution.note_borrowed(lock, borrowed);
        execution.touch(lock, Access::Write);
        let state = state(execution, lock);
        let held = state.writer.take();
        state.readers.extend(held);
        let current = execution.current;
        execution.tasks[current].shares += 1;
        leave(execution, lock);
        publish(execution, lock);
        execution.record(downgrade, Effect::Done);
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
        execution.record(tried, Effect::Tried { taken });
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
    let task = &mut execution.tasks[by];
    task.clock.join(&written);
    task.shares += 1;
    execution.see_poison(lock);
}

fn take_all(execution: &mut Execution, lock: ObjectId, location: Place) {
    let by = execution.current;
    state(execution, lock).writer = Some(Held {
        by,
        since: location,
    });
    let clock = &mut execution.tasks[by].clock;
    clock.join(&execution.objects[lock.0 as usize].clock);
    execution.see_poison(lock);
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
