//! Signals that this process blocks: `sigprocmask(2)`, `sigpending(2)`, `sigwait(3)`.

use std::{io, mem, ptr};

use libc::sigset_t;

use crate::{child::checked, signal::Signal};

/// Some signals are blocked as long as this lives. One that comes meanwhile is pending, until it is taken by
/// [`sigwait`] or no longer blocked. `sigprocmask(2)`
#[derive(Debug)]
#[must_use = "the signals are blocked as long as it lives"]
pub struct Blocked {
    before: sigset_t,
}

/// Blocks these signals, beside those that are blocked already. A child begins with what its parent blocks.
/// [`Signal::KILL`] and [`Signal::STOP`] are never blocked. `sigprocmask(2)`
///
/// The values have to be dropped in the reverse order: each of them blocks again what was blocked before.
///
/// # Errors
///
/// If the system refuses.
pub fn block(signals: &[Signal]) -> io::Result<Blocked> {
    let (new, mut before) = (set(signals), set(&[]));
    // SAFETY: both are sets.
    checked(unsafe { libc::sigprocmask(libc::SIG_BLOCK, &raw const new, &raw mut before) })?;
    Ok(Blocked { before })
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // There is nobody to tell that the system refuses, which it never does for a mask that was there.
        // SAFETY: it is a set.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const self.before, ptr::null_mut()) };
    }
}

/// The signals that have come to this process while it blocks them. `sigpending(2)`
///
/// # Errors
///
/// If the system refuses.
pub fn sigpending() -> io::Result<Vec<Signal>> {
    let mut pending = set(&[]);
    // SAFETY: it is a set.
    checked(unsafe { libc::sigpending(&raw mut pending) })?;
    // SAFETY: likewise.
    let has =
        |signal: &Signal| unsafe { libc::sigismember(&raw const pending, signal.number()) } == 1;
    Ok(Signal::ALL.iter().copied().filter(has).collect())
}

/// Waits for one of these signals and takes it, without its handler. They have to be
/// [blocked](block). `sigwait(3)`
///
/// # Errors
///
/// `EINVAL` if there are no such signals.
pub fn sigwait(signals: &[Signal]) -> io::Result<Signal> {
    if signals.is_empty() {
        // It would wait for good.
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    let signals = set(signals);
    let mut taken = 0;
    // SAFETY: one is a set, the other a variable of this function.
    match unsafe { libc::sigwait(&raw const signals, &raw mut taken) } {
        0 => Signal::from_number(taken).ok_or_else(|| io::ErrorKind::InvalidData.into()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

fn set(signals: &[Signal]) -> sigset_t {
    // SAFETY: all zeros are a set without signals.
    let mut set: sigset_t = unsafe { mem::zeroed() };
    for signal in signals {
        // SAFETY: it is a set, and each number is one of a signal.
        unsafe { libc::sigaddset(&raw mut set, signal.number()) };
    }
    set
}
