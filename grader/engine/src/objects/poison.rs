//! Locks whose holder panicked. The flag itself is kept by the modelled library; the engine
//! knows when it is changed and looked at, and who changed it.

#![expect(
    private_bounds,
    reason = "the locks with such a flag are those of this crate"
)]

use std::panic::Location;

use super::{Facts, Id, Listed, op};
use crate::{
    access::{Access, Part},
    execution::Execution,
    runtime::{point, with},
    trace::Effect,
};

type Place = &'static Location<'static>;

/// What threads do to the poison flag of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Set it by panicking while the lock is held.
    Set,
    /// Ask whether it is set.
    Look,
    /// Say that the lock is not poisoned any more.
    Clear,
}

impl Operation {
    /// What is to be known of it before it is done.
    #[inline]
    pub(super) fn facts(self) -> Facts {
        match self {
            Self::Set | Self::Clear => Facts::TELLS,
            Self::Look => Facts::LEARNS,
        }
    }
}

/// How many resources a lock has that has no others than itself and its flag.
pub(super) const PARTS: u32 = 2;

/// The flag of a lock.
const FLAG: Part = Part(1);

/// A lock that can be poisoned.
pub(crate) trait Lock: Listed {
    /// What is done to the flag, as an operation on the lock.
    fn operation(operation: Operation) -> Self::Operation;

    /// Whether it was poisoned in this execution.
    fn was_poisoned(&mut self) -> &mut bool;
}

/// Notes that the current thread panics while it holds `lock`, which it took at `taken`. The
/// caller then sets the flag. It is a step of its own if others can tell that it comes
/// before the release.
pub fn set<L: Lock>(lock: Id<L>, taken: Place) {
    let poison = op(L::operation(Operation::Set), lock, taken);
    if with(|execution| execution.shows_releases()) {
        point(poison, None);
    }
    with(|execution| {
        execution.touch_part(lock, FLAG, Access::Write);
        *execution.state(lock).was_poisoned() = true;
        execution.record(poison, Effect::Done);
    });
}

/// Announces a look at the flag, which the caller then reads. Nothing is learned by it.
pub fn look<L: Lock>(lock: Id<L>, location: Place) {
    change_or_look(Operation::Look, Access::Read, lock, location);
}

/// Announces that the flag is cleared, which the caller then does.
pub fn clear<L: Lock>(lock: Id<L>, location: Place) {
    change_or_look(Operation::Clear, Access::Write, lock, location);
}

fn change_or_look<L: Lock>(operation: Operation, access: Access, lock: Id<L>, location: Place) {
    let op = op(L::operation(operation), lock, location);
    with(Execution::tell_releases);
    point(op, None);
    with(|execution| {
        execution.touch_part(lock, FLAG, access);
        execution.record(op, Effect::Done);
    });
}

impl Execution {
    /// Whoever takes `lock` sees whether it is poisoned. One that never was cannot be cleared
    /// either, so nobody can tell when that was.
    pub(super) fn see_poison<L: Lock>(&mut self, lock: Id<L>) {
        if *self.state(lock).was_poisoned() {
            self.look_at_poison(lock);
        }
    }

    #[cold]
    fn look_at_poison<L: Lock>(&mut self, lock: Id<L>) {
        self.touch_part(lock, FLAG, Access::Read);
    }
}
