//! Files: `open(2)`, `lseek(2)`, `pread(2)`, `ftruncate(2)`, `flock(2)`.

use kernel::{LockKind, Locking, OpenFlags, SystemCall, Whence};
use libc::{c_char, c_int, c_void, iovec, mode_t, off64_t, size_t, ssize_t};

use super::{
    bytes::{copied, gathered, number_of, parts_of, read_into, scatter, total},
    flags,
    path::text_at,
    real_unless_program,
    result::{self, Called, Failure, done, result},
};

pub unsafe fn open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { openat64(libc::AT_FDCWD, path, flags, mode) }
}

pub unsafe fn openat64(directory: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    real_unless_program!(SYS_openat, directory, path, flags, mode);
    result(|| {
        // SAFETY: the caller promises it.
        let path = unsafe { text_at(directory, path)? }.to_owned();
        let flags = opening(flags)?;
        result::descriptor(SystemCall::Open { path, flags })
    })
}

/// How a file is opened. Permissions are not modelled, and neither is a disk that could lose something.
fn opening(flags: c_int) -> Called<OpenFlags> {
    const KNOWN: [(c_int, OpenFlags); 6] = [
        (libc::O_APPEND, OpenFlags::APPEND),
        (libc::O_CREAT, OpenFlags::CREATE),
        (libc::O_EXCL, OpenFlags::NEW),
        (libc::O_TRUNC, OpenFlags::TRUNCATE),
        (libc::O_NONBLOCK, OpenFlags::NONBLOCK),
        (libc::O_DIRECTORY, OpenFlags::DIRECTORY),
    ];
    /// What makes no difference: there is no `exec`, no link, and no terminal to control anything.
    const WITHOUT_EFFECT: c_int =
        libc::O_CLOEXEC | libc::O_LARGEFILE | libc::O_NOCTTY | libc::O_NOFOLLOW | libc::O_SYNC;
    let access = match flags & libc::O_ACCMODE {
        libc::O_RDONLY => OpenFlags::READ,
        libc::O_WRONLY => OpenFlags::WRITE,
        libc::O_RDWR => OpenFlags::READ | OpenFlags::WRITE,
        _ => return Err(Failure(libc::EINVAL)),
    };
    flags::translate(flags & !(libc::O_ACCMODE | WITHOUT_EFFECT), &KNOWN, access)
}

pub unsafe fn lseek64(fd: c_int, offset: off64_t, whence: c_int) -> off64_t {
    real_unless_program!(SYS_lseek, fd, offset, whence);
    let whence = match whence {
        libc::SEEK_SET => Some(Whence::Start),
        libc::SEEK_CUR => Some(Whence::Current),
        libc::SEEK_END => Some(Whence::End),
        _ => None,
    };
    result(|| {
        let whence = whence.ok_or(Failure(libc::EINVAL))?;
        result::number(SystemCall::Seek { fd, offset, whence })
    })
}

pub unsafe fn pread64(fd: c_int, buffer: *mut c_void, count: size_t, at: off64_t) -> ssize_t {
    real_unless_program!(SYS_pread64, fd, buffer, count, at);
    result(|| {
        let at = place(at)?;
        // SAFETY: the caller promises it.
        unsafe { read_into(SystemCall::Pread { fd, count, at }, buffer) }
    })
}

pub unsafe fn preadv(fd: c_int, parts: *const iovec, count: c_int, at: off64_t) -> ssize_t {
    // The system takes the place in two halves.
    real_unless_program!(SYS_preadv, fd, parts, count, at, at >> 32);
    result(|| {
        let at = place(at)?;
        // SAFETY: the caller promises it.
        let parts = unsafe { parts_of(parts, count)? };
        let count = total(parts)?;
        let bytes = result::bytes(SystemCall::Pread { fd, count, at })?;
        // SAFETY: the caller promises it.
        unsafe { scatter(&bytes, parts) };
        Ok(bytes.len().cast_signed())
    })
}

pub unsafe fn pwrite64(fd: c_int, bytes: *const c_void, count: size_t, at: off64_t) -> ssize_t {
    real_unless_program!(SYS_pwrite64, fd, bytes, count, at);
    // SAFETY: the caller promises it.
    let bytes = unsafe { copied(bytes, count) };
    result(|| {
        let at = place(at)?;
        number_of(SystemCall::Pwrite { fd, bytes, at })
    })
}

pub unsafe fn pwritev(fd: c_int, parts: *const iovec, count: c_int, at: off64_t) -> ssize_t {
    real_unless_program!(SYS_pwritev, fd, parts, count, at, at >> 32);
    result(|| {
        let at = place(at)?;
        // SAFETY: the caller promises it.
        let bytes = unsafe { gathered(parts_of(parts, count)?) };
        number_of(SystemCall::Pwrite { fd, bytes, at })
    })
}

fn place(at: off64_t) -> Called<u64> {
    u64::try_from(at).map_err(|_| Failure(libc::EINVAL))
}

pub unsafe fn ftruncate64(fd: c_int, size: off64_t) -> c_int {
    real_unless_program!(SYS_ftruncate, fd, size);
    result(|| {
        let size = place(size)?;
        done(SystemCall::Truncate { fd, size })
    })
}

pub unsafe fn fsync(fd: c_int) -> c_int {
    real_unless_program!(SYS_fsync, fd);
    result(|| is_file(fd))
}

pub unsafe fn fdatasync(fd: c_int) -> c_int {
    real_unless_program!(SYS_fdatasync, fd);
    result(|| is_file(fd))
}

/// No disk loses anything, so that there is nothing to be done for a file or a directory.
#[track_caller]
fn is_file(fd: c_int) -> Called<c_int> {
    use kernel::FileType::{Directory, Regular};
    let metadata = result::metadata(SystemCall::Fstat { fd })?;
    match metadata.file_type {
        Regular | Directory => Ok(0),
        _ => Err(Failure(libc::EINVAL)),
    }
}

pub unsafe fn flock(fd: c_int, operation: c_int) -> c_int {
    real_unless_program!(SYS_flock, fd, operation);
    let waits = operation & libc::LOCK_NB == 0;
    let locking = match operation & !libc::LOCK_NB {
        libc::LOCK_SH if waits => Some(Locking::Lock(LockKind::Shared)),
        libc::LOCK_SH => Some(Locking::TryLock(LockKind::Shared)),
        libc::LOCK_EX if waits => Some(Locking::Lock(LockKind::Exclusive)),
        libc::LOCK_EX => Some(Locking::TryLock(LockKind::Exclusive)),
        libc::LOCK_UN => Some(Locking::Unlock),
        _ => None,
    };
    result(|| {
        let locking = locking.ok_or(Failure(libc::EINVAL))?;
        done(SystemCall::Flock { fd, locking })
    })
}
