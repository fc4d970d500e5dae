//! What a program can touch that is not modelled: what it finds there depends on the machine and
//! on earlier executions, and not on the schedule alone. An execution that does so says so.

use std::{cell::RefCell, hint::black_box};

use libc::{c_char, c_int, c_uint, c_void};

pub use crate::race::is_mapped;
use crate::{coroutine::Thread, runtime::try_with};

/// Something outside of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outside {
    /// The variables, arguments or directories of the process.
    Environment,
    /// The file system.
    Files,
    /// The addresses of values: what the program did depended on them.
    Addresses,
}

/// The program under test touches something outside of the model; nothing outside of an execution.
pub fn note_outside(what: Outside) {
    try_with(|execution| {
        if !execution.over {
            execution.outside.get_or_insert(what);
        }
    });
}

/// While it lives, executions on this operating-system thread have their values at other
/// addresses than without it.
#[derive(Debug)]
pub struct OtherAddresses {
    /// Blocks of the heap, which are the first that would have been handed out again.
    blocks: Vec<Vec<u8>>,
    /// A stack, likewise.
    stack: RefCell<Option<Box<Thread>>>,
}

impl OtherAddresses {
    /// Takes what would have been handed out first.
    pub fn new() -> Self {
        /// Blocks of one size, in number, and the sizes in bytes.
        const EACH: usize = 3;
        const LARGEST: usize = 2048;
        const APART: usize = 16;
        let sizes = (1..=LARGEST / APART).flat_map(|size| [size * APART - 8; EACH]);
        let blocks = sizes.map(|size| black_box(Vec::with_capacity(size)));
        Self {
            blocks: blocks.collect(),
            stack: RefCell::new(Thread::take().ok()),
        }
    }
}

impl Default for OtherAddresses {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for OtherAddresses {
    fn drop(&mut self) {
        self.blocks.clear();
        if let Some(stack) = self.stack.take() {
            stack.put_back();
        }
    }
}

unsafe extern "C" {
    static __executable_start: u8;
    static _end: u8;
}

/// Whether a number is the address of a function or a static of this process. These are the same
/// in all of its executions, so that [`OtherAddresses`] does not move them.
pub fn is_address_of_static(number: u64) -> bool {
    let image = (&raw const __executable_start) as u64..(&raw const _end) as u64;
    image.contains(&number)
}

/// The system's own function of this name, behind the one that a driver puts in its place.
///
/// # Safety
///
/// `F` must be the type of that function.
pub unsafe fn real<F: Copy>(name: &'static std::ffi::CStr) -> Option<F> {
    // SAFETY: the name ends in a zero byte.
    let symbol = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    // SAFETY: the caller promises the type, and a function pointer has the size of any other.
    (!symbol.is_null()).then(|| unsafe { std::mem::transmute_copy(&symbol) })
}

/// `statx`, noted.
///
/// # Safety
///
/// As for the system's own.
pub unsafe fn statx(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mask: c_uint,
    found: *mut c_void,
) -> c_int {
    note_outside(Outside::Files);
    // SAFETY: the caller promises what the system asks for.
    let result = unsafe { libc::syscall(libc::SYS_statx, directory, path, flags, mask, found) };
    c_int::try_from(result).unwrap_or(-1)
}

/// `readlink`, noted.
///
/// # Safety
///
/// As for the system's own.
pub unsafe fn readlink(path: *const c_char, buffer: *mut c_char, size: usize) -> isize {
    note_outside(Outside::Files);
    // SAFETY: the caller promises what the system asks for.
    let result = unsafe { libc::syscall(libc::SYS_readlink, path, buffer, size) };
    isize::try_from(result).unwrap_or(-1)
}

/// `realpath`, noted.
///
/// # Safety
///
/// As for the system's own.
pub unsafe fn realpath(path: *const c_char, resolved: *mut c_char) -> *mut c_char {
    type Realpath = unsafe extern "C" fn(*const c_char, *mut c_char) -> *mut c_char;
    note_outside(Outside::Files);
    // SAFETY: that is its type; and the caller promises what it asks for.
    unsafe { real::<Realpath>(c"realpath").map_or(std::ptr::null_mut(), |f| f(path, resolved)) }
}

/// `opendir`, noted.
///
/// # Safety
///
/// As for the system's own.
pub unsafe fn opendir(path: *const c_char) -> *mut c_void {
    type Opendir = unsafe extern "C" fn(*const c_char) -> *mut c_void;
    note_outside(Outside::Files);
    // SAFETY: that is its type; and the caller promises what it asks for.
    unsafe { real::<Opendir>(c"opendir").map_or(std::ptr::null_mut(), |f| f(path)) }
}
