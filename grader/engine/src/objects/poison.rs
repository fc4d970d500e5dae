//! Locks whose holder panicked. The flag itself is kept by the modelled library; the engine
//! knows when it is changed and looked at, and who changed it.

use std::panic::Location;

use super::mutex::op;
use crate::{
    access::{Access, Part},
    execution::Execution,
    object::ObjectId,
    op::OpKind,
    runtime::{point, with},
    trace::Effect,
};

type Place = &'static Location<'static>;

/// Notes that the current thread panics while it holds `lock`, which it took at `taken`. The
/// caller then sets the flag. It is a step of its own if others can tell that it comes
/// before the release.
pub fn poison(lock: ObjectId, taken: Place) {
    let poison = op(OpKind::Poison, lock, taken);
    if with(|execution| execution.shows_releases()) {
        point(poison, None);
    }
    with(|execution| {
        execution.touch_part(lock, Part::POISON, Access::Write);
        execution.object(lock).was_poisoned = true;
        execution.record(poison, Effect::Done);
    });
}

/// Announces a look at the flag, which the caller then reads. Nothing is learned by it.
pub fn look(lock: ObjectId, location: Place) {
    change_or_look(OpKind::PoisonLook, Access::Read, lock, location);
}

/// Announces that the flag is cleared, which the caller then does.
pub fn clear(lock: ObjectId, location: Place) {
    change_or_look(OpKind::PoisonClear, Access::Write, lock, location);
}

fn change_or_look(kind: OpKind, access: Access, lock: ObjectId, location: Place) {
    let op = op(kind, lock, location);
    with(Execution::tell_releases);
    point(op, None);
    with(|execution| {
        execution.touch_part(lock, Part::POISON, access);
        execution.record(op, Effect::Done);
    });
}

impl Execution {
    /// Whoever takes `lock` sees whether it is poisoned. One that never was cannot be cleared
    /// either, so nobody can tell when that was.
    pub(super) fn see_poison(&mut self, lock: ObjectId) {
        if self.objects[lock.0 as usize].was_poisoned {
            self.look_at_poison(lock);
        }
    }

    #[cold]
    fn look_at_poison(&mut self, lock: ObjectId) {
        self.touch_part(lock, Part::POISON, Access::Read);
    }
}
