//! Atomic variables: sequentially consistent whatever ordering is asked for, or, if the
//! execution is to have weakly ordered [memory](crate::memory), as the program says.

use std::{panic::Location, sync::atomic::Ordering};

use crate::{
    access::Access,
    execution::Execution,
    memory::Loaded,
    object::ObjectId,
    op::{Op, OpKind},
    runtime::{is_tracing, point, with},
    trace::StepResult,
};

type Place = &'static Location<'static>;

/// How an atomic is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Written.
    Store(Ordering),
    /// Read and written in one step; the second ordering is that of an exchange that fails.
    ReadModifyWrite(Ordering, Ordering),
}

/// Announces a load and does it. `memory` gives the bits that are in memory, and
/// `describe` says what a traced execution notes.
pub fn atomic_load(
    object: ObjectId,
    order: Ordering,
    location: Place,
    memory: impl FnOnce() -> u64,
    describe: impl FnOnce(Loaded) -> String,
) -> u64 {
    let op = op(OpKind::Load, Some(object), location);
    point(op, None);
    let newest = memory();
    let loaded = with(|execution| {
        if execution.is_weak() {
            return execution.weak_load(object, order, newest);
        }
        execution.touch(object, Access::Read);
        execution.synchronise(object);
        Loaded {
            value: newest,
            missed: None,
        }
    });
    if is_tracing() {
        let value = StepResult::Value(describe(loaded));
        with(|execution| execution.record(op, value));
    }
    loaded.value
}

/// Announces a change and does it with `access`. `memory` gives the bits that are in
/// memory, `wrote` says of the result whether anything was written, and `describe` what
/// a traced execution notes.
pub fn atomic_change<R>(
    object: ObjectId,
    change: Change,
    location: Place,
    memory: impl Fn() -> u64,
    access: impl FnOnce() -> R,
    wrote: impl FnOnce(&R) -> bool,
    describe: impl FnOnce(&R) -> String,
) -> R {
    let kind = match change {
        Change::Store(_) => OpKind::Store,
        Change::ReadModifyWrite(..) => OpKind::ReadModifyWrite,
    };
    let op = op(kind, Some(object), location);
    point(op, None);
    let result = if with(|execution| execution.is_weak()) {
        let before = memory();
        let result = access();
        let wrote = wrote(&result);
        let (order, reads) = match change {
            Change::Store(order) => (order, false),
            Change::ReadModifyWrite(order, _) if wrote => (order, true),
            Change::ReadModifyWrite(_, failure) => (failure, true),
        };
        with(|execution| {
            execution.weak_update(object, order, reads, wrote, before, memory());
        });
        result
    } else {
        with(|execution| {
            execution.touch(object, Access::Write);
            execution.synchronise(object);
        });
        access()
    };
    if is_tracing() {
        let value = StepResult::Value(describe(&result));
        with(|execution| execution.record(op, value));
    }
    result
}

/// Whether a weak exchange fails for no reason. To be asked within its access.
pub fn exchange_fails() -> bool {
    with(Execution::is_unlucky)
}

/// A fence. While every atomic is sequentially consistent it orders nothing more, and is
/// only a scheduling point.
pub fn fence(order: Ordering, location: Place) {
    let op = op(OpKind::Fence, None, location);
    point(op, None);
    with(|execution| {
        if execution.is_weak() {
            execution.weak_fence(order);
        }
        execution.record(op, StepResult::Done);
    });
}

fn op(kind: OpKind, object: Option<ObjectId>, location: Place) -> Op {
    Op {
        kind,
        object,
        location,
    }
}
