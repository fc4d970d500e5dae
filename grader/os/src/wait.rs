//! Waiting for children whichever they are: `wait(2)`.

use std::io;

use libc::{c_int, pid_t};

use crate::child::{Exit, checked, exit};

/// Waits until any child has ended, and says which and how. The system then forgets it. Orphans that were
/// adopted are children as well. A handler of a signal that runs meanwhile does not end the wait.
/// `waitpid(2)` with `-1`
///
/// If there is a [`Child`](crate::Child) for it, that is of no use any more: its calls are about no
/// process, or about a later one that the system has given the same number.
///
/// # Errors
///
/// `ECHILD` if there are no children.
pub fn wait_any() -> io::Result<(u32, Exit)> {
    let waited = reap_until_done(ANY)?;
    waited.ok_or_else(|| io::Error::from_raw_os_error(libc::ECHILD))
}

/// Which child has ended and how, or nothing if all of them run. `waitpid(2)` with `-1` and `WNOHANG`
///
/// Several children that end send one `SIGCHLD` if it is not taken in between. So after one, this is
/// called until it gives nothing.
///
/// # Errors
///
/// `ECHILD` if there are no children.
pub fn try_wait_any() -> io::Result<Option<(u32, Exit)>> {
    reap(ANY, libc::WNOHANG)
}

/// Waits until any child of a process group has ended, and says which and how. `waitpid(2)` with the
/// negative number of the group
///
/// # Errors
///
/// `ECHILD` if no children are in that group, `EINVAL` for 0 and 1, which `waitpid(2)` takes for others.
pub fn wait_group(group: u32) -> io::Result<(u32, Exit)> {
    let waited = reap_until_done(of_group(group)?)?;
    waited.ok_or_else(|| io::Error::from_raw_os_error(libc::ECHILD))
}

/// Which child of a process group has ended and how, or nothing if all of them run. `waitpid(2)` with the
/// negative number of the group and `WNOHANG`
///
/// # Errors
///
/// Those of [`wait_group`].
pub fn try_wait_group(group: u32) -> io::Result<Option<(u32, Exit)>> {
    reap(of_group(group)?, libc::WNOHANG)
}

/// The number by which any child is meant.
const ANY: pid_t = -1;

/// The number by which the children of a group are meant. That of group 1 would be [`ANY`].
fn of_group(group: u32) -> io::Result<pid_t> {
    let invalid = || io::Error::from_raw_os_error(libc::EINVAL);
    match pid_t::try_from(group) {
        Ok(group @ 2..) => Ok(-group),
        _ => Err(invalid()),
    }
}

fn reap_until_done(which: pid_t) -> io::Result<Option<(u32, Exit)>> {
    loop {
        match reap(which, 0) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

fn reap(which: pid_t, options: c_int) -> io::Result<Option<(u32, Exit)>> {
    let mut status = 0;
    // SAFETY: the status is written to a variable of this function.
    let pid = checked(unsafe { libc::waitpid(which, &raw mut status, options) })?;
    if pid == 0 {
        return Ok(None);
    }
    Ok(Some((pid.cast_unsigned(), exit(status))))
}
