//! What a signal does to this process: `sigaction(2)`.

use std::{io, mem, ptr};

use libc::c_int;

use crate::{child::checked, signal::Signal};

/// Ignores a signal from now on, and throws it away if it is pending. Children begin with that. Who ignores
/// [`Signal::CHLD`] has no zombies: its children are forgotten when they end. `sigaction(2)` with `SIG_IGN`
///
/// # Errors
///
/// `EINVAL` for [`Signal::KILL`] and [`Signal::STOP`].
pub fn ignore(signal: Signal) -> io::Result<()> {
    set(signal, &action(libc::SIG_IGN)).map(drop)
}

/// Gives a signal back the action that it has by default. `sigaction(2)` with `SIG_DFL`
///
/// # Errors
///
/// `EINVAL` for [`Signal::KILL`] and [`Signal::STOP`].
pub fn restore_default(signal: Signal) -> io::Result<()> {
    set(signal, &action(libc::SIG_DFL)).map(drop)
}

/// An action: one of the constants, or the address of a handler. Calls that wait are made again after it,
/// where `signal(7)` says so.
pub(crate) fn action(handler: libc::sighandler_t) -> libc::sigaction {
    // SAFETY: all zeros are an action, which blocks no further signals.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART;
    action
}

/// Sets the action of a signal, and gives the one before.
pub(crate) fn set(signal: Signal, action: &libc::sigaction) -> io::Result<libc::sigaction> {
    let number: c_int = signal.number();
    // SAFETY: all zeros are an action.
    let mut before: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: a handler in this crate does only what `signal-safety(7)` allows; the action before is
    // written to a variable of this function.
    checked(unsafe { libc::sigaction(number, ptr::from_ref(action), &raw mut before) })?;
    Ok(before)
}
