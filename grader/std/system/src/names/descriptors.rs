//! Descriptors: `close(2)`, `dup(2)`, `fcntl(2)`, `ioctl(2)`, `pipe(2)`.

use kernel::{Fd, OpenFlags, SystemCall};
use libc::{c_int, c_ulong, c_void};

use super::{
    real_unless_program,
    result::{self, Called, Failure, done, result},
};

pub unsafe fn close(fd: c_int) -> c_int {
    real_unless_program!(SYS_close, fd);
    result(|| done(SystemCall::Close { fd }))
}

pub unsafe fn dup(fd: c_int) -> c_int {
    real_unless_program!(SYS_dup, fd);
    result(|| result::descriptor(SystemCall::Dup { fd }))
}

pub unsafe fn dup2(fd: c_int, to: c_int) -> c_int {
    type Dup2 = unsafe extern "C" fn(c_int, c_int) -> c_int;
    if !processes::is_program() {
        // Not every processor has this call.
        // SAFETY: that is its type.
        return unsafe { super::real::<Dup2>(c"dup2").map_or(-1, |f| f(fd, to)) };
    }
    result(|| result::descriptor(SystemCall::Dup2 { fd, to }))
}

pub unsafe fn dup3(fd: c_int, to: c_int, flags: c_int) -> c_int {
    real_unless_program!(SYS_dup3, fd, to, flags);
    result(|| {
        if fd == to || flags & !libc::O_CLOEXEC != 0 {
            return Err(Failure(libc::EINVAL));
        }
        result::descriptor(SystemCall::Dup2 { fd, to })
    })
}

pub unsafe fn pipe(ends: *mut c_int) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { pipe2(ends, 0) }
}

pub unsafe fn pipe2(ends: *mut c_int, flags: c_int) -> c_int {
    real_unless_program!(SYS_pipe2, ends, flags);
    result(|| {
        let flags = blocking(flags, libc::O_CLOEXEC, libc::O_NONBLOCK)?;
        // SAFETY: the caller promises it.
        unsafe { result::ends(SystemCall::Pipe { flags }, ends) }
    })
}

/// Whether something new is to wait, by flags that have only bits for that and for `exec`. That a
/// descriptor is closed at an `exec` makes no difference: there is none.
pub(super) fn blocking(flags: c_int, close_on_exec: c_int, nonblock: c_int) -> Called<OpenFlags> {
    if flags & !(close_on_exec | nonblock) != 0 {
        return Err(Failure(libc::EINVAL));
    }
    Ok(if flags & nonblock == 0 {
        OpenFlags::EMPTY
    } else {
        OpenFlags::NONBLOCK
    })
}

pub unsafe fn fcntl(fd: c_int, command: c_int, argument: c_ulong) -> c_int {
    real_unless_program!(SYS_fcntl, fd, command, argument);
    // What is passed is an `int` for all commands here.
    let argument = argument as c_int;
    result(|| {
        let nonblocks = result::number(SystemCall::IsNonblocking { fd })? != 0;
        match command {
            libc::F_GETFD => Ok(libc::FD_CLOEXEC),
            libc::F_SETFD => Ok(0),
            libc::F_GETFL if nonblocks => Ok(libc::O_RDWR | libc::O_NONBLOCK),
            libc::F_GETFL => Ok(libc::O_RDWR),
            libc::F_SETFL => set_nonblocking(fd, argument & libc::O_NONBLOCK != 0),
            libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => dup_from(fd, argument),
            _ => Err(Failure(libc::EINVAL)),
        }
    })
}

/// A second descriptor of the same description: the lowest from `first` on that is free.
fn dup_from(fd: Fd, first: Fd) -> Called<Fd> {
    let mut lower = Vec::new();
    let found = loop {
        match result::descriptor(SystemCall::Dup { fd }) {
            Ok(free) if free < first => lower.push(free),
            found => break found,
        }
    };
    for fd in lower {
        done(SystemCall::Close { fd })?;
    }
    found
}

pub unsafe fn ioctl(fd: c_int, request: c_ulong, argument: *mut c_void) -> c_int {
    real_unless_program!(SYS_ioctl, fd, request, argument);
    result(|| {
        if request == libc::FIONBIO {
            // SAFETY: the caller promises that it is an `int`.
            return set_nonblocking(fd, unsafe { *argument.cast::<c_int>() } != 0);
        }
        // There is no terminal.
        result::number(SystemCall::IsNonblocking { fd })?;
        Err(Failure(libc::ENOTTY))
    })
}

#[track_caller]
fn set_nonblocking(fd: Fd, is: bool) -> Called<c_int> {
    done(SystemCall::SetNonblocking { fd, is })
}
