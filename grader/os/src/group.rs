//! Process groups, sessions, and who adopts orphans: `credentials(7)`, `prctl(2)`.

use std::io;

use crate::{child::checked, kill::number};

/// Puts a process, this one or a child of it, into a process group of its session. The group with the
/// number of the process begins with it. `setpgid(2)`
///
/// # Errors
///
/// `ESRCH` if it is neither this process nor a child, `EPERM` if there is no such group in the session, or
/// the process leads a session.
pub fn setpgid(pid: u32, group: u32) -> io::Result<()> {
    let (pid, group) = (number(pid)?, number(group)?);
    // SAFETY: nothing is touched but the group.
    checked(unsafe { libc::setpgid(pid, group) }).map(drop)
}

/// The process group of a process. `getpgid(2)`
///
/// # Errors
///
/// `ESRCH` if there is no such process.
pub fn getpgid(pid: u32) -> io::Result<u32> {
    let pid = number(pid)?;
    // SAFETY: nothing is touched.
    checked(unsafe { libc::getpgid(pid) }).map(i32::cast_unsigned)
}

/// Begins a session, and in it a process group, that this process leads, without a terminal. The number of
/// both, which is that of the process. `setsid(2)`
///
/// # Errors
///
/// `EPERM` if this process leads a process group.
pub fn setsid() -> io::Result<u32> {
    // SAFETY: nothing is touched but the session and the group.
    checked(unsafe { libc::setsid() }).map(i32::cast_unsigned)
}

/// The session of a process. `getsid(2)`
///
/// # Errors
///
/// `ESRCH` if there is no such process.
pub fn getsid(pid: u32) -> io::Result<u32> {
    let pid = number(pid)?;
    // SAFETY: nothing is touched.
    checked(unsafe { libc::getsid(pid) }).map(i32::cast_unsigned)
}

/// Says whether this process adopts the orphans among its descendants: then they become its children, for
/// which it has to wait, and not those of the first process. `prctl(2)` with `PR_SET_CHILD_SUBREAPER`
///
/// # Errors
///
/// If the system refuses.
pub fn set_subreaper(is_subreaper: bool) -> io::Result<()> {
    let is_subreaper = libc::c_ulong::from(is_subreaper);
    // SAFETY: nothing is touched but that property.
    checked(unsafe {
        libc::prctl(
            libc::PR_SET_CHILD_SUBREAPER,
            is_subreaper,
            0_u64,
            0_u64,
            0_u64,
        )
    })
    .map(drop)
}
