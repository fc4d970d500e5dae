//! The readers of a reader-writer lock.

use super::{Id, Operation, Place, QUEUE, RwLock, leave, op, try_to};
use crate::{
    access::Access,
    execution::Execution,
    objects::Held,
    runtime::{point, with},
    strategy::Pick,
    trace::Effect,
};

/// Waits until nobody writes, and takes a share of the lock. Writers that wait may go first,
/// and if one of them waits for a share that the thread itself holds, that is for ever.
pub fn read(lock: Id<RwLock>, location: Place) {
    let read = op(Operation::Read, lock, location);
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
    point(op(Operation::ReadBehind, lock, location), None);
    with(|execution| {
        execution.touch(lock, Access::AcquireShared);
        execution.touch(lock, Access::Read);
        execution.touch_part(lock, QUEUE, Access::Read);
        take_share(execution, lock, location);
        execution.record(read, Effect::Done);
    });
}

/// Takes a share of the lock if nobody writes; whether it did.
pub fn try_read(lock: Id<RwLock>, location: Place) -> bool {
    try_to(Operation::TryRead, lock, location, |execution| {
        let free = execution.state(lock).writer.is_none() && execution.lets_readers_in(lock);
        if free {
            take_share(execution, lock, location);
        }
        free
    })
}

/// Gives a share back.
pub fn read_unlock(lock: Id<RwLock>, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(Operation::ReadUnlock, lock, location), None);
    }
    with(|execution| {
        execution.touch(lock, Access::ReleaseShared);
        let current = execution.current;
        let state = execution.state(lock);
        let mine = state.readers.iter().rposition(|held| held.by == current);
        if let Some(mine) = mine {
            state.readers.remove(mine);
        }
        let shares = &mut execution.tasks[current].shares;
        *shares = shares.saturating_sub(1);
        leave(execution, lock);
    });
}

impl Execution {
    /// Whether a reader gets in, while nobody writes.
    fn lets_readers_in(&mut self, lock: Id<RwLock>) -> bool {
        if !self.shows_releases() {
            return true;
        }
        self.touch_part(lock, QUEUE, Access::Read);
        let free = self.state(lock).is_free();
        if self.state(lock).waiting == 0 {
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

fn take_share(execution: &mut Execution, lock: Id<RwLock>, location: Place) {
    let by = execution.current;
    let state = execution.state(lock);
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
