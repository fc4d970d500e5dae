//! What can be set of a socket: `getsockopt(2)`, `setsockopt(2)`.

use std::time::Duration;

use kernel::{Answer, Direction, FileType, Nanos, SocketCall, SystemCall};
use libc::{c_int, c_void, socklen_t, suseconds_t, timeval};

use super::{
    real_unless_program,
    result::{self, Called, Failure, call, done, result, unexpected},
};

/// A second in microseconds.
const MICROSECONDS: suseconds_t = 1_000_000;

pub unsafe fn setsockopt(
    fd: c_int,
    level: c_int,
    option: c_int,
    value: *const c_void,
    length: socklen_t,
) -> c_int {
    real_unless_program!(SYS_setsockopt, fd, level, option, value, length);
    result(|| {
        if let Some(direction) = direction_of(level, option) {
            socket(fd)?;
            // SAFETY: the caller promises that there are as many bytes.
            let limit = limit_of(unsafe { valued(value, length)? })?;
            return done(SystemCall::Socket(SocketCall::SetTimeLimit {
                fd,
                direction,
                limit,
            }));
        }
        // SAFETY: the caller promises that there are as many bytes.
        let is = unsafe { valued::<c_int>(value, length)? } != 0;
        match (level, option) {
            (libc::SOL_SOCKET, libc::SO_REUSEADDR) => {
                done(SystemCall::Socket(SocketCall::SetReuseAddress { fd, is }))
            }
            // Bytes arrive at once in any case, and all peers live.
            (libc::IPPROTO_TCP, libc::TCP_NODELAY) | (libc::SOL_SOCKET, libc::SO_KEEPALIVE) => {
                socket(fd)
            }
            _ => {
                socket(fd)?;
                Err(Failure(libc::ENOPROTOOPT))
            }
        }
    })
}

pub unsafe fn getsockopt(
    fd: c_int,
    level: c_int,
    option: c_int,
    value: *mut c_void,
    length: *mut socklen_t,
) -> c_int {
    real_unless_program!(SYS_getsockopt, fd, level, option, value, length);
    result(|| {
        if let Some(direction) = direction_of(level, option) {
            let call = SystemCall::Socket(SocketCall::TimeLimit { fd, direction });
            let limit = timeval_of(result::number(call)?.cast_unsigned());
            // SAFETY: the caller promises that it says how much room there is.
            unsafe { give(&limit, value, length) };
            return Ok(0);
        }
        let number = match (level, option) {
            (libc::SOL_SOCKET, libc::SO_ERROR) => {
                match call(SystemCall::Socket(SocketCall::TakeError { fd }))? {
                    Answer::Error(error) => error.map_or(0, kernel::Errno::number),
                    answer => unexpected(&answer),
                }
            }
            (libc::SOL_SOCKET, libc::SO_TYPE) => {
                socket(fd)?;
                libc::SOCK_STREAM
            }
            _ => {
                socket(fd)?;
                return Err(Failure(libc::ENOPROTOOPT));
            }
        };
        // SAFETY: the caller promises that it says how much room there is.
        unsafe { give(&number, value, length) };
        Ok(0)
    })
}

/// Which time limit the option is, if it is one.
fn direction_of(level: c_int, option: c_int) -> Option<Direction> {
    match (level, option) {
        (libc::SOL_SOCKET, libc::SO_RCVTIMEO) => Some(Direction::Receiving),
        (libc::SOL_SOCKET, libc::SO_SNDTIMEO) => Some(Direction::Sending),
        _ => None,
    }
}

/// The limit that is set, as Linux has it: zero is none, and a negative one is over at once.
fn limit_of(time: timeval) -> Called<Option<Nanos>> {
    if !(0..MICROSECONDS).contains(&time.tv_usec) {
        return Err(Failure(libc::EDOM));
    }
    let Ok(seconds) = u64::try_from(time.tv_sec) else {
        return Ok(Some(0));
    };
    let limit = Duration::from_secs(seconds) + Duration::from_micros(time.tv_usec.unsigned_abs());
    // One that is too long for the clock never ends.
    let limit = u64::try_from(limit.as_nanos()).unwrap_or(0);
    Ok((limit > 0).then_some(limit))
}

/// What is told of a limit.
fn timeval_of(limit: Nanos) -> timeval {
    let limit = Duration::from_nanos(limit);
    timeval {
        tv_sec: limit.as_secs().cast_signed(),
        tv_usec: limit.subsec_micros().into(),
    }
}

/// The value of an option.
///
/// # Safety
///
/// There must be as many bytes, and any bytes must be such a value.
unsafe fn valued<T>(value: *const c_void, length: socklen_t) -> Called<T> {
    if (length as usize) < size_of::<T>() {
        return Err(Failure(libc::EINVAL));
    }
    // SAFETY: there are as many.
    Ok(unsafe { value.cast::<T>().read_unaligned() })
}

/// Writes the value of an option, as much of it as there is room for.
///
/// # Safety
///
/// There must be room for as many bytes as `length` says.
unsafe fn give<T>(given: &T, value: *mut c_void, length: *mut socklen_t) {
    // SAFETY: as above.
    unsafe {
        let room = (*length as usize).min(size_of::<T>());
        value
            .cast::<u8>()
            .copy_from(std::ptr::from_ref(given).cast(), room);
        *length = room as socklen_t;
    }
}

/// The descriptor must be one of a socket.
#[track_caller]
fn socket(fd: c_int) -> Called<c_int> {
    let metadata = result::metadata(SystemCall::Fstat { fd })?;
    if metadata.file_type == FileType::Socket {
        Ok(0)
    } else {
        Err(Failure(libc::ENOTSOCK))
    }
}
