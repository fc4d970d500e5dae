//! Statics of the program under test begin each execution with their first value.
//!
//! A modelled object knows by its address that it lives in a static. A `const`
//! initial value cannot own heap memory, so its bytes are its whole value: they are
//! kept at the first touch ever and put back at the first touch of each execution.

use std::{collections::HashMap, ptr, slice, sync::Mutex};

unsafe extern "C" {
    static __data_start: u8;
    static _end: u8;
}

static FIRST_VALUES: Mutex<Option<HashMap<usize, Box<[u8]>>>> = Mutex::new(None);

/// Whether this is the address of a static.
pub fn is_static(value: *const u8) -> bool {
    let statics = (&raw const __data_start) as usize..(&raw const _end) as usize;
    statics.contains(&(value as usize))
}

/// Puts the first value of a static back; does nothing for values elsewhere.
pub(crate) fn restore(value: *mut u8, size: usize) {
    let address = value as usize;
    if size == 0 || !is_static(value) {
        return;
    }
    let mut values = FIRST_VALUES.lock().expect("no panic while it is held");
    let values = values.get_or_insert_default();
    // SAFETY: `value` points to `size` live bytes of a static of this program, and no
    // reference into it exists: the caller touches the object for the first time in
    // this execution, and references into earlier executions are gone. Bytes are
    // copied without being interpreted.
    unsafe {
        match values.get(&address) {
            Some(first) => ptr::copy_nonoverlapping(first.as_ptr(), value, first.len()),
            None => {
                values.insert(address, slice::from_raw_parts(value, size).into());
            }
        }
    }
}
