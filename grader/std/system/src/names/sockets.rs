//! Streams: `socket(2)`, `bind(2)`, `connect(2)`, `accept(2)`, `send(2)`, `recv(2)`.

use std::{net::Shutdown, ptr};

use kernel::{Accepted, Address, Answer, MessageFlags, OpenFlags, SocketCall, SystemCall};
use libc::{c_int, c_void, iovec, msghdr, size_t, sockaddr, socklen_t, ssize_t};

use super::{
    addresses,
    bytes::{copied, gathered, number_of, parts_of, read_into, scatter, total},
    descriptors::blocking,
    flags, real_unless_program,
    result::{self, Called, Failure, call, done, result, unexpected},
};

pub unsafe fn socket(domain: c_int, kind: c_int, protocol: c_int) -> c_int {
    real_unless_program!(SYS_socket, domain, kind, protocol);
    result(|| {
        if domain != libc::AF_INET {
            return Err(Failure(libc::EAFNOSUPPORT));
        }
        if protocol != 0 && protocol != libc::IPPROTO_TCP {
            return Err(Failure(libc::EPROTONOSUPPORT));
        }
        let flags = stream(kind)?;
        result::descriptor(SystemCall::Socket(SocketCall::Socket { flags }))
    })
}

pub unsafe fn socketpair(domain: c_int, kind: c_int, protocol: c_int, pair: *mut c_int) -> c_int {
    real_unless_program!(SYS_socketpair, domain, kind, protocol, pair);
    result(|| {
        if domain != libc::AF_UNIX || protocol != 0 {
            return Err(Failure(libc::EAFNOSUPPORT));
        }
        // The library makes a pair for packets where it forks to start a program. At most one packet is
        // sent there, and a stream gives that as well.
        let is_of_packets = kind & !STREAM_FLAGS == libc::SOCK_SEQPACKET;
        let flags = if is_of_packets {
            stream(kind & STREAM_FLAGS | libc::SOCK_STREAM)?
        } else {
            stream(kind)?
        };
        // SAFETY: the caller promises it.
        unsafe { result::ends(SystemCall::Socket(SocketCall::Pair { flags }), pair) }
    })
}

/// What is said of a new socket beside its kind.
const STREAM_FLAGS: c_int = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;

/// Whether a new stream is to wait. There are no other kinds of socket.
fn stream(kind: c_int) -> Called<OpenFlags> {
    let flags = kind & STREAM_FLAGS;
    if kind != libc::SOCK_STREAM | flags {
        return Err(Failure(libc::ESOCKTNOSUPPORT));
    }
    blocking(flags, libc::SOCK_CLOEXEC, libc::SOCK_NONBLOCK)
}

pub unsafe fn bind(fd: c_int, address: *const sockaddr, length: socklen_t) -> c_int {
    real_unless_program!(SYS_bind, fd, address, length);
    result(|| {
        // SAFETY: the caller promises it.
        let address = unsafe { addresses::read(address, length)? };
        done(SystemCall::Socket(SocketCall::Bind { fd, address }))
    })
}

pub unsafe fn connect(fd: c_int, address: *const sockaddr, length: socklen_t) -> c_int {
    real_unless_program!(SYS_connect, fd, address, length);
    result(|| {
        // SAFETY: the caller promises it.
        let to = unsafe { addresses::read(address, length)? };
        done(SystemCall::Socket(SocketCall::Connect { fd, to }))
    })
}

pub unsafe fn listen(fd: c_int, backlog: c_int) -> c_int {
    real_unless_program!(SYS_listen, fd, backlog);
    result(|| done(SystemCall::Socket(SocketCall::Listen { fd, backlog })))
}

pub unsafe fn accept4(
    fd: c_int,
    address: *mut sockaddr,
    length: *mut socklen_t,
    flags: c_int,
) -> c_int {
    real_unless_program!(SYS_accept4, fd, address, length, flags);
    result(|| {
        let flags = blocking(flags, libc::SOCK_CLOEXEC, libc::SOCK_NONBLOCK)?;
        match call(SystemCall::Socket(SocketCall::Accept { fd, flags }))? {
            Answer::Accepted(Accepted { fd, peer }) => {
                // SAFETY: the caller promises it.
                unsafe { addresses::write(Address::Inet(peer), address, length) };
                Ok(fd)
            }
            answer => unexpected(&answer),
        }
    })
}

pub unsafe fn getsockname(fd: c_int, address: *mut sockaddr, length: *mut socklen_t) -> c_int {
    real_unless_program!(SYS_getsockname, fd, address, length);
    // SAFETY: the caller promises it.
    result(|| unsafe { name(SocketCall::Name { fd }, address, length) })
}

pub unsafe fn getpeername(fd: c_int, address: *mut sockaddr, length: *mut socklen_t) -> c_int {
    real_unless_program!(SYS_getpeername, fd, address, length);
    // SAFETY: the caller promises it.
    result(|| unsafe { name(SocketCall::PeerName { fd }, address, length) })
}

/// Makes a call that gives an address.
#[track_caller]
unsafe fn name(made: SocketCall, address: *mut sockaddr, length: *mut socklen_t) -> Called<c_int> {
    match call(SystemCall::Socket(made))? {
        Answer::Address(found) => {
            // SAFETY: the caller promises it.
            unsafe { addresses::write(found, address, length) };
            Ok(0)
        }
        answer => unexpected(&answer),
    }
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
    // SAFETY: the caller promises it; no address is asked for.
    unsafe { recvfrom(fd, buffer, count, flags, ptr::null_mut(), ptr::null_mut()) }
}

pub unsafe fn recvfrom(
    fd: c_int,
    buffer: *mut c_void,
    count: size_t,
    flags: c_int,
    address: *mut sockaddr,
    length: *mut socklen_t,
) -> ssize_t {
    real_unless_program!(SYS_recvfrom, fd, buffer, count, flags, address, length);
    result(|| {
        // SAFETY: the caller promises it.
        let received = unsafe { read_into(receiving(fd, count, flags)?, buffer)? };
        if !address.is_null() && !length.is_null() {
            // A stream tells no address.
            // SAFETY: the caller promises it.
            unsafe { *length = 0 };
        }
        Ok(received)
    })
}

pub unsafe fn send(fd: c_int, bytes: *const c_void, count: size_t, flags: c_int) -> ssize_t {
    // SAFETY: the caller promises it; no address is given.
    unsafe { sendto(fd, bytes, count, flags, ptr::null(), 0) }
}

pub unsafe fn sendto(
    fd: c_int,
    bytes: *const c_void,
    count: size_t,
    flags: c_int,
    address: *const sockaddr,
    length: socklen_t,
) -> ssize_t {
    real_unless_program!(SYS_sendto, fd, bytes, count, flags, address, length);
    // SAFETY: the caller promises it. A stream takes no heed of an address.
    let bytes = unsafe { copied(bytes, count) };
    result(|| number_of(sending(fd, bytes, flags)?))
}

pub unsafe fn recvmsg(fd: c_int, message: *mut msghdr, flags: c_int) -> ssize_t {
    real_unless_program!(SYS_recvmsg, fd, message, flags);
    // SAFETY: the caller promises that it is valid.
    let message = unsafe { &mut *message };
    result(|| {
        // SAFETY: likewise.
        let parts = unsafe { parts_of_message(message)? };
        let count = total(parts)?;
        let bytes = result::bytes(receiving(fd, count, flags)?)?;
        // SAFETY: likewise.
        unsafe { scatter(&bytes, parts) };
        (
            message.msg_namelen,
            message.msg_controllen,
            message.msg_flags,
        ) = (0, 0, 0);
        Ok(bytes.len().cast_signed())
    })
}

pub unsafe fn sendmsg(fd: c_int, message: *const msghdr, flags: c_int) -> ssize_t {
    real_unless_program!(SYS_sendmsg, fd, message, flags);
    // SAFETY: the caller promises that it is valid.
    let message = unsafe { &*message };
    result(|| {
        if message.msg_controllen != 0 {
            // Descriptors, say.
            return Err(Failure(libc::EOPNOTSUPP));
        }
        // SAFETY: likewise.
        let parts = unsafe { parts_of_message(message)? };
        // SAFETY: likewise.
        let bytes = unsafe { gathered(parts) };
        number_of(sending(fd, bytes, flags)?)
    })
}

/// The parts of a message.
///
/// # Safety
///
/// There must be as many as it says.
unsafe fn parts_of_message<'a>(message: &msghdr) -> Called<&'a [iovec]> {
    let too_many = Failure(libc::EMSGSIZE);
    let count = c_int::try_from(message.msg_iovlen).map_err(|_| too_many)?;
    // SAFETY: as above.
    unsafe { parts_of(message.msg_iov, count) }
}

fn receiving(fd: c_int, count: size_t, flags: c_int) -> Called<SystemCall> {
    // A descriptor that is passed is closed at an `exec`, of which there is none.
    let flags = message(flags & !libc::MSG_CMSG_CLOEXEC)?;
    Ok(SystemCall::Socket(SocketCall::Recv { fd, count, flags }))
}

fn sending(fd: c_int, bytes: Vec<u8>, flags: c_int) -> Called<SystemCall> {
    let flags = message(flags)?;
    Ok(SystemCall::Socket(SocketCall::Send { fd, bytes, flags }))
}

/// How a message is sent or received.
fn message(flags: c_int) -> Called<MessageFlags> {
    const KNOWN: [(c_int, MessageFlags); 3] = [
        (libc::MSG_PEEK, MessageFlags::PEEK),
        (libc::MSG_DONTWAIT, MessageFlags::DONTWAIT),
        (libc::MSG_NOSIGNAL, MessageFlags::NOSIGNAL),
    ];
    flags::translate(flags, &KNOWN, MessageFlags::EMPTY)
}
