//! Reading and writing: `read(2)`, `readv(2)`.

use std::slice;

use kernel::SystemCall;
use libc::{c_int, c_void, iovec, size_t, ssize_t};

use super::{
    real_unless_program,
    result::{self, Called, Failure, result},
};

/// Most bytes that are copied out of several parts for one call: more than one call transfers.
const MOST: usize = 1 << 16;

/// Most parts of one call: `IOV_MAX`.
const PARTS: c_int = 1024;

pub unsafe fn read(fd: c_int, buffer: *mut c_void, count: size_t) -> ssize_t {
    real_unless_program!(SYS_read, fd, buffer, count);
    // SAFETY: the caller promises it.
    result(|| unsafe { read_into(SystemCall::Read { fd, count }, buffer) })
}

pub unsafe fn readv(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    real_unless_program!(SYS_readv, fd, parts, count);
    result(|| {
        // SAFETY: the caller promises it.
        let parts = unsafe { parts_of(parts, count)? };
        let count = total(parts)?;
        let bytes = result::bytes(SystemCall::Read { fd, count })?;
        // SAFETY: the caller promises it.
        unsafe { scatter(&bytes, parts) };
        Ok(bytes.len().cast_signed())
    })
}

pub unsafe fn write(fd: c_int, bytes: *const c_void, count: size_t) -> ssize_t {
    real_unless_program!(SYS_write, fd, bytes, count);
    // SAFETY: the caller promises it.
    let bytes = unsafe { copied(bytes, count) };
    result(|| number_of(SystemCall::Write { fd, bytes }))
}

pub unsafe fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    real_unless_program!(SYS_writev, fd, parts, count);
    result(|| {
        // SAFETY: the caller promises it.
        let bytes = unsafe { gathered(parts_of(parts, count)?) };
        number_of(SystemCall::Write { fd, bytes })
    })
}

/// Makes a call that gives bytes, and writes them to `buffer`.
///
/// # Safety
///
/// There must be room for as many as the call may give.
#[track_caller]
pub(super) unsafe fn read_into(call: SystemCall, buffer: *mut c_void) -> Called<ssize_t> {
    let bytes = result::bytes(call)?;
    // SAFETY: there is room for that.
    unsafe { buffer.cast::<u8>().copy_from(bytes.as_ptr(), bytes.len()) };
    Ok(bytes.len().cast_signed())
}

/// Makes a call that says how many bytes.
#[track_caller]
pub(super) fn number_of(call: SystemCall) -> Called<ssize_t> {
    Ok(result::number(call)? as ssize_t)
}

/// Bytes to be written: not more than one call takes.
///
/// # Safety
///
/// There must be as many.
pub(super) unsafe fn copied(bytes: *const c_void, count: size_t) -> Vec<u8> {
    let count = count.min(MOST);
    if count == 0 {
        return Vec::new();
    }
    // SAFETY: there are as many.
    unsafe { slice::from_raw_parts(bytes.cast(), count) }.to_vec()
}

/// The parts of a buffer.
///
/// # Safety
///
/// There must be as many.
pub(super) unsafe fn parts_of<'a>(parts: *const iovec, count: c_int) -> Called<&'a [iovec]> {
    match usize::try_from(count) {
        Ok(0) => Ok(&[]),
        // SAFETY: there are as many.
        Ok(number) if count <= PARTS => Ok(unsafe { slice::from_raw_parts(parts, number) }),
        _ => Err(Failure(libc::EINVAL)),
    }
}

/// How many bytes there is room for in the parts.
pub(super) fn total(parts: &[iovec]) -> Called<usize> {
    let total = parts
        .iter()
        .try_fold(0_usize, |total, part| total.checked_add(part.iov_len));
    let total = total.filter(|total| isize::try_from(*total).is_ok());
    total.ok_or(Failure(libc::EINVAL))
}

/// What is in the parts, one after the other.
///
/// # Safety
///
/// They must be valid for reading.
pub(super) unsafe fn gathered(parts: &[iovec]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        let count = part.iov_len.min(MOST - bytes.len());
        // SAFETY: it is valid.
        bytes.extend(unsafe { copied(part.iov_base, count) });
    }
    bytes
}

/// Writes bytes into the parts, one after the other.
///
/// # Safety
///
/// They must be valid for writing.
pub(super) unsafe fn scatter(mut bytes: &[u8], parts: &[iovec]) {
    for part in parts {
        let (now, later) = bytes.split_at(part.iov_len.min(bytes.len()));
        // SAFETY: there is room for that.
        unsafe {
            part.iov_base
                .cast::<u8>()
                .copy_from(now.as_ptr(), now.len());
        };
        bytes = later;
    }
}
