//! Atomic variables: their values are sequentially consistent whatever ordering is asked for,
//! or, if the execution is to have weakly ordered memory, as the program
//! says. What they order of plain memory is always as the program says.
//!
//! The newest value is in memory, where the modelled library reads and writes it. Values are
//! passed as bits.

use std::{panic::Location, sync::atomic::Ordering};

use super::{Facts, Held, Id, Object, OpKind, op};
use crate::{
    access::Access,
    execution::Execution,
    memory::{Loaded, Stores, Written},
    op::{Op, TaskId},
    runtime::{point, with},
    task::Task,
    trace::{Effect, ValueType},
};

type Place = &'static Location<'static>;

/// An atomic variable.
#[derive(Debug, Default)]
pub struct Atomic {
    /// What loads may see on weakly ordered memory.
    pub(crate) stores: Stores,
}

/// What threads do to an atomic variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Read it.
    Load,
    /// Write it.
    Store,
    /// Read and write it in one step.
    ReadModifyWrite,
}

impl Object for Atomic {
    type Operation = Operation;
    const PARTS: u32 = 1;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        match operation {
            Operation::Load => Facts::LEARNS.reads(),
            Operation::Store => Facts::TELLS,
            Operation::ReadModifyWrite => Facts::LEARNS,
        }
    }

    fn is_enabled(&self, operation: Operation, _: &Task) -> bool {
        match operation {
            Operation::Load | Operation::Store | Operation::ReadModifyWrite => true,
        }
    }

    fn holder(&self, operation: Operation, _: TaskId, _: &Task) -> Option<Held> {
        match operation {
            Operation::Load | Operation::Store | Operation::ReadModifyWrite => None,
        }
    }
}

/// A compare-and-exchange.
#[derive(Debug, Clone, Copy)]
pub struct Exchange {
    /// What must be there.
    pub expected: u64,
    /// The ordering if it is there.
    pub success: Ordering,
    /// The ordering if it is not.
    pub failure: Ordering,
    /// Whether it may fail for no reason.
    pub weak: bool,
}

/// What came of a [`Exchange`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchanged {
    /// It was done.
    Done(Written),
    /// Another value was there.
    Different(Loaded),
    /// It failed for no reason.
    Unlucky,
}

/// Announces a load and does it. `memory` gives the bits that are in memory, and `values` says
/// how a trace is to read bits.
pub fn load(
    object: Id<Atomic>,
    order: Ordering,
    location: Place,
    memory: impl FnOnce() -> u64,
    values: ValueType,
) -> u64 {
    let op = op(Operation::Load, object, location);
    point(op, None);
    let newest = memory();
    let loaded = with(|execution| {
        execution.note_look(location);
        if execution.is_weak() {
            return execution.weak_load(object, order, newest);
        }
        execution.touch(object, Access::Read);
        execution.load_newest(object, order);
        Loaded {
            value: newest,
            missed: None,
        }
    });
    note(op, || Effect::Loaded(values, loaded));
    loaded.value
}

/// Announces a store and does it. `write` writes `value` into memory, unless another thread
/// has overwritten it already.
pub fn store(
    object: Id<Atomic>,
    order: Ordering,
    value: u64,
    location: Place,
    memory: impl FnOnce() -> u64,
    write: impl FnOnce(),
    values: ValueType,
) {
    let op = op(Operation::Store, object, location);
    point(op, None);
    let newest = memory();
    let written = with(|execution| {
        execution.change(newest != value);
        if execution.is_weak() {
            return execution.weak_store(object, order, value, newest);
        }
        execution.touch(object, Access::Write);
        execution.store_newest(object, order);
        Written::last(newest, value)
    });
    if written.hidden_by.is_none() {
        write();
    }
    note(op, || Effect::Stored(values, written));
}

/// Announces a read-modify-write that always writes, and does it; the value before. `update`
/// does it in memory, or on the value that it is given, and says what was there and what is
/// there now.
pub fn update(
    object: Id<Atomic>,
    order: Ordering,
    location: Place,
    memory: impl FnOnce() -> u64,
    update: impl Fn(Option<u64>) -> (u64, u64),
    values: ValueType,
) -> u64 {
    let op = op(Operation::ReadModifyWrite, object, location);
    point(op, None);
    let is_weak = with(|execution| {
        let is_weak = execution.is_weak();
        if !is_weak {
            execution.touch(object, Access::Write);
            execution.update_newest(object, order);
        }
        is_weak
    });
    let written = if is_weak {
        let newest = memory();
        // Nobody else runs until it is kept.
        let place = with(|execution| execution.weak_place_of_update(object, order, newest));
        let (old, new) = update(place.found_elsewhere);
        with(|execution| {
            execution.change(old != new);
            execution.weak_update(object, order, place, new)
        })
    } else {
        let (old, new) = update(None);
        if old != new {
            with(Execution::progress);
        }
        Written::last(old, new)
    };
    note(op, || Effect::Stored(values, written));
    written.old
}

/// Announces an exchange and does it. `write` writes `new` into memory, unless another thread
/// has overwritten it already.
///
/// # Errors
///
/// With the value that was found, if the exchange does not take place.
pub fn exchange(
    object: Id<Atomic>,
    exchange: Exchange,
    new: u64,
    location: Place,
    memory: impl FnOnce() -> u64,
    write: impl FnOnce(),
    values: ValueType,
) -> Result<u64, u64> {
    let op = op(Operation::ReadModifyWrite, object, location);
    point(op, None);
    let newest = memory();
    let exchanged = with(|execution| {
        let exchanged = if execution.is_weak() {
            execution.weak_exchange(object, exchange, new, newest)
        } else {
            execution.touch(object, Access::Write);
            let unlucky = exchange.weak && execution.is_unlucky();
            let done = !unlucky && newest == exchange.expected;
            execution.exchange_newest(object, exchange, done);
            if unlucky {
                Exchanged::Unlucky
            } else if done {
                Exchanged::Done(Written::last(newest, new))
            } else {
                let (value, missed) = (newest, None);
                Exchanged::Different(Loaded { value, missed })
            }
        };
        execution.change(matches!(exchanged, Exchanged::Done(written) if written.old != new));
        exchanged
    });
    if matches!(exchanged, Exchanged::Done(written) if written.hidden_by.is_none()) {
        write();
    }
    note(op, || Effect::Exchanged {
        values,
        expected: exchange.expected,
        exchanged,
    });
    match exchanged {
        Exchanged::Done(written) => Ok(written.old),
        Exchanged::Different(loaded) => Err(loaded.value),
        Exchanged::Unlucky => Err(newest),
    }
}

/// What is to be known of a fence.
pub(super) const FENCE: Facts = Facts::LEARNS;

/// A fence. While every atomic is sequentially consistent it has a part in what orders plain
/// memory, and in no value that is read.
pub fn fence(order: Ordering, location: Place) {
    let op = Op {
        kind: OpKind::Fence,
        location,
    };
    point(op, None);
    with(|execution| {
        if execution.is_weak() {
            execution.weak_fence(order);
        } else {
            execution.fence(order);
        }
        execution.record(op, Effect::Done);
    });
}

impl Execution {
    /// Whether the current step changes an atomic.
    fn change(&mut self, changed: bool) {
        if changed {
            self.progress();
        }
    }
}

/// Keeps the step, if the execution is traced.
#[inline]
fn note(op: Op, effect: impl FnOnce() -> Effect) {
    with(|execution| {
        if execution.config.traced {
            execution.record(op, effect());
        }
    });
}
