//! Says in the protocol's types what the engine recorded. Every match names all kinds, so that a
//! new one does not compile until it has a form in the protocol.

use arrayvec::ArrayString;
use grader_schema::{
    left::{Left, LeftKinds},
    protocol::{Blocked, Ending, Holder, Leaked, Location, Outside, Racing, Use},
    step::{
        ArcOperation, AtomicOperation, BarrierOperation, Begun, Cause, CellOperation,
        ChannelOperation, Class, CondvarOperation, Counted, Effect, Loaded, MutexOperation,
        OnceOperation, Operation, Received, RwLockOperation, Sent, Signal, SignalEffect, Step,
        SystemOperation, ThreadOperation, Value,
    },
    system_choices::Surprise,
};
use interleave::{
    Op, OpKind, Outcome, PanicRecord, ValueType, Written,
    objects::{
        self, arc,
        atomic::{self, Exchanged},
        barrier, cell, channel, condvar, mutex, once, poison, rwlock, system, thread,
    },
};

use super::places::{Places, location};

pub(super) fn ending(outcome: &Outcome, places: &mut Places<'_>) -> Ending {
    let mut all = |threads: &[interleave::Blocked]| {
        let threads = threads.iter();
        threads.map(|thread| blocked(thread, places)).collect()
    };
    match outcome {
        Outcome::Completed => Ending::Completed,
        Outcome::Deadlock(threads) => Ending::Deadlock(all(threads)),
        Outcome::Panicked(panic) => panicked(panic),
        Outcome::NoProgress(threads) => Ending::NoProgress {
            threads: all(threads),
        },
        Outcome::DataRace(first, second) => Ending::DataRace {
            first: racing(first),
            second: racing(second),
        },
        Outcome::OutputLimit => Ending::OutputLimit,
        // The scenario is the first process.
        Outcome::Killed(ended_by) => Ending::Killed {
            thread: 0,
            signal: signal(*ended_by),
        },
        Outcome::Diverged { step } => Ending::Diverged { step: *step },
    }
}

pub(super) fn panicked(panic: &PanicRecord) -> Ending {
    Ending::Panicked {
        thread: panic.task,
        message: panic.message.clone(),
        location: panic
            .place
            .clone()
            .map(|(file, line, column)| Location { file, line, column }),
    }
}

pub(super) fn outside(outside: interleave::Outside) -> Outside {
    match outside {
        interleave::Outside::Environment => Outside::Environment,
        interleave::Outside::Files => Outside::Files,
        interleave::Outside::Addresses => Outside::Addresses,
    }
}

fn racing(racing: &interleave::Racing) -> Racing {
    Racing {
        thread: racing.task,
        wrote: racing.wrote,
        location: location(racing.location),
    }
}

fn blocked(blocked: &interleave::Blocked, places: &mut Places<'_>) -> Blocked {
    Blocked {
        thread: blocked.task,
        operation: operation(&blocked.op),
        location: places.of(blocked.op.location, &blocked.stack),
        holder: blocked.holder,
        held_since: blocked.held_since.map(location),
        holders: blocked.call.iter().flat_map(holders).collect(),
    }
}

fn holders(call: &interleave::WaitingCall) -> impl Iterator<Item = Holder> {
    call.holders.iter().map(|holder| Holder {
        thread: holder.task,
        fd: holder.fd,
    })
}

pub(super) fn leaked(leaked: &interleave::Leaked) -> Leaked {
    Leaked {
        thread: leaked.task,
        spawned: location(leaked.spawned),
        location: location(leaked.at),
    }
}

/// What processes have left, of the kinds that are asked for.
pub(super) fn left_behind(left: &[system::Left], kinds: LeftKinds) -> Box<[Left]> {
    let left = left.iter().cloned().map(|left| match left {
        system::Left::Running(task) => Left::Running(task),
        system::Left::Zombie(task) => Left::Zombie(task),
        system::Left::Descriptor(fd, call) => Left::Descriptor {
            fd,
            call: call.to_owned(),
        },
        system::Left::SharedMemory(name) => Left::SharedMemory(name),
        system::Left::Semaphore(name) => Left::Semaphore(name),
        system::Left::File(path) => Left::File(path),
    });
    left.filter(|left| kinds.has(left.kind())).collect()
}

pub(super) fn used(used: &interleave::Use) -> Use {
    Use {
        class: class(used.class),
        location: location(used.location),
    }
}

fn class(class: interleave::Class) -> Class {
    match class {
        interleave::Class::Mutex => Class::Mutex,
        interleave::Class::Condvar => Class::Condvar,
        interleave::Class::Atomic => Class::Atomic,
        interleave::Class::Channel => Class::Channel,
        interleave::Class::RwLock => Class::RwLock,
        interleave::Class::Barrier => Class::Barrier,
        interleave::Class::Once => Class::Once,
        interleave::Class::Cell => Class::Cell,
        interleave::Class::Arc => Class::Arc,
        interleave::Class::System => Class::System,
    }
}

pub(super) fn step(step: interleave::Step, places: &mut Places<'_>) -> Step {
    Step {
        thread: step.task,
        operation: operation(&step.op),
        location: places.of(step.op.location, &step.stack),
        effect: effect(step.effect),
    }
}

fn operation(op: &Op) -> Operation {
    match op.kind {
        OpKind::Thread(operation) => Operation::Thread(thread(operation)),
        OpKind::Fence => Operation::Fence,
        OpKind::Event => Operation::Event,
        OpKind::Mutex(id, operation) => Operation::Mutex(id.number(), mutex(operation)),
        OpKind::Condvar(id, operation) => Operation::Condvar(id.number(), condvar(operation)),
        OpKind::Atomic(id, operation) => Operation::Atomic(id.number(), atomic(operation)),
        OpKind::Channel(id, operation) => Operation::Channel(id.number(), channel(operation)),
        OpKind::RwLock(id, operation) => Operation::RwLock(id.number(), rwlock(operation)),
        OpKind::Barrier(id, operation) => Operation::Barrier(id.number(), barrier(operation)),
        OpKind::Once(id, operation) => Operation::Once(id.number(), once(operation)),
        OpKind::Cell(id, operation) => Operation::Cell(id.number(), cell(operation)),
        OpKind::Arc(id, operation) => Operation::Arc(id.number(), arc(operation)),
        OpKind::System(id, operation) => Operation::System(id.number(), system(operation)),
    }
}

fn thread(operation: thread::Operation) -> ThreadOperation {
    use thread::Operation;
    match operation {
        Operation::Start => ThreadOperation::Start,
        Operation::Exit => ThreadOperation::Exit,
        Operation::Spawn(other) => ThreadOperation::Spawn(other.task()),
        Operation::Join(other) | Operation::JoinScoped(other) => {
            ThreadOperation::Join(other.task())
        }
        Operation::Sleep => ThreadOperation::Sleep,
        Operation::SleepForever => ThreadOperation::SleepForever,
        Operation::Yield => ThreadOperation::Yield,
        Operation::Park => ThreadOperation::Park,
        Operation::Unpark(other) => ThreadOperation::Unpark(other.task()),
    }
}

fn mutex(operation: mutex::Operation) -> MutexOperation {
    match operation {
        mutex::Operation::Lock => MutexOperation::Lock,
        mutex::Operation::TryLock => MutexOperation::TryLock,
        mutex::Operation::Unlock => MutexOperation::Unlock,
        mutex::Operation::Reacquire => MutexOperation::Reacquire,
        mutex::Operation::Poison(poison::Operation::Set) => MutexOperation::Poison,
        mutex::Operation::Poison(poison::Operation::Look) => MutexOperation::LookForPoison,
        mutex::Operation::Poison(poison::Operation::Clear) => MutexOperation::ClearPoison,
    }
}

fn condvar(operation: condvar::Operation) -> CondvarOperation {
    match operation {
        condvar::Operation::Wait => CondvarOperation::Wait,
        condvar::Operation::NotifyOne => CondvarOperation::NotifyOne,
        condvar::Operation::NotifyAll => CondvarOperation::NotifyAll,
    }
}

fn atomic(operation: atomic::Operation) -> AtomicOperation {
    match operation {
        atomic::Operation::Load => AtomicOperation::Load,
        atomic::Operation::Store => AtomicOperation::Store,
        atomic::Operation::ReadModifyWrite => AtomicOperation::ReadModifyWrite,
    }
}

fn channel(operation: channel::Operation) -> ChannelOperation {
    match operation {
        channel::Operation::Send => ChannelOperation::Send,
        channel::Operation::TrySend => ChannelOperation::TrySend,
        channel::Operation::Handover(_) => ChannelOperation::Handover,
        channel::Operation::Receive | channel::Operation::ReceiveArrive => {
            ChannelOperation::Receive
        }
        channel::Operation::TryReceive => ChannelOperation::TryReceive,
        channel::Operation::Disconnect => ChannelOperation::Disconnect,
    }
}

fn rwlock(operation: rwlock::Operation) -> RwLockOperation {
    match operation {
        rwlock::Operation::Read => RwLockOperation::Read,
        rwlock::Operation::ReadBehind => RwLockOperation::ReadBehind,
        rwlock::Operation::Write | rwlock::Operation::WriteArrive => RwLockOperation::Write,
        rwlock::Operation::TryRead => RwLockOperation::TryRead,
        rwlock::Operation::TryWrite => RwLockOperation::TryWrite,
        rwlock::Operation::ReadUnlock => RwLockOperation::ReadUnlock,
        rwlock::Operation::WriteUnlock => RwLockOperation::WriteUnlock,
        rwlock::Operation::Downgrade => RwLockOperation::Downgrade,
        rwlock::Operation::Poison(poison::Operation::Set) => RwLockOperation::Poison,
        rwlock::Operation::Poison(poison::Operation::Look) => RwLockOperation::LookForPoison,
        rwlock::Operation::Poison(poison::Operation::Clear) => RwLockOperation::ClearPoison,
    }
}

fn barrier(operation: barrier::Operation) -> BarrierOperation {
    match operation {
        barrier::Operation::Arrive => BarrierOperation::Arrive,
        barrier::Operation::Pass => BarrierOperation::Pass,
    }
}

fn once(operation: once::Operation) -> OnceOperation {
    match operation {
        once::Operation::Begin => OnceOperation::Begin,
        once::Operation::End => OnceOperation::End,
        once::Operation::Look => OnceOperation::Look,
        once::Operation::Wait | once::Operation::WaitForce => OnceOperation::Wait,
    }
}

fn cell(operation: cell::Operation) -> CellOperation {
    match operation {
        cell::Operation::Read => CellOperation::Read,
        cell::Operation::Write => CellOperation::Write,
    }
}

fn arc(operation: arc::Operation) -> ArcOperation {
    match operation {
        arc::Operation::Clone => ArcOperation::Clone,
        arc::Operation::Drop => ArcOperation::Drop,
        arc::Operation::Downgrade => ArcOperation::Downgrade,
        arc::Operation::WeakClone => ArcOperation::WeakClone,
        arc::Operation::WeakDrop => ArcOperation::WeakDrop,
        arc::Operation::Complete => ArcOperation::Complete,
        arc::Operation::StrongCount => ArcOperation::StrongCount,
        arc::Operation::WeakCount => ArcOperation::WeakCount,
        arc::Operation::TryUnwrap => ArcOperation::TryUnwrap,
        arc::Operation::IntoInner => ArcOperation::IntoInner,
        arc::Operation::GetMut => ArcOperation::GetMut,
        arc::Operation::MakeMut => ArcOperation::MakeMut,
        arc::Operation::Upgrade => ArcOperation::Upgrade,
    }
}

fn system(operation: system::Operation) -> SystemOperation {
    SystemOperation {
        process: operation.process(),
        // Each name is short.
        name: ArrayString::from(operation.name()).unwrap_or_default(),
        fd: operation.fd(),
    }
}

fn signal(signal: kernel::Signal) -> Signal {
    Signal {
        // Each name is short.
        name: ArrayString::from(&signal.to_string()).unwrap_or_default(),
        number: signal.number(),
    }
}

fn effect(effect: interleave::Effect) -> Effect {
    match effect {
        interleave::Effect::Done => Effect::Done,
        interleave::Effect::Blocked(holder) => Effect::Blocked(holder),
        interleave::Effect::Woken(cause) => Effect::Woken(match cause {
            interleave::Cause::Notified(by) => Cause::Notified(by),
            interleave::Cause::TimedOut => Cause::TimedOut,
            interleave::Cause::Spurious => Cause::Spurious,
        }),
        interleave::Effect::Tried { taken } => Effect::Tried { taken },
        interleave::Effect::Woke(threads) => Effect::Woke(threads),
        interleave::Effect::Loaded(values, seen) => Effect::Loaded(loaded(values, seen)),
        interleave::Effect::Stored(values, written) => stored(values, written),
        interleave::Effect::Exchanged {
            values,
            expected,
            exchanged,
        } => match exchanged {
            Exchanged::Done(written) => stored(values, written),
            Exchanged::Different(found) => Effect::Refused {
                found: loaded(values, found),
                expected: value(values, expected),
            },
            Exchanged::Unlucky => Effect::FailedSpuriously {
                expected: value(values, expected),
            },
        },
        interleave::Effect::Sent(sent) => Effect::Sent(match sent {
            objects::channel::Sent::Delivered => Sent::Delivered,
            objects::channel::Sent::Full => Sent::Full,
            objects::channel::Sent::Disconnected => Sent::Disconnected,
        }),
        interleave::Effect::Received(received) => Effect::Received(match received {
            objects::channel::Received::Message => Received::Message,
            objects::channel::Received::Empty => Received::Empty,
            objects::channel::Received::Disconnected => Received::Disconnected,
            objects::channel::Received::TimedOut => Received::TimedOut,
        }),
        interleave::Effect::Arrived { last } => Effect::Arrived { last },
        interleave::Effect::Begun(begun) => Effect::Begun(match begun {
            objects::once::Begun::Mine { .. } => Begun::Mine,
            objects::once::Begun::Done => Begun::Done,
            objects::once::Begun::Poisoned => Begun::Poisoned,
        }),
        interleave::Effect::Looked { done } => Effect::Looked { done },
        interleave::Effect::Counted(counted) => Effect::Counted(match counted {
            interleave::Counted::Alone => Counted::Alone,
            interleave::Counted::Watched => Counted::Watched,
            interleave::Counted::Gone => Counted::Gone,
            interleave::Counted::Changed { old, new } => Counted::Changed { old, new },
            interleave::Counted::Told(count) => Counted::Told(count),
        }),
        interleave::Effect::Called(call, None) => Effect::Called(call),
        interleave::Effect::Called(call, Some(surprise)) => {
            Effect::Surprised(call, surprised(surprise))
        }
        interleave::Effect::Signal(taken) => {
            let does = match taken.effect {
                kernel::Effect::Ends => SignalEffect::Ends,
                kernel::Effect::Stops => SignalEffect::Stops,
                kernel::Effect::Nothing => SignalEffect::Nothing,
                kernel::Effect::Handled { .. } => SignalEffect::Handled,
            };
            Effect::Signal(signal(taken.signal), does)
        }
        interleave::Effect::Continued => Effect::Continued,
        // Events are recorded in the order of the history.
        interleave::Effect::Recorded(index) => Effect::Recorded(index),
    }
}

fn loaded(values: ValueType, loaded: interleave::Loaded) -> Loaded {
    Loaded {
        value: value(values, loaded.value),
        missed: loaded.missed.map(|bits| value(values, bits)),
    }
}

fn stored(values: ValueType, written: Written) -> Effect {
    Effect::Stored {
        old: value(values, written.old),
        new: value(values, written.new),
        hidden_by: written.hidden_by.map(|bits| value(values, bits)),
    }
}

fn value(values: ValueType, bits: u64) -> Value {
    match values {
        ValueType::Bool => Value::Bool(bits != 0),
        ValueType::Unsigned => Value::Natural(bits),
        ValueType::Signed => match bits.cast_signed() {
            negative @ ..0 => Value::Negative(negative),
            _ => Value::Natural(bits),
        },
        ValueType::Pointer => Value::Address {
            address: 0,
            offset: bits,
        },
    }
}

/// What the system did in a call.
fn surprised(surprise: interleave::Surprise) -> Surprise {
    match surprise {
        interleave::Surprise::Short { bytes, of } => Surprise::Short {
            bytes: bytes as u64,
            of: of as u64,
        },
        interleave::Surprise::Interrupted => Surprise::Interrupted,
        interleave::Surprise::Reset => Surprise::Reset,
        interleave::Surprise::Reaped(child) => Surprise::Reaped(child),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_by_their_type_and_sign() {
        let minus_one = u64::MAX;
        assert_eq!(value(ValueType::Bool, 1), Value::Bool(true));
        assert_eq!(value(ValueType::Signed, minus_one), Value::Negative(-1));
        assert_eq!(value(ValueType::Signed, 7), Value::Natural(7));
        assert_eq!(
            value(ValueType::Unsigned, minus_one),
            Value::Natural(u64::MAX)
        );
        let pointer = Value::Address {
            address: 0,
            offset: 8,
        };
        assert_eq!(value(ValueType::Pointer, 8), pointer);
    }
}
