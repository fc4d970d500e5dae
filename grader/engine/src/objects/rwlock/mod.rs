//! Locks for many readers or one writer.
//!
//! Readers learn what earlier writers knew, and writers what everybody knew; readers
//! learn nothing from one another, so a lock has two clocks.
//!
//! Whether a reader that comes while a writer waits goes first is up to the operating system
//! ("might or might not block", says the documentation), so both are tried: which of them an
//! execution has is [picked](crate::strategy::Pick::Policy) when it matters first. A reader that lets waiting
//! writers go first could as well have come after them, unless somebody who keeps the writers
//! out waits for that reader, or somebody tries to read without waiting. Only in such programs,
//! which are noticed because a thread waits while it holds a share, or because of the attempt,
//! is the beginning of a writer's wait a step. Under either policy a reader gets in while nobody
//! has the lock: a writer that has been woken may be slower.

mod readers;
mod writers;

use std::panic::Location;

use super::{Facts, Held, Id, Object, Wait, op, poison};
use crate::{
    access::{Access, Part},
    clock::VectorClock,
    execution::Execution,
    op::TaskId,
    runtime::{point, with},
    task::Task,
    trace::Effect,
};

pub use readers::{read, read_unlock, try_read};
pub use writers::{downgrade, try_write, write, write_unlock};

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
