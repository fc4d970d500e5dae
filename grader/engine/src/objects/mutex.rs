//! Mutual exclusion.

use std::panic::Location;

use super::{Facts, Held, Id, Object, Wait, op, poison};
use crate::{
    access::Access,
    execution::Execution,
    op::TaskId,
    progress::Protected,
    readiness::BlockOn,
    runtime::{point, with},
    task::Task,
    trace::Effect,
};

type Place = &'static Location<'static>;

/// A mutex.
#[derive(Debug, Default)]
pub struct Mutex {
    owner: Option<Held>,
    /// The latest moment at which a thread tried in vain to take it.
    tried: u64,
    was_poisoned: bool,
}

/// What threads do to a mutex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Acquire it.
    Lock,
    /// Acquire it if it is free.
    TryLock,
    /// Release it.
    Unlock,
    /// Wake from a condition variable and take it again.
    Reacquire,
    /// Something that is done to its poison flag.
    Poison(poison::Operation),
}

impl Object for Mutex {
    type Operation = Operation;
    const PARTS: u32 = poison::PARTS;

    fn slot(id: Id<Self>) -> Option<BlockOn> {
        Some(BlockOn::mutex(id))
    }

    #[inline]
    fn facts(id: Id<Self>, operation: Operation) -> Facts {
        let taken = Wait::While(BlockOn::mutex(id));
        match operation {
            Operation::Lock => Facts::takes(taken, Access::Acquire),
            Operation::Reacquire => Facts::takes(taken, Access::Acquire).spurious(),
            Operation::TryLock => Facts::LEARNS,
            Operation::Unlock => Facts::TELLS,
            Operation::Poison(operation) => operation.facts(),
        }
    }

    fn is_enabled(&self, operation: Operation, task: &Task) -> bool {
        match operation {
            Operation::Lock => self.owner.is_none(),
            Operation::Reacquire => task.has_been_woken() && self.owner.is_none(),
            Operation::TryLock | Operation::Unlock | Operation::Poison(_) => true,
        }
    }

    fn holder(&self, operation: Operation, _: TaskId, task: &Task) -> Option<Held> {
        match operation {
            Operation::Lock => self.owner,
            Operation::Reacquire => self.owner.filter(|_| task.has_been_woken()),
            Operation::TryLock | Operation::Unlock | Operation::Poison(_) => None,
        }
    }
}

impl poison::Lock for Mutex {
    fn operation(operation: poison::Operation) -> Operation {
        Operation::Poison(operation)
    }

    fn was_poisoned(&mut self) -> &mut bool {
        &mut self.was_poisoned
    }
}

impl Mutex {
    /// Whether `task` has it.
    #[inline]
    pub(crate) fn is_held_by(&self, task: TaskId) -> bool {
        self.owner.is_some_and(|held| held.by == task)
    }
}

/// Waits until the mutex is free and takes it. A thread that holds it already waits for ever.
pub fn lock(mutex: Id<Mutex>, location: Place) {
    let op = op(Operation::Lock, mutex, location);
    point(op, None);
    with(|execution| {
        execution.touch(mutex, Access::Acquire);
        execution.acquire(mutex, location);
        execution.record(op, Effect::Done);
    });
}

/// Takes the mutex if it is free; whether it was.
pub fn try_lock(mutex: Id<Mutex>, location: Place) -> bool {
    with(Execution::tell_releases);
    let op = op(Operation::TryLock, mutex, location);
    point(op, None);
    with(|execution| {
        execution.touch(mutex, Access::Write);
        let free = execution.state(mutex).owner.is_none();
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
pub fn unlock(mutex: Id<Mutex>, borrowed: Option<Protected>, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(Operation::Unlock, mutex, location), None);
    }
    with(|execution| {
        execution.note_borrowed(mutex, borrowed);
        execution.release(mutex);
    });
}

impl Execution {
    /// The current thread finds that the mutex is taken. It learns nothing by that, but it is no
    /// earlier than the last release, and no later than the release to come.
    fn try_in_vain(&mut self, mutex: Id<Mutex>) {
        let known = self.entry(mutex).clock.time();
        let clock = &mut self.tasks[self.current].clock;
        clock.advance_to(known);
        let now = clock.time();
        let mutex = self.state(mutex);
        mutex.tried = mutex.tried.max(now);
    }

    /// The current thread takes the mutex, which nobody has.
    #[inline]
    pub(super) fn acquire(&mut self, mutex: Id<Mutex>, location: Place) {
        self.synchronise(mutex);
        self.see_poison(mutex);
        let by = self.current;
        self.state(mutex).owner = Some(Held {
            by,
            since: location,
        });
        self.readiness.block(BlockOn::mutex(mutex));
    }

    /// The current thread gives the mutex back.
    pub(super) fn release(&mut self, mutex: Id<Mutex>) {
        self.touch(mutex, Access::Release);
        let state = self.state(mutex);
        state.owner = None;
        let tried = state.tried;
        let current = self.current;
        self.tasks[current].clock.advance_to(tried);
        self.readiness.unblock(BlockOn::mutex(mutex));
        self.hand_over(mutex);
    }
}
