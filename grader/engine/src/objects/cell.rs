//! Plain memory that threads may share.

use std::panic::Location;

use crate::{
    object::{Class, OldHandle, State},
    runtime::{is_running, with},
};

/// A thread is given a pointer to the `size` bytes at `value`. No other thread goes first:
/// what matters is not when it uses the pointer, but whether something orders that.
pub fn get(handle: &OldHandle, value: *mut u8, size: usize, location: &'static Location<'static>) {
    if !is_running() {
        return;
    }
    let address = value.expose_provenance();
    let mut cell = handle.resolve(Class::Cell, value, size);
    let moved = with(|execution| match &mut execution.object(cell).state {
        State::Cell(accesses) if accesses.address == 0 => {
            accesses.address = address;
            false
        }
        State::Cell(accesses) => accesses.address != address,
        _ => unreachable!("a cell has accesses"),
    });
    if moved {
        // Whoever moved it had it for itself, so it begins anew.
        handle.forget();
        cell = handle.resolve(Class::Cell, value, size);
        with(|execution| {
            if let State::Cell(accesses) = &mut execution.object(cell).state {
                accesses.address = address;
            }
        });
    }
    with(|execution| execution.give_pointer(cell, address, size, location));
}
