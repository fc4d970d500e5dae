//! Plain memory that threads may share.

use std::panic::Location;

use super::{Facts, Handle, Held, Id, Object};
use crate::{
    op::TaskId,
    race::Accesses,
    runtime::{is_running, with},
    task::Task,
};

/// Plain memory behind an `UnsafeCell`.
#[derive(Debug, Default)]
pub struct Cell {
    pub(crate) accesses: Accesses,
}

/// What threads do to plain memory. It is no step of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Read it.
    Read,
    /// Write it.
    Write,
}

impl Object for Cell {
    type Operation = Operation;
    const PARTS: u32 = 1;

    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        match operation {
            Operation::Read | Operation::Write => Facts::LEARNS,
        }
    }

    fn is_enabled(&self, operation: Operation, _: &Task) -> bool {
        match operation {
            Operation::Read | Operation::Write => true,
        }
    }

    fn holder(&self, operation: Operation, _: TaskId, _: &Task) -> Option<Held> {
        match operation {
            Operation::Read | Operation::Write => None,
        }
    }
}

/// A thread is given a pointer to the `size` bytes at `value`. No other thread goes first:
/// what matters is not when it uses the pointer, but whether something orders that.
pub fn get(
    handle: &Handle<Cell>,
    value: *mut u8,
    size: usize,
    location: &'static Location<'static>,
) {
    if !is_running() {
        return;
    }
    let address = value.expose_provenance();
    let mut cell = handle.resolve(value, size);
    let at = with(|execution| execution.state(cell).accesses.begin_at(address));
    if at != address {
        // Whoever moved it had it for itself, so it begins anew.
        handle.forget();
        cell = handle.resolve(value, size);
        with(|execution| execution.state(cell).accesses.begin_at(address));
    }
    with(|execution| execution.give_pointer(cell, address, size, location));
}
