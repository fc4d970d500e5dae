//! What is refused to the program under test, with the error that the page of the manual has for that.

use std::ffi::CStr;

use libc::{c_char, c_int, c_uint, gid_t, mode_t, off64_t, size_t, ssize_t, timespec, uid_t};

use super::result::{Failure, fail};

macro_rules! refused {
    ($($(#[$doc:meta])* $errno:ident $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            $(#[$doc])*
            pub unsafe fn $name($($argument: $type),*) -> $result {
                const NAME: &CStr =
                    match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                        Ok(name) => name,
                        Err(_) => panic!("it ends in a zero byte"),
                    };
                type Function = unsafe extern "C" fn($($type),*) -> $result;
                if !processes::is_program() {
                    // SAFETY: that is its type.
                    if let Some(function) = unsafe { super::real::<Function>(NAME) } {
                        // SAFETY: the caller promises what it asks for.
                        return unsafe { function($($argument),*) };
                    }
                }
                fail(Failure(libc::$errno))
            }
        )*
    };
}

refused! {
    /// `std::io::copy` reads and writes then.
    ENOSYS copy_file_range(
        from: c_int, at: *mut off64_t, to: c_int, there: *mut off64_t, count: size_t, flags: c_uint
    ) -> ssize_t;
    /// Likewise.
    ENOSYS sendfile64(to: c_int, from: c_int, at: *mut off64_t, count: size_t) -> ssize_t;
    /// Likewise.
    ENOSYS splice(
        from: c_int, at: *mut off64_t, to: c_int, there: *mut off64_t, count: size_t, flags: c_uint
    ) -> ssize_t;
    /// Permissions and owners are not modelled.
    ENOSYS chmod(path: *const c_char, mode: mode_t) -> c_int;
    /// Likewise.
    ENOSYS chown(path: *const c_char, owner: uid_t, group: gid_t) -> c_int;
    /// Likewise.
    ENOSYS fchown(fd: c_int, owner: uid_t, group: gid_t) -> c_int;
    /// Likewise.
    ENOSYS lchown(path: *const c_char, owner: uid_t, group: gid_t) -> c_int;
    /// The process has no privileges.
    EPERM chroot(path: *const c_char) -> c_int;
    /// Likewise.
    EPERM setgid(group: gid_t) -> c_int;
    /// Likewise.
    EPERM setgroups(count: size_t, groups: *const gid_t) -> c_int;
    /// Likewise.
    EPERM setuid(user: uid_t) -> c_int;
    /// The file system has no links.
    EPERM linkat(
        from: c_int, path: *const c_char, to: c_int, name: *const c_char, flags: c_int
    ) -> c_int;
    /// Likewise.
    EPERM symlink(path: *const c_char, name: *const c_char) -> c_int;
    /// Likewise no pipes with a name.
    EPERM mkfifo(path: *const c_char, mode: mode_t) -> c_int;
    /// Files have no times.
    ENOSYS futimens(fd: c_int, times: *const timespec) -> c_int;
    /// Likewise.
    ENOSYS utimensat(
        directory: c_int, path: *const c_char, times: *const timespec, flags: c_int
    ) -> c_int;
    /// A pipe does the same.
    ENOSYS eventfd(count: c_uint, flags: c_int) -> c_int;
}
