//! Facts about single steps, from which the cause of a failure is derived. Each match names all
//! operations, so that a new operation does not compile until its facts are stated.

use grader_schema::step::{
    ArcOperation, AtomicOperation, ChannelOperation, CondvarOperation, Effect, MutexOperation,
    Object, Operation, RwLockOperation, Step, Value,
};

/// Whether a step asks for the state of an object without waiting for it.
pub(super) fn asks(step: &Step) -> bool {
    match step.operation {
        Operation::Atomic(_, operation) => match operation {
            AtomicOperation::Load | AtomicOperation::ReadModifyWrite => true,
            AtomicOperation::Store => false,
        },
        Operation::Mutex(_, operation) => operation == MutexOperation::TryLock,
        Operation::RwLock(_, operation) => matches!(
            operation,
            RwLockOperation::TryRead | RwLockOperation::TryWrite
        ),
        Operation::Channel(_, operation) => matches!(
            operation,
            ChannelOperation::TryReceive | ChannelOperation::TrySend
        ),
        Operation::Arc(_, operation) => matches!(
            operation,
            ArcOperation::StrongCount
                | ArcOperation::WeakCount
                | ArcOperation::TryUnwrap
                | ArcOperation::GetMut
                | ArcOperation::Upgrade
        ),
        Operation::Thread(_)
        | Operation::Condvar(..)
        | Operation::Fence
        | Operation::Barrier(..)
        | Operation::Once(..)
        | Operation::Cell(..)
        | Operation::System(..)
        | Operation::Event => false,
    }
}

/// Whether a step leaves an object that others can ask for other than it was.
pub(super) fn changes(step: &Step) -> bool {
    match step.effect {
        Effect::Stored { old, new, .. } => old != new,
        Effect::Tried { taken } => taken,
        Effect::Done
        | Effect::Blocked(_)
        | Effect::Woken(_)
        | Effect::Woke(_)
        | Effect::Loaded(_)
        | Effect::Refused { .. }
        | Effect::FailedSpuriously { .. }
        | Effect::Sent(_)
        | Effect::Received(_)
        | Effect::Arrived { .. }
        | Effect::Begun(_)
        | Effect::Looked { .. }
        | Effect::Counted(_)
        | Effect::Called(_)
        | Effect::Surprised(..)
        | Effect::Signal(..)
        | Effect::Continued
        | Effect::Recorded(_) => false,
    }
}

/// The lock that a step took after it had waited for it, if it had to.
pub(super) fn taken_lock(step: &Step) -> Option<Object> {
    let takes = match step.operation {
        Operation::Mutex(_, operation) => operation == MutexOperation::Lock,
        Operation::RwLock(_, operation) => {
            matches!(operation, RwLockOperation::Read | RwLockOperation::Write)
        }
        Operation::Thread(_)
        | Operation::Condvar(..)
        | Operation::Atomic(..)
        | Operation::Fence
        | Operation::Channel(..)
        | Operation::Barrier(..)
        | Operation::Once(..)
        | Operation::Cell(..)
        | Operation::Arc(..)
        | Operation::System(..)
        | Operation::Event => false,
    };
    let is_done = step.effect == Effect::Done;
    step.operation.object().filter(|_| takes && is_done)
}

/// The lock that a step poisoned.
pub(super) fn poisoned_lock(step: &Step) -> Option<Object> {
    let poisons = matches!(
        step.operation,
        Operation::Mutex(_, MutexOperation::Poison) | Operation::RwLock(_, RwLockOperation::Poison)
    );
    step.operation.object().filter(|_| poisons)
}

/// What a step wrote to an atomic. A read-modify-write that left it as it was did not write.
pub(super) fn written(step: &Step) -> Option<Value> {
    let is_store = is_store(step);
    match step.effect {
        Effect::Stored { old, new, .. } if is_store || old != new => Some(new),
        _ => None,
    }
}

/// Whether a step writes an atomic without reading it.
pub(super) fn is_store(step: &Step) -> bool {
    matches!(step.operation, Operation::Atomic(_, AtomicOperation::Store))
}

/// Whether a step reads an atomic without writing it.
pub(super) fn is_load(step: &Step) -> bool {
    matches!(step.operation, Operation::Atomic(_, AtomicOperation::Load))
}

/// Whether a step begins to wait on a condition variable.
pub(super) fn begins_to_wait(step: &Step) -> bool {
    matches!(
        step.operation,
        Operation::Condvar(_, CondvarOperation::Wait)
    ) && step.effect == Effect::Done
}

/// Whether a step notified a condition variable on which no thread waited.
pub(super) fn notified_in_vain(step: &Step) -> bool {
    let notifies = matches!(
        step.operation,
        Operation::Condvar(_, CondvarOperation::NotifyOne | CondvarOperation::NotifyAll)
    );
    notifies && matches!(&step.effect, Effect::Woke(woken) if woken.is_empty())
}
