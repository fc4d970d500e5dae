//! What is behind a name or a descriptor: `stat(2)`, `statx(2)`.

use std::{ffi::CStr, mem};

use kernel::{FileType, Metadata, SystemCall};
use libc::{c_char, c_int, c_uint, mode_t, stat64 as Stat};

use super::{
    path::text_at,
    real_unless_program,
    result::{self, Called, Failure, result},
};

/// Permissions are not modelled: everything can be read and written by its owner, and read by others.
const FILE: mode_t = 0o644;
const DIRECTORY: mode_t = 0o755;

/// A block as file systems have it, in bytes.
const BLOCK: i64 = 4096;

/// `st_mode`: what it is, and who may do what.
fn mode(file_type: FileType) -> mode_t {
    match file_type {
        FileType::Regular => libc::S_IFREG | FILE,
        FileType::Directory => libc::S_IFDIR | DIRECTORY,
        FileType::Pipe => libc::S_IFIFO | FILE,
        FileType::Socket => libc::S_IFSOCK | FILE,
        FileType::Terminal | FileType::Null => libc::S_IFCHR | FILE,
        FileType::Anonymous => FILE,
    }
}

/// What is behind a path, or, if it is empty and the flags allow that, behind a descriptor.
#[track_caller]
unsafe fn find(directory: c_int, path: *const c_char, flags: c_int) -> Called<Metadata> {
    let may_be_empty = flags & libc::AT_EMPTY_PATH != 0;
    // SAFETY: the caller promises that it ends in a zero byte.
    let is_empty = !path.is_null() && unsafe { CStr::from_ptr(path) }.is_empty();
    result::metadata(if may_be_empty && is_empty {
        SystemCall::Fstat { fd: directory }
    } else {
        // SAFETY: the caller promises it.
        let path = unsafe { text_at(directory, path)? }.to_owned();
        SystemCall::Stat { path }
    })
}

/// Writes down what is known.
unsafe fn write(found: Metadata, to: *mut Stat) -> c_int {
    // SAFETY: all zeros are a `struct stat`.
    let mut stat: Stat = unsafe { mem::zeroed() };
    stat.st_mode = mode(found.file_type);
    stat.st_size = found.size.cast_signed();
    stat.st_nlink = 1;
    stat.st_blksize = BLOCK;
    // SAFETY: the caller promises that there is room for it.
    unsafe { to.write(stat) };
    0
}

pub unsafe fn fstat64(fd: c_int, to: *mut Stat) -> c_int {
    real_unless_program!(SYS_fstat, fd, to);
    result(|| {
        let found = result::metadata(SystemCall::Fstat { fd })?;
        // SAFETY: the caller promises it.
        Ok(unsafe { write(found, to) })
    })
}

pub unsafe fn fstatat64(
    directory: c_int,
    path: *const c_char,
    to: *mut Stat,
    flags: c_int,
) -> c_int {
    real_unless_program!(SYS_newfstatat, directory, path, to, flags);
    result(|| {
        // SAFETY: the caller promises it.
        let found = unsafe { find(directory, path, flags)? };
        // SAFETY: likewise.
        Ok(unsafe { write(found, to) })
    })
}

pub unsafe fn stat64(path: *const c_char, to: *mut Stat) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { fstatat64(libc::AT_FDCWD, path, to, 0) }
}

/// There are no links, so that this is the same.
pub unsafe fn lstat64(path: *const c_char, to: *mut Stat) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { fstatat64(libc::AT_FDCWD, path, to, libc::AT_SYMLINK_NOFOLLOW) }
}

pub unsafe fn statx(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mask: c_uint,
    to: *mut libc::statx,
) -> c_int {
    if !processes::is_program() {
        // SAFETY: the caller promises it.
        return unsafe { interleave::outside::statx(directory, path, flags, mask, to.cast()) };
    }
    result(|| {
        // SAFETY: the caller promises it.
        let found = unsafe { find(directory, path, flags)? };
        if to.is_null() {
            return Err(Failure(libc::EFAULT));
        }
        // SAFETY: all zeros are a `struct statx`.
        let mut stat: libc::statx = unsafe { mem::zeroed() };
        stat.stx_mask = libc::STATX_TYPE | libc::STATX_MODE | libc::STATX_SIZE | libc::STATX_NLINK;
        stat.stx_mode = mode(found.file_type) as u16;
        stat.stx_size = found.size;
        stat.stx_nlink = 1;
        stat.stx_blksize = BLOCK as u32;
        // SAFETY: the caller promises that there is room for it.
        unsafe { to.write(stat) };
        Ok(0)
    })
}

/// Copying a file copies its permissions. Others than all files have are refused.
pub unsafe fn fchmod(fd: c_int, mode: mode_t) -> c_int {
    real_unless_program!(SYS_fchmod, fd, mode);
    result(|| {
        result::metadata(SystemCall::Fstat { fd })?;
        if mode & 0o7777 == FILE {
            Ok(0)
        } else {
            Err(Failure(libc::ENOSYS))
        }
    })
}
