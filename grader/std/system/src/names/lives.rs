//! The beginning and the end of processes: `fork(2)`, `_exit(2)`, `wait(2)`, `kill(2)`.

use std::panic::Location;

use kernel::{Answer, Children, FIRST, SignalCall, SystemCall, Target, WaitOptions, Waited};
use libc::{c_int, pid_t, rusage};
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
    unsafe { wait4(pid, status, options, std::ptr::null_mut()) }
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
            unsafe { usage.write(std::mem::zeroed()) };
        }
        Ok(waited.pid.cast_signed())
    })
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
