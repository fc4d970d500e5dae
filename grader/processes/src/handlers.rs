//! The functions by which a process handles signals.
//!
//! Each process has its own, as they are in its memory. When one of them runs is decided by the kernel:
//! where the process makes a call, and before that returns.

use std::cell::RefCell;

use kernel::Signal;

/// A function that handles a signal. It may make calls of the kernel.
pub type Handler = fn(Signal);

thread_local! {
    /// By the number of the signal.
    static HANDLERS: RefCell<[Option<Handler>; 32]> = const { RefCell::new([None; 32]) };
}

/// Sets the function that handles a signal in this process. It runs if the process has said that it
/// handles the signal: by [`SetAction`](kernel::SignalCall::SetAction) with
/// [`Handle`](kernel::Disposition::Handle).
pub fn set_handler(signal: Signal, handler: Handler) {
    HANDLERS.with_borrow_mut(|handlers| handlers[place(signal)] = Some(handler));
}

/// Whether the process has such a function.
pub(crate) fn are_there() -> bool {
    HANDLERS.with_borrow(|handlers| handlers.iter().any(Option::is_some))
}

/// Runs the function that handles this signal, if there is one.
pub(crate) fn run(signal: Signal) {
    let handler = HANDLERS.with_borrow(|handlers| handlers[place(signal)]);
    if let Some(handler) = handler {
        handler(signal);
    }
}

/// Takes all of them away, as at the beginning of a program.
pub(crate) fn reset() {
    HANDLERS.set([None; 32]);
}

/// Signals are numbered from 1 to 31.
fn place(signal: Signal) -> usize {
    signal as usize
}
