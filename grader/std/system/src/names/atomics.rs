//! Words of 64 bits that several processes share, by the names of the
//! [library of atomics](https://gcc.gnu.org/wiki/Atomic/GCCMM/LIbrary).
//!
//! A compiler calls that library where a processor has no instruction for an access. The crate `os` calls it
//! for shared memory wherever it is there, so that each access is a call. All accesses are in one order here,
//! whatever order is asked for; elsewhere in memory the processor makes them, in that same order.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use kernel::{Atomic, MemoryCall, SystemCall};
use libc::c_int;

use super::{
    mappings::{is_shared, mapping_at},
    result::{number, result},
};

/// The bytes of a word.
const WORD: usize = size_of::<u64>();

/// Does this to a word of shared memory of the program, and gives what was there before. Nothing, if it is
/// no such word: then the processor does it, which may end the process.
#[track_caller]
fn shared(at: *const u64, operation: Atomic) -> Option<u64> {
    if !is_shared(at) {
        return None;
    }
    if !processes::is_program() {
        // The execution is over.
        return Some(0);
    }
    let (id, place) = mapping_at(at.addr())?;
    let word = (place / WORD) as u64;
    let mut before = None;
    let returned: i64 = result(|| {
        let call = MemoryCall::Atomic {
            id,
            word,
            operation,
        };
        before = Some(number(SystemCall::Memory(call))?.cast_unsigned());
        Ok(0)
    });
    // SAFETY: it is the address of a variable of this thread.
    let is_over = returned != 0 && unsafe { *libc::__errno_location() } == libc::ECANCELED;
    before.or(is_over.then_some(0))
}

/// # Safety
///
/// It must be the address of a word that nobody accesses in another way meanwhile.
unsafe fn real<'a>(at: *const u64) -> &'a AtomicU64 {
    // SAFETY: as above.
    unsafe { AtomicU64::from_ptr(at.cast_mut()) }
}

pub unsafe fn __atomic_load_8(at: *const u64, _order: c_int) -> u64 {
    // SAFETY: the caller promises that there is one.
    shared(at, Atomic::Load).unwrap_or_else(|| unsafe { real(at) }.load(SeqCst))
}

pub unsafe fn __atomic_store_8(at: *mut u64, new: u64, _order: c_int) {
    if shared(at, Atomic::Store(new)).is_none() {
        // SAFETY: the caller promises that there is one.
        unsafe { real(at) }.store(new, SeqCst);
    }
}

pub unsafe fn __atomic_exchange_8(at: *mut u64, new: u64, _order: c_int) -> u64 {
    // SAFETY: the caller promises that there is one.
    shared(at, Atomic::Exchange(new)).unwrap_or_else(|| unsafe { real(at) }.swap(new, SeqCst))
}

pub unsafe fn __atomic_fetch_add_8(at: *mut u64, more: u64, _order: c_int) -> u64 {
    // SAFETY: the caller promises that there is one.
    shared(at, Atomic::Add(more)).unwrap_or_else(|| unsafe { real(at) }.fetch_add(more, SeqCst))
}

/// Whether `expected` was there. If it was not, what was there is written to `expected`.
pub unsafe fn __atomic_compare_exchange_8(
    at: *mut u64,
    expected: *mut u64,
    new: u64,
    _success: c_int,
    _failure: c_int,
) -> bool {
    // SAFETY: the caller promises that there is one.
    let current = unsafe { *expected };
    let before = shared(at, Atomic::CompareExchange { current, new }).unwrap_or_else(|| {
        // SAFETY: likewise.
        let exchanged = unsafe { real(at) }.compare_exchange(current, new, SeqCst, SeqCst);
        exchanged.unwrap_or_else(|before| before)
    });
    // SAFETY: likewise.
    unsafe { *expected = before };
    before == current
}
