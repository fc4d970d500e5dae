//! Locks whose holder panicked. Whether a lock is poisoned is up to the modelled
//! library; the engine only keeps who did it, to be told.

use std::panic::Location;

use super::mutex::op;
use crate::{object::ObjectId, op::OpKind, runtime::with, trace::StepResult};

/// Notes that the current thread panics while it holds `lock`, which it took at `taken`.
pub fn poison(lock: ObjectId, taken: &'static Location<'static>) {
    with(|execution| {
        let class = execution.object(lock).class.name().to_owned();
        execution.record(op(OpKind::Poison, lock, taken), StepResult::Value(class));
    });
}
