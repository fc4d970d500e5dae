//! Sending signals: `kill(2)`, `alarm(2)`.

use std::{io, time::Duration};

use libc::pid_t;

use crate::{child::checked, signal::Signal};

/// Sends a signal to the process of this number. That a process has ended is no error as long as its parent
/// has not waited for it. `kill(2)`
///
/// # Errors
///
/// `ESRCH` if there is no such process, `EPERM` if it is another user's.
pub fn kill(pid: u32, signal: Signal) -> io::Result<()> {
    send(number(pid)?, signal.number())
}

/// Sends a signal to all processes of this group. `killpg(3)`
///
/// # Errors
///
/// `ESRCH` if no process is in such a group, `EPERM` if all of them are another user's, `EINVAL` for group
/// 1, by which `kill(2)` means others.
pub fn killpg(group: u32, signal: Signal) -> io::Result<()> {
    match number(group)? {
        1 => Err(io::Error::from_raw_os_error(libc::EINVAL)),
        group => send(-group, signal.number()),
    }
}

/// Whether there is a process of this number. One that has ended is there until its parent has waited for
/// it, and later another one may have its number. `kill(2)` with the signal 0
///
/// # Errors
///
/// If the system refuses.
pub fn process_exists(pid: u32) -> io::Result<bool> {
    let sent = number(pid).and_then(|pid| send(pid, 0));
    match sent.as_ref().err().and_then(io::Error::raw_os_error) {
        Some(libc::ESRCH) => Ok(false),
        // It is another user's.
        Some(libc::EPERM) => Ok(true),
        _ => sent.map(|()| true),
    }
}

/// Sends this process [`Signal::ALRM`] after so many whole seconds; a part of a second counts as a whole
/// one. It takes the place of an earlier alarm, of which it gives the seconds that were left. With no time
/// there is none any more. `alarm(2)`
pub fn alarm(after: Duration) -> Duration {
    let rounded_up = after.as_secs() + u64::from(after.subsec_nanos() > 0);
    let seconds = u32::try_from(rounded_up).unwrap_or(u32::MAX);
    // SAFETY: nothing is touched but the timer of this process.
    Duration::from_secs(unsafe { libc::alarm(seconds) }.into())
}

/// The number of one process. With 0 and with negative numbers `kill(2)` means others.
pub(crate) fn number(pid: u32) -> io::Result<pid_t> {
    match pid_t::try_from(pid) {
        Ok(pid @ 1..) => Ok(pid),
        _ => Err(io::Error::from_raw_os_error(libc::ESRCH)),
    }
}

fn send(pid: pid_t, signal: i32) -> io::Result<()> {
    // SAFETY: nothing of this process is touched but what it says itself of its signals.
    checked(unsafe { libc::kill(pid, signal) }).map(drop)
}
