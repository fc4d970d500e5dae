//! The names without a number of bits, by which a program calls that is not `std`: where a pointer has 64
//! bits, they are the same functions, and `struct stat` is the same.

use libc::{
    DIR, c_char, c_int, c_void, dirent, mode_t, off_t, size_t, sockaddr, socklen_t, ssize_t,
};

use super::{directories, files, sockets, stat as statuses};

macro_rules! same {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty = $function:path;)*) => {
        $(
            pub unsafe fn $name($($argument: $type),*) -> $result {
                // SAFETY: the caller promises what that function asks for.
                unsafe { $function($($argument),*) }
            }
        )*
    };
}

same! {
    ftruncate(fd: c_int, size: off_t) -> c_int = files::ftruncate64;
    lseek(fd: c_int, offset: off_t, whence: c_int) -> off_t = files::lseek64;
    open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = files::open64;
    openat(directory: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int =
        files::openat64;
    pread(fd: c_int, buffer: *mut c_void, count: size_t, at: off_t) -> ssize_t = files::pread64;
    pwrite(fd: c_int, bytes: *const c_void, count: size_t, at: off_t) -> ssize_t =
        files::pwrite64;
}

pub unsafe fn accept(fd: c_int, address: *mut sockaddr, length: *mut socklen_t) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { sockets::accept4(fd, address, length, 0) }
}

pub unsafe fn fstat(fd: c_int, to: *mut libc::stat) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { statuses::fstat64(fd, to.cast()) }
}

pub unsafe fn lstat(path: *const c_char, to: *mut libc::stat) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { statuses::lstat64(path, to.cast()) }
}

pub unsafe fn stat(path: *const c_char, to: *mut libc::stat) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { statuses::stat64(path, to.cast()) }
}

pub unsafe fn readdir(stream: *mut DIR) -> *mut dirent {
    // SAFETY: the caller promises it.
    unsafe { directories::readdir64(stream) }.cast()
}

const _: () = {
    assert!(size_of::<libc::stat>() == size_of::<libc::stat64>());
    assert!(size_of::<dirent>() == size_of::<libc::dirent64>());
};
