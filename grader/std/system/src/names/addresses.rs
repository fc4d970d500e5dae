//! Addresses of sockets: `ip(7)`, `unix(7)`, `getaddrinfo(3)`.

use std::{
    ffi::CStr,
    mem,
    net::{Ipv4Addr, SocketAddrV4},
    ptr,
};

use kernel::Address;
use libc::{
    addrinfo, c_char, c_int, sa_family_t, sockaddr, sockaddr_in, sockaddr_storage, socklen_t,
};

use super::result::{Called, Failure};

/// An address of the internet.
///
/// # Safety
///
/// There must be `length` bytes.
pub(super) unsafe fn read(address: *const sockaddr, length: socklen_t) -> Called<SocketAddrV4> {
    if address.is_null() || (length as usize) < size_of::<sockaddr_in>() {
        return Err(Failure(libc::EINVAL));
    }
    // SAFETY: there are as many bytes, wherever they lie.
    let address = unsafe { address.cast::<sockaddr_in>().read_unaligned() };
    if c_int::from(address.sin_family) != libc::AF_INET {
        return Err(Failure(libc::EAFNOSUPPORT));
    }
    let ip = Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr));
    Ok(SocketAddrV4::new(ip, u16::from_be(address.sin_port)))
}

fn inet(address: SocketAddrV4) -> sockaddr_in {
    // SAFETY: all zeros are an address.
    let mut inet: sockaddr_in = unsafe { mem::zeroed() };
    inet.sin_family = libc::AF_INET as sa_family_t;
    inet.sin_port = address.port().to_be();
    inet.sin_addr.s_addr = u32::from(*address.ip()).to_be();
    inet
}

/// Writes an address, as far as there is room for it, and how long it is. Nothing if none is asked for.
///
/// # Safety
///
/// `length` must be valid and say how much room there is at `to`, unless one of them is null.
pub(super) unsafe fn write(address: Address, to: *mut sockaddr, length: *mut socklen_t) {
    if to.is_null() || length.is_null() {
        return;
    }
    // SAFETY: all zeros are an address.
    let mut storage: sockaddr_storage = unsafe { mem::zeroed() };
    let size = match address {
        Address::Inet(address) => {
            // SAFETY: there is room for each kind of address.
            unsafe {
                (&raw mut storage)
                    .cast::<sockaddr_in>()
                    .write(inet(address));
            };
            size_of::<sockaddr_in>()
        }
        Address::Unnamed => {
            storage.ss_family = libc::AF_UNIX as sa_family_t;
            size_of::<sa_family_t>()
        }
    };
    // SAFETY: as much is written as there is room for.
    unsafe {
        let room = (*length as usize).min(size);
        to.cast::<u8>().copy_from((&raw const storage).cast(), room);
        *length = size as socklen_t;
    }
}

/// The only name that is known.
const LOCALHOST: &[u8] = b"localhost";

/// An address that [`getaddrinfo`] has given.
#[repr(C)]
struct Found {
    info: addrinfo,
    address: sockaddr_in,
}

/// Knows `localhost` and numbers, and ports by their numbers: any other name would ask the real network.
pub unsafe fn getaddrinfo(
    node: *const c_char,
    service: *const c_char,
    hints: *const addrinfo,
    results: *mut *mut addrinfo,
) -> c_int {
    type Getaddrinfo = unsafe extern "C" fn(
        *const c_char,
        *const c_char,
        *const addrinfo,
        *mut *mut addrinfo,
    ) -> c_int;
    if !processes::is_program() {
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe {
            super::real::<Getaddrinfo>(c"getaddrinfo")
                .map_or(libc::EAI_FAIL, |f| f(node, service, hints, results))
        };
    }
    // SAFETY: the caller promises that they end in a zero byte, or are null.
    let [node, service] = [node, service]
        .map(|name| (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_bytes()));
    let ip = match node {
        None | Some(LOCALHOST) => Some(Ipv4Addr::LOCALHOST),
        Some(number) => parsed(number),
    };
    let port = service.map_or(Some(0), parsed);
    // SAFETY: the caller promises that they are valid, or null.
    let family = unsafe { hints.as_ref() }.map_or(libc::AF_UNSPEC, |hints| hints.ai_family);
    let (Some(ip), Some(port)) = (ip, port) else {
        return libc::EAI_NONAME;
    };
    if family != libc::AF_UNSPEC && family != libc::AF_INET {
        return libc::EAI_FAMILY;
    }
    let mut found = Box::new(Found {
        // SAFETY: all zeros are such a value.
        info: unsafe { mem::zeroed() },
        address: inet(SocketAddrV4::new(ip, port)),
    });
    found.info.ai_family = libc::AF_INET;
    found.info.ai_socktype = libc::SOCK_STREAM;
    found.info.ai_addrlen = size_of::<sockaddr_in>() as socklen_t;
    found.info.ai_addr = (&raw mut found.address).cast();
    // SAFETY: the caller promises room for a pointer.
    unsafe { *results = Box::into_raw(found).cast() };
    0
}

fn parsed<T: std::str::FromStr>(number: &[u8]) -> Option<T> {
    str::from_utf8(number).ok()?.parse().ok()
}

/// Gives back what [`getaddrinfo`] gave: ours is a single one, whose address lies right behind it.
pub unsafe fn freeaddrinfo(info: *mut addrinfo) {
    type Freeaddrinfo = unsafe extern "C" fn(*mut addrinfo);
    if info.is_null() {
        return;
    }
    // SAFETY: the caller promises that it is one. Only its address is looked at.
    let is_ours = unsafe {
        let address = (*info).ai_addr.cast::<u8>();
        processes::is_program()
            && ptr::eq(address, (&raw mut (*info.cast::<Found>()).address).cast())
    };
    if is_ours {
        // SAFETY: it was made by `Box::into_raw`.
        drop(unsafe { Box::from_raw(info.cast::<Found>()) });
    // SAFETY: that is its type; and it is one of the library's own.
    } else if let Some(free) = unsafe { super::real::<Freeaddrinfo>(c"freeaddrinfo") } {
        // SAFETY: likewise.
        unsafe { free(info) };
    }
}
