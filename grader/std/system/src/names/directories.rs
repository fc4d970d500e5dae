//! What is in a directory: `opendir(3)`, `readdir(3)`.
//!
//! A stream is a value of ours where the program under test has opened it, and one of the C library
//! otherwise, so that each is known by its address.

use std::{cell::RefCell, mem, ptr};

use kernel::{Answer, DirectoryEntry, FileType, OpenFlags, SystemCall};
use libc::{DIR, c_char, c_int, dirent64};

use super::{
    descriptors::close,
    path::text,
    result::{self, Called, call, fail, result, unexpected},
};

/// A stream of entries.
#[derive(Debug)]
struct Stream {
    fd: c_int,
    /// What is left, in the other direction.
    left: Vec<DirectoryEntry>,
    /// What was read last, which the caller looks at.
    entry: Box<dirent64>,
}

thread_local! {
    #[expect(clippy::vec_box, reason = "a stream is known by its address")]
    static STREAMS: RefCell<Vec<Box<Stream>>> = const { RefCell::new(Vec::new()) };
}

/// Does something with a stream of ours; nothing if it is none.
fn with_stream<R>(stream: *mut DIR, f: impl FnOnce(&mut Stream) -> R) -> Option<R> {
    STREAMS.with_borrow_mut(|streams| {
        let found = streams.iter_mut().find(|ours| is(ours, stream));
        found.map(|stream| f(stream))
    })
}

fn is(ours: &Stream, stream: *mut DIR) -> bool {
    ptr::addr_eq(ours, stream)
}

pub unsafe fn opendir(path: *const c_char) -> *mut DIR {
    if !processes::is_program() {
        // SAFETY: the caller promises it.
        return unsafe { interleave::outside::opendir(path) }.cast();
    }
    let mut opened = ptr::null_mut();
    let _ = result(|| {
        // SAFETY: the caller promises it.
        let path = unsafe { text(path)? }.to_owned();
        let flags = OpenFlags::READ | OpenFlags::DIRECTORY;
        let fd = result::descriptor(SystemCall::Open { path, flags })?;
        opened = stream_of(fd)?;
        Ok(0)
    });
    opened
}

pub unsafe fn fdopendir(fd: c_int) -> *mut DIR {
    type Fdopendir = unsafe extern "C" fn(c_int) -> *mut DIR;
    if !processes::is_program() {
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe {
            super::real::<Fdopendir>(c"fdopendir").map_or(ptr::null_mut(), |f| f(fd))
        };
    }
    let mut opened = ptr::null_mut();
    let _ = result(|| {
        opened = stream_of(fd)?;
        Ok(0)
    });
    opened
}

/// A stream of what is in the directory behind a descriptor at this moment.
#[track_caller]
fn stream_of(fd: c_int) -> Called<*mut DIR> {
    let mut left = match call(SystemCall::Entries { fd })? {
        Answer::Entries(entries) => entries,
        answer => unexpected(&answer),
    };
    let steps = [".", ".."].map(|name| DirectoryEntry {
        name: name.to_owned(),
        file_type: FileType::Directory,
    });
    left.extend(steps);
    left.reverse();
    // SAFETY: all zeros are an entry.
    let entry = Box::new(unsafe { mem::zeroed() });
    let mut stream = Box::new(Stream { fd, left, entry });
    let address = ptr::from_mut(&mut *stream).cast();
    STREAMS.with_borrow_mut(|streams| streams.push(stream));
    Ok(address)
}

pub unsafe fn readdir64(stream: *mut DIR) -> *mut dirent64 {
    type Readdir = unsafe extern "C" fn(*mut DIR) -> *mut dirent64;
    with_stream(stream, next).unwrap_or_else(|| {
        // SAFETY: that is its type; and the caller promises what it asks for.
        unsafe { super::real::<Readdir>(c"readdir64").map_or(ptr::null_mut(), |f| f(stream)) }
    })
}

/// The next entry, or null.
fn next(stream: &mut Stream) -> *mut dirent64 {
    let Some(found) = stream.left.pop() else {
        return ptr::null_mut();
    };
    let entry = &mut *stream.entry;
    // No file has a number; one that is not zero says that there is something.
    entry.d_ino = 1;
    entry.d_type = match found.file_type {
        FileType::Directory => libc::DT_DIR,
        _ => libc::DT_REG,
    };
    let room = entry.d_name.len() - 1;
    let name = &found.name.as_bytes()[..found.name.len().min(room)];
    entry.d_name.fill(0);
    for (to, byte) in entry.d_name.iter_mut().zip(name) {
        *to = byte.cast_signed() as c_char;
    }
    entry
}

pub unsafe fn dirfd(stream: *mut DIR) -> c_int {
    type Dirfd = unsafe extern "C" fn(*mut DIR) -> c_int;
    with_stream(stream, |stream| stream.fd).unwrap_or_else(|| {
        // SAFETY: that is its type; and the caller promises what it asks for.
        unsafe { super::real::<Dirfd>(c"dirfd").map_or(-1, |f| f(stream)) }
    })
}

pub unsafe fn closedir(stream: *mut DIR) -> c_int {
    type Closedir = unsafe extern "C" fn(*mut DIR) -> c_int;
    let ours = STREAMS.with_borrow_mut(|streams| {
        let place = streams.iter().position(|ours| is(ours, stream))?;
        Some(streams.swap_remove(place))
    });
    if let Some(stream) = ours {
        // SAFETY: nothing but the number is passed.
        return unsafe { close(stream.fd) };
    }
    if processes::is_program() {
        return fail(result::Failure(libc::EBADF));
    }
    // SAFETY: that is its type; and the caller promises what it asks for.
    unsafe { super::real::<Closedir>(c"closedir").map_or(-1, |f| f(stream)) }
}
