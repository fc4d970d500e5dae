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

use super::{Facts, Held, Id, Object, Wait, op, poison};
use crate::{
    access::{Access, Part},
    clock::VectorClock,
    execution::Execution,
    op::TaskId,
    progress::Protected,
    runtime::{point, with},
    strategy::Pick,
    task::Task,
    trace::Effect,
};

type Place = &'static Location<'static>;

/// A lock for many readers or one writer.
#[derive(Debug, Default)]
pub struct RwLock {
    writer: Option<Held>,
    readers: Vec<Held>,
    /// What the writers knew; the clock of the object is everybody's.
    written: VectorClock,
    /// The latest moment at which a thread tried in vain to take it.
    tried: u64,
    /// How many writers are known to wait for it.
    waiting: u32,
    was_poisoned: bool,
}

/// What threads do to a reader-writer lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Take a share, or find that a writer waits and comes first.
    Read,
    /// Take a share, now that no writer waits any more.
    ReadBehind,
    /// Come to write: take the lock if it is free, or begin to wait.
    WriteArrive,
    /// Take the lock for writing.
    Write,
    /// Take a share if it can be had at once.
    TryRead,
    /// Take the lock for writing if it is free.
    TryWrite,
    /// Give back a share.
    ReadUnlock,
    /// Give back the lock after writing.
    WriteUnlock,
    /// Make a share of a lock that was taken for writing.
    Downgrade,
    /// Something that is done to its poison flag.
    Poison(poison::Operation),
}

/// The writers that wait for the lock.
const QUEUE: Part = Part(poison::PARTS);

impl Object for RwLock {
    type Operation = Operation;
    const PARTS: u32 = poison::PARTS + 1;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        match operation {
            Operation::Read => Facts::takes(Wait::Until, Access::AcquireShared).reads(),
            Operation::ReadBehind => Facts::takes(Wait::Until, Access::AcquireShared),
            Operation::Write => Facts::takes(Wait::Until, Access::Acquire),
            Operation::WriteArrive
            | Operation::TryRead
            | Operation::TryWrite
            | Operation::Downgrade => Facts::LEARNS,
            Operation::ReadUnlock | Operation::WriteUnlock => Facts::TELLS,
            Operation::Poison(operation) => operation.facts(),
        }
    }

    fn is_enabled(&self, operation: Operation, _: &Task) -> bool {
        match operation {
            Operation::Read => self.writer.is_none(),
            // A writer that has been woken may be slower than a reader.
            Operation::ReadBehind => {
                self.writer.is_none() && (self.waiting == 0 || self.readers.is_empty())
            }
            Operation::Write => self.is_free(),
            Operation::WriteArrive
            | Operation::TryRead
            | Operation::TryWrite
            | Operation::ReadUnlock
            | Operation::WriteUnlock
            | Operation::Downgrade
            | Operation::Poison(_) => true,
        }
    }

    fn holder(&self, operation: Operation, id: TaskId, _: &Task) -> Option<Held> {
        match operation {
            Operation::Read => self.writer,
            Operation::ReadBehind => {
                // The reader that keeps the writer out, the thread itself before others.
                let own = self.readers.iter().find(|held| held.by == id);
                self.writer.or(own.or(self.readers.first()).copied())
            }
            Operation::Write => self.writer.or(self.readers.first().copied()),
            Operation::WriteArrive
            | Operation::TryRead
            | Operation::TryWrite
            | Operation::ReadUnlock
            | Operation::WriteUnlock
            | Operation::Downgrade
            | Operation::Poison(_) => None,
        }
    }
}

impl poison::Lock for RwLock {
    fn operation(operation: poison::Operation) -> Operation {
        Operation::Poison(operation)
    }

    fn was_poisoned(&mut self) -> &mut bool {
        &mut self.was_poisoned
    }
}

impl RwLock {
    fn is_free(&self) -> bool {
        self.writer.is_none() && self.readers.is_empty()
    }
}

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

fn try_to(
    operation: Operation,
    lock: Id<RwLock>,
    location: Place,
    take: impl FnOnce(&mut Execution) -> bool,
) -> bool {
    with(Execution::tell_releases);
    let tried = op(operation, lock, location);
    point(tried, None);
    with(|execution| {
        execution.touch(lock, Access::Write);
        let taken = take(execution);
        if !taken {
            // Nothing is learned but that it is not later than the release to come.
            let current = execution.current;
            let known = execution.entry(lock).clock.time();
            execution.tasks[current].clock.advance_to(known);
            let now = execution.tasks[current].clock.time();
            let state = execution.state(lock);
            state.tried = state.tried.max(now);
        }
        execution.record(tried, Effect::Tried { taken });
        taken
    })
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

fn take_all(execution: &mut Execution, lock: Id<RwLock>, location: Place) {
    let by = execution.current;
    execution.state(lock).writer = Some(Held {
        by,
        since: location,
    });
    execution.learn_from(lock);
    execution.see_poison(lock);
}

/// The lock learns what the thread that leaves it knows.
fn leave(execution: &mut Execution, lock: Id<RwLock>) {
    execution.settle_pointers(None);
    let tried = execution.state(lock).tried;
    let clock = &mut execution.tasks[execution.current].clock;
    clock.advance_to(tried);
    execution.teach(lock);
}

/// What was written is for the readers to come.
fn publish(execution: &mut Execution, lock: Id<RwLock>) {
    let clock = execution.tasks[execution.current].clock.clone();
    execution.state(lock).written.join(&clock);
}
