//! Sockets: `socket(7)`.

use std::net::Shutdown;

use kernel::{MessageFlags, OpenFlags, SocketCall, SystemCall};
use libc::{c_int, c_void, size_t, ssize_t};

use super::{
    bytes::{copied, number_of, read_into},
    descriptors::blocking,
    real_unless_program,
    result::{self, Called, Failure, done, result},
};

pub unsafe fn socketpair(domain: c_int, kind: c_int, protocol: c_int, pair: *mut c_int) -> c_int {
    real_unless_program!(SYS_socketpair, domain, kind, protocol, pair);
    result(|| {
        if domain != libc::AF_UNIX || protocol != 0 {
            return Err(Failure(libc::EAFNOSUPPORT));
        }
        let flags = stream(kind)?;
        // SAFETY: the caller promises it.
        unsafe { result::ends(SystemCall::Socket(SocketCall::Pair { flags }), pair) }
    })
}

/// Whether a new stream is to wait. There are no other kinds of socket.
fn stream(kind: c_int) -> Called<OpenFlags> {
    let flags = kind & (libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
    if kind != libc::SOCK_STREAM | flags {
        return Err(Failure(libc::ESOCKTNOSUPPORT));
    }
    blocking(flags, libc::SOCK_CLOEXEC, libc::SOCK_NONBLOCK)
}

pub unsafe fn shutdown(fd: c_int, how: c_int) -> c_int {
    real_unless_program!(SYS_shutdown, fd, how);
    result(|| {
        let how = match how {
            libc::SHUT_RD => Shutdown::Read,
            libc::SHUT_WR => Shutdown::Write,
            libc::SHUT_RDWR => Shutdown::Both,
            _ => return Err(Failure(libc::EINVAL)),
        };
        done(SystemCall::Socket(SocketCall::Shutdown { fd, how }))
    })
}

pub unsafe fn recv(fd: c_int, buffer: *mut c_void, count: size_t, flags: c_int) -> ssize_t {
    // No address is asked for.
    let nothing = std::ptr::null_mut::<c_void>();
    real_unless_program!(SYS_recvfrom, fd, buffer, count, flags, nothing, nothing);
    result(|| {
        let flags = message(flags)?;
        let call = SystemCall::Socket(SocketCall::Recv { fd, count, flags });
        // SAFETY: the caller promises it.
        unsafe { read_into(call, buffer) }
    })
}

pub unsafe fn send(fd: c_int, bytes: *const c_void, count: size_t, flags: c_int) -> ssize_t {
    let nothing = std::ptr::null::<c_void>();
    real_unless_program!(SYS_sendto, fd, bytes, count, flags, nothing, 0);
    // SAFETY: the caller promises it.
    let bytes = unsafe { copied(bytes, count) };
    result(|| {
        let flags = message(flags)?;
        number_of(SystemCall::Socket(SocketCall::Send { fd, bytes, flags }))
    })
}

/// How a message is sent or received.
fn message(flags: c_int) -> Called<MessageFlags> {
    const KNOWN: [(c_int, MessageFlags); 3] = [
        (libc::MSG_PEEK, MessageFlags::PEEK),
        (libc::MSG_DONTWAIT, MessageFlags::DONTWAIT),
        (libc::MSG_NOSIGNAL, MessageFlags::NOSIGNAL),
    ];
    let mut known = MessageFlags::EMPTY;
    let mut left = flags;
    for (bit, flag) in KNOWN {
        if flags & bit != 0 {
            known = known | flag;
            left &= !bit;
        }
    }
    if left == 0 {
        Ok(known)
    } else {
        Err(Failure(libc::EOPNOTSUPP))
    }
}
