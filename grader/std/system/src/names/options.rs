//! What can be set of a socket: `getsockopt(2)`, `setsockopt(2)`.

use kernel::{Answer, FileType, SocketCall, SystemCall};
use libc::{c_int, c_void, socklen_t};

use super::{
    real_unless_program,
    result::{self, Called, Failure, call, done, result, unexpected},
};

pub unsafe fn setsockopt(
    fd: c_int,
    level: c_int,
    option: c_int,
    value: *const c_void,
    length: socklen_t,
) -> c_int {
    real_unless_program!(SYS_setsockopt, fd, level, option, value, length);
    result(|| {
        if (length as usize) < size_of::<c_int>() {
            return Err(Failure(libc::EINVAL));
        }
        // SAFETY: the caller promises that there are as many bytes.
        let is = unsafe { value.cast::<c_int>().read_unaligned() } != 0;
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
        unsafe {
            let room = (*length as usize).min(size_of::<c_int>());
            value
                .cast::<u8>()
                .copy_from((&raw const number).cast(), room);
            *length = room as socklen_t;
        }
        Ok(0)
    })
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
