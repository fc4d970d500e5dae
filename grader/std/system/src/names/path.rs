//! Paths of C.

use std::ffi::CStr;

use libc::{c_char, c_int};

use super::result::{Called, Failure};

/// A path. The simulated kernel knows text alone.
///
/// # Safety
///
/// It must end in a zero byte, or be null.
pub(super) unsafe fn text<'a>(path: *const c_char) -> Called<&'a str> {
    if path.is_null() {
        return Err(Failure(libc::EFAULT));
    }
    // SAFETY: it ends in a zero byte.
    let path = unsafe { CStr::from_ptr(path) };
    path.to_str().map_err(|_| Failure(libc::EILSEQ))
}

/// A path that is relative to a directory. The working directory is the root, and no other directory
/// can be named by a descriptor.
///
/// # Safety
///
/// As for [`text`].
pub(super) unsafe fn text_at<'a>(directory: c_int, path: *const c_char) -> Called<&'a str> {
    // SAFETY: as above.
    let path = unsafe { text(path)? };
    if directory == libc::AT_FDCWD || path.starts_with('/') {
        return Ok(path);
    }
    Err(Failure(libc::ENOSYS))
}
