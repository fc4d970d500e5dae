//! Process groups and sessions: `credentials(7)`.

use kernel::{GroupCall, SystemCall};
use libc::{c_int, pid_t};

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

fn number(pid: pid_t) -> Called<u32> {
    u32::try_from(pid).map_err(|_| Failure(libc::EINVAL))
}
