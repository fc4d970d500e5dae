//! Process groups, sessions, and who adopts orphans: `credentials(7)`, `prctl(2)`.

use kernel::{GroupCall, SystemCall};
use libc::{c_int, c_ulong, pid_t};

use super::{
    real_unless_program,
    result::{self, Called, Failure, done, result},
};

pub unsafe fn setpgid(pid: pid_t, group: pid_t) -> c_int {
    real_unless_program!(SYS_setpgid, pid, group);
    result(|| {
        let (pid, group) = (number(pid)?, number(group)?);
        done(SystemCall::Group(GroupCall::SetGroup { pid, group }))
    })
}

pub unsafe fn getpgid(pid: pid_t) -> pid_t {
    real_unless_program!(SYS_getpgid, pid);
    result(|| {
        let pid = number(pid)?;
        Ok(result::number(SystemCall::Group(GroupCall::Group { pid }))? as pid_t)
    })
}

pub unsafe fn setsid() -> pid_t {
    real_unless_program!(SYS_setsid);
    result(|| Ok(result::number(SystemCall::Group(GroupCall::SetSession))? as pid_t))
}

pub unsafe fn getsid(pid: pid_t) -> pid_t {
    real_unless_program!(SYS_getsid, pid);
    result(|| {
        let pid = number(pid)?;
        Ok(result::number(SystemCall::Group(GroupCall::Session { pid }))? as pid_t)
    })
}

/// Of the properties of a process, only that is modelled by which it adopts orphans.
pub unsafe fn prctl(
    option: c_int,
    second: c_ulong,
    third: c_ulong,
    fourth: c_ulong,
    fifth: c_ulong,
) -> c_int {
    real_unless_program!(SYS_prctl, option, second, third, fourth, fifth);
    result(|| match option {
        libc::PR_SET_CHILD_SUBREAPER => {
            let is = second != 0;
            done(SystemCall::SetSubreaper { is })
        }
        _ => Err(Failure(libc::EINVAL)),
    })
}

fn number(pid: pid_t) -> Called<u32> {
    u32::try_from(pid).map_err(|_| Failure(libc::EINVAL))
}
