//! The names of files: `mkdir(2)`, `unlink(2)`, `rename(2)`, and the working directory.

use std::ffi::CString;

use kernel::{FileType, SystemCall};
use libc::{c_char, c_int, mode_t, size_t};

use super::{
    path::{text, text_at},
    real_unless_program,
    result::{self, Called, Failure, done, fail, result},
};

pub unsafe fn mkdir(path: *const c_char, mode: mode_t) -> c_int {
    real_unless_program!(SYS_mkdirat, libc::AT_FDCWD, path, mode);
    result(|| {
        // SAFETY: the caller promises it.
        let path = unsafe { text(path)? }.to_owned();
        done(SystemCall::Mkdir { path })
    })
}

pub unsafe fn rmdir(path: *const c_char) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { unlinkat(libc::AT_FDCWD, path, libc::AT_REMOVEDIR) }
}

pub unsafe fn unlink(path: *const c_char) -> c_int {
    // SAFETY: the caller promises it.
    unsafe { unlinkat(libc::AT_FDCWD, path, 0) }
}

pub unsafe fn unlinkat(directory: c_int, path: *const c_char, flags: c_int) -> c_int {
    real_unless_program!(SYS_unlinkat, directory, path, flags);
    result(|| {
        // SAFETY: the caller promises it.
        let path = unsafe { text_at(directory, path)? }.to_owned();
        done(match flags {
            0 => SystemCall::Unlink { path },
            libc::AT_REMOVEDIR => SystemCall::Rmdir { path },
            _ => return Err(Failure(libc::EINVAL)),
        })
    })
}

pub unsafe fn rename(from: *const c_char, to: *const c_char) -> c_int {
    let here = libc::AT_FDCWD;
    real_unless_program!(SYS_renameat2, here, from, here, to, 0);
    result(|| {
        // SAFETY: the caller promises it.
        let (from, to) = unsafe { (text(from)?.to_owned(), text(to)?.to_owned()) };
        done(SystemCall::Rename { from, to })
    })
}

/// What is at a path that must be there.
#[track_caller]
fn find(path: &str) -> Called<FileType> {
    let path = path.to_owned();
    Ok(result::metadata(SystemCall::Stat { path })?.file_type)
}

/// There are no links, so that no name is one.
pub unsafe fn readlink(path: *const c_char, buffer: *mut c_char, size: size_t) -> isize {
    if !processes::is_program() {
        // SAFETY: the caller promises it.
        return unsafe { interleave::outside::readlink(path, buffer, size) };
    }
    result(|| {
        // SAFETY: the caller promises it.
        find(unsafe { text(path)? })?;
        Err(Failure(libc::EINVAL))
    })
}

pub unsafe fn realpath(path: *const c_char, resolved: *mut c_char) -> *mut c_char {
    if !processes::is_program() {
        // SAFETY: the caller promises it.
        return unsafe { interleave::outside::realpath(path, resolved) };
    }
    let mut absolute = None;
    let found = result(|| {
        // SAFETY: the caller promises it.
        let path = unsafe { text(path)? };
        find(path)?;
        absolute = CString::new(without_steps(path)).ok();
        Ok(0)
    });
    let Some(absolute) = absolute.filter(|_| found == 0) else {
        return std::ptr::null_mut();
    };
    if resolved.is_null() {
        // SAFETY: it ends in a zero byte.
        return unsafe { libc::strdup(absolute.as_ptr()) };
    }
    // SAFETY: the caller promises room for the longest path; what is longer was not found.
    unsafe { libc::strcpy(resolved, absolute.as_ptr()) }
}

/// The absolute path of a name without `.` and `..`. Without links that is all there is to it.
fn without_steps(path: &str) -> String {
    let mut kept = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(kept.pop()),
            name => kept.push(name),
        }
    }
    format!("/{}", kept.join("/"))
}

pub unsafe fn getcwd(buffer: *mut c_char, size: size_t) -> *mut c_char {
    const ROOT: &std::ffi::CStr = c"/";
    if !processes::is_program() {
        type Getcwd = unsafe extern "C" fn(*mut c_char, size_t) -> *mut c_char;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe {
            super::real::<Getcwd>(c"getcwd").map_or(std::ptr::null_mut(), |f| f(buffer, size))
        };
    }
    if buffer.is_null() {
        // SAFETY: it ends in a zero byte.
        return unsafe { libc::strdup(ROOT.as_ptr()) };
    }
    if size < ROOT.count_bytes() + 1 {
        let _: c_int = fail(Failure(libc::ERANGE));
        return std::ptr::null_mut();
    }
    // SAFETY: there is room for that.
    unsafe { libc::strcpy(buffer, ROOT.as_ptr()) }
}

/// The working directory is the root.
pub unsafe fn chdir(path: *const c_char) -> c_int {
    real_unless_program!(SYS_chdir, path);
    result(|| {
        // SAFETY: the caller promises it.
        let path = unsafe { text(path)? };
        match find(path)? {
            FileType::Directory if without_steps(path) == "/" => Ok(0),
            FileType::Directory => Err(Failure(libc::ENOSYS)),
            _ => Err(Failure(libc::ENOTDIR)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::without_steps;

    #[test]
    fn a_path_is_made_absolute() {
        for (path, absolute) in [
            ("a", "/a"),
            ("/", "/"),
            ("..", "/"),
            ("/a//b/./../c/", "/a/c"),
        ] {
            assert_eq!(without_steps(path), absolute);
        }
    }
}
