//! The beginning and the end of processes: `fork(2)`, `_exit(2)`, `wait(2)`, `kill(2)`.

use std::{mem, panic::Location, ptr};

use kernel::{
    Answer, Children, FIRST, SignalCall, SystemCall, Target, WaitOptions, WaitStatus, Waited,
};
use libc::{c_int, id_t, idtype_t, pid_t, rusage, siginfo_t};
use processes::Side;

use super::{
    real_unless_program,
    result::{self, Called, Failure, call, done, result, unexpected},
};

pub unsafe fn fork() -> pid_t {
    if !processes::is_program() {
        type Fork = unsafe extern "C" fn() -> pid_t;
        // SAFETY: that is its type. The library's own function keeps its locks in order.
        return unsafe { super::real::<Fork>(c"fork").map_or(-1, |fork| fork()) };
    }
    result(|| match processes::fork_at(Location::caller())? {
        Side::Parent(child) => Ok(child.cast_signed()),
        Side::Child => Ok(0),
    })
}

pub unsafe fn _exit(status: c_int) -> ! {
    // The end of the first process is that of the driver.
    if processes::is_program() && processes::pid() != FIRST {
        processes::exit(status);
    }
    loop {
        // SAFETY: ends this process.
        unsafe { libc::syscall(libc::SYS_exit_group, status) };
    }
}

pub unsafe fn getpid() -> pid_t {
    real_unless_program!(SYS_getpid);
    processes::pid().cast_signed()
}

pub unsafe fn getppid() -> pid_t {
    real_unless_program!(SYS_getppid);
    result(|| Ok(result::number(SystemCall::Parent)? as pid_t))
}

pub unsafe fn kill(pid: pid_t, signal: c_int) -> c_int {
    real_unless_program!(SYS_kill, pid, signal);
    let target = match pid {
        0 => Target::OwnGroup,
        -1 => Target::All,
        1.. => Target::One(pid.unsigned_abs()),
        _ => Target::Group(pid.unsigned_abs()),
    };
    let number = signal;
    result(|| done(SystemCall::Signal(SignalCall::Kill { target, number })))
}

pub unsafe fn waitpid(pid: pid_t, status: *mut c_int, options: c_int) -> pid_t {
    // SAFETY: the caller promises it; of what was used nothing is written.
    unsafe { wait4(pid, status, options, ptr::null_mut()) }
}

pub unsafe fn wait4(pid: pid_t, status: *mut c_int, options: c_int, usage: *mut rusage) -> pid_t {
    real_unless_program!(SYS_wait4, pid, status, options, usage);
    let children = match pid {
        0 => Children::OwnGroup,
        -1 => Children::Any,
        1.. => Children::One(pid.unsigned_abs()),
        _ => Children::Group(pid.unsigned_abs()),
    };
    result(|| {
        let known = libc::WNOHANG | libc::WUNTRACED | libc::WCONTINUED;
        if options & !known != 0 {
            return Err(Failure(libc::EINVAL));
        }
        let Some(waited) = wait(children, options)? else {
            return Ok(0);
        };
        if !status.is_null() {
            // SAFETY: the caller promises that there is room for it.
            unsafe { *status = waited.status.raw() };
        }
        if !usage.is_null() {
            // SAFETY: likewise; all zeros are a usage: time is virtual, and a process uses none.
            unsafe { usage.write(mem::zeroed()) };
        }
        Ok(waited.pid.cast_signed())
    })
}

pub unsafe fn waitid(kind: idtype_t, id: id_t, to: *mut siginfo_t, options: c_int) -> c_int {
    real_unless_program!(SYS_waitid, kind, id, to, options, ptr::null_mut::<rusage>());
    let children = match kind {
        libc::P_ALL => Some(Children::Any),
        libc::P_PID => Some(Children::One(id)),
        libc::P_PGID if id == 0 => Some(Children::OwnGroup),
        libc::P_PGID => Some(Children::Group(id)),
        _ => None,
    };
    result(|| {
        let known = libc::WNOHANG | libc::WEXITED | libc::WSTOPPED | libc::WCONTINUED;
        // An end is always told, and never again.
        let (Some(children), 0) = (children, options & !known) else {
            return Err(Failure(libc::EINVAL));
        };
        if options & libc::WEXITED == 0 {
            return Err(Failure(libc::EINVAL));
        }
        let waited = wait(children, options)?;
        if !to.is_null() {
            // SAFETY: all zeros are such a value, and the caller promises that there is room for it.
            unsafe { to.write(waited.map_or_else(|| mem::zeroed(), information)) };
        }
        Ok(0)
    })
}

/// What is told of a child, as a handler of `SIGCHLD` is told it.
fn information(waited: Waited) -> siginfo_t {
    /// The part of it that is about a child, behind three numbers and what aligns it.
    #[repr(C)]
    struct Child {
        signal: c_int,
        errno: c_int,
        code: c_int,
        #[cfg(target_pointer_width = "64")]
        aligns: c_int,
        pid: pid_t,
        user: libc::uid_t,
        status: c_int,
    }
    let (code, status) = match waited.status {
        WaitStatus::Exited(status) => (libc::CLD_EXITED, status.into()),
        WaitStatus::Signaled(signal) => (libc::CLD_KILLED, signal.number()),
        WaitStatus::Stopped(signal) => (libc::CLD_STOPPED, signal.number()),
        WaitStatus::Continued => (libc::CLD_CONTINUED, libc::SIGCONT),
    };
    // SAFETY: all zeros are such a value, and a child's part of it fits.
    unsafe {
        let mut information: siginfo_t = mem::zeroed();
        let child = (&raw mut information).cast::<Child>();
        (*child).signal = libc::SIGCHLD;
        (*child).code = code;
        (*child).pid = waited.pid.cast_signed();
        (*child).status = status;
        information
    }
}

/// Waits for children, if the options say so; nothing if there is nothing to tell.
#[track_caller]
fn wait(children: Children, options: c_int) -> Called<Option<Waited>> {
    let is_immediate = options & libc::WNOHANG != 0;
    let options = WaitOptions {
        stopped: options & libc::WUNTRACED != 0,
        continued: options & libc::WCONTINUED != 0,
    };
    let made = if is_immediate {
        SystemCall::TryWait { children, options }
    } else {
        SystemCall::Wait { children, options }
    };
    match call(made)? {
        Answer::Waited(waited) => Ok(waited),
        answer => unexpected(&answer),
    }
}
