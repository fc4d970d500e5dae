//! Atomic variables, sequentially consistent whatever ordering is asked for.

use std::panic::Location;

use crate::{
    access::Access,
    object::ObjectId,
    op::{Op, OpKind},
    runtime::{is_tracing, point, with},
    trace::StepResult,
};

/// How an atomic is accessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtomicAccess {
    /// Read.
    Load,
    /// Written.
    Store,
    /// Read and written in one step.
    ReadModifyWrite,
}

/// Announces an access, does it with `access`, and notes what `describe` says of its
/// result in a traced execution.
pub fn atomic<R>(
    object: ObjectId,
    kind: AtomicAccess,
    location: &'static Location<'static>,
    access: impl FnOnce() -> R,
    describe: impl FnOnce(&R) -> String,
) -> R {
    let op = Op {
        kind: match kind {
            AtomicAccess::Load => OpKind::Load,
            AtomicAccess::Store => OpKind::Store,
            AtomicAccess::ReadModifyWrite => OpKind::ReadModifyWrite,
        },
        object: Some(object),
        location,
    };
    point(op, None);
    with(|execution| {
        execution.touch(
            object,
            match kind {
                AtomicAccess::Load => Access::Read,
                AtomicAccess::Store | AtomicAccess::ReadModifyWrite => Access::Write,
            },
        );
        execution.synchronise(object);
    });
    let result = access();
    if is_tracing() {
        let value = StepResult::Value(describe(&result));
        with(|execution| execution.record(op, value));
    }
    result
}

/// A fence. Nothing is reordered, so it is only a scheduling point.
pub fn fence(location: &'static Location<'static>) {
    let op = Op {
        kind: OpKind::Fence,
        object: None,
        location,
    };
    point(op, None);
    with(|execution| execution.record(op, StepResult::Done));
}
