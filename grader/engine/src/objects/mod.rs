//! What the objects of a concurrent program do: one module for each class, one visible operation a
//! function.
//!
//! Each function announces its operation, returns when the thread is chosen, and
//! then changes the object's state; nobody else runs in between.
//!
//! A new class is a module with a type that is an `Object`, a public `Operation`, and the functions
//! that the modelled library calls; and it is a row of the list of classes in `list.rs`.

pub mod arc;
pub mod atomic;
pub mod barrier;
pub mod cell;
pub mod channel;
pub mod condvar;
pub mod event;
pub mod mutex;
pub mod once;
pub mod poison;
pub mod rwlock;
pub mod system;
pub mod thread;

mod facts;
mod guards;
mod handle;
mod list;

use std::{fmt::Debug, panic::Location};

use crate::{
    access::{Access, Resource},
    op::{Op, TaskId},
    readiness::BlockOn,
    task::Task,
};

pub(crate) use facts::{Commutes, Facts, Wait};
pub use handle::{Handle, Id};
pub use list::{Class, ObjectName, OpKind};
pub(crate) use list::{Entry, Listed, Objects};

/// Who has something, and since where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) by: TaskId,
    pub(crate) since: &'static Location<'static>,
}

/// A class of objects, as the state that one of them has. Its module says all that is to be known of
/// it: what threads do to it, when they can, who keeps them from it, and what a step touches and
/// whom it wakes. What it looks like to a program is the business of the modelled library.
pub(crate) trait Object: Debug + Default + 'static {
    /// What threads do to it.
    type Operation: Copy;

    /// How many resources it has. The first is [the object itself](crate::access::Part::OBJECT).
    const PARTS: u32;

    /// What threads are blocked on while one of them has the object, if that is
    /// [noted](crate::readiness).
    fn slot(_: Id<Self>) -> Option<BlockOn> {
        None
    }

    /// What is to be known of an operation before it is done.
    fn facts(id: Id<Self>, operation: Self::Operation) -> Facts;

    /// Whether `task`, which has announced the operation, can do it now.
    fn is_enabled(&self, operation: Self::Operation, task: &Task) -> bool;

    /// Whether a thread that has announced the operation is told when what it waits for may have
    /// changed, so that it need not be looked at before.
    fn is_told(&self, _: Self::Operation) -> bool {
        false
    }

    /// What a thread waits for that has announced the operation and never does it, and how it
    /// would take that. The first resource of the object is `resource`.
    fn awaited(
        &self,
        id: Id<Self>,
        operation: Self::Operation,
        resource: Resource,
    ) -> Vec<(Resource, Access)> {
        let access = Self::facts(id, operation).awaits;
        access
            .map(|access| (resource, access))
            .into_iter()
            .collect()
    }

    /// Who has what the thread `id`, which has announced the operation, lacks.
    fn holder(&self, operation: Self::Operation, id: TaskId, task: &Task) -> Option<Held>;
}

/// What a thread announces that is about to do `operation`.
#[inline]
pub(crate) fn op<T: Listed>(
    operation: T::Operation,
    id: Id<T>,
    location: &'static Location<'static>,
) -> Op {
    Op {
        kind: T::on(id, operation),
        location,
    }
}
