//! Where the program under test makes its calls.

use std::panic::Location;

use interleave::{CallSite, CallStack, is_traced, overflow::is_on_own_stack};

use crate::scene::inside;

/// Most return addresses that are kept. Answers are not optimised, and what the library does around a call
/// is generic: readers of readers call each other on a hundred levels.
const MOST: usize = 256;

/// This place, and how the caller came there if the execution is traced.
pub(crate) fn here(location: &'static Location<'static>) -> CallSite {
    let stack = if is_traced() {
        CallStack::new(&return_addresses())
    } else {
        CallStack::default()
    };
    CallSite { location, stack }
}

/// What a process has sent of its call stack. It may be anything, but not long.
pub(crate) fn received(addresses: &[usize]) -> CallStack {
    CallStack::new(&addresses[..addresses.len().min(MOST)])
}

/// A coroutine's stack is followed by that of the engine, which resumes it. What is there is no matter of
/// the program, and may differ from one execution to the next.
fn return_addresses() -> Vec<usize> {
    let mut addresses = Vec::with_capacity(MOST);
    inside(|| {
        backtrace::trace(|frame| {
            let is_own = is_on_own_stack(frame.sp().addr());
            if is_own {
                addresses.push(frame.ip().addr());
            }
            is_own && addresses.len() < MOST
        });
    });
    addresses
}
