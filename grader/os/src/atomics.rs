//! Atomic accesses to words that several processes share.
//!
//! On the real system they are instructions of the processor. Where a program defines the functions of the
//! [library of atomics](https://gcc.gnu.org/wiki/Atomic/GCCMM/LIbrary), these are called instead: so the
//! driver of a check, whose kernel is simulated, is told of each access.

use std::{
    arch::global_asm,
    sync::atomic::{AtomicU64, Ordering::SeqCst},
};

use libc::c_int;

/// The functions that the program defines.
#[repr(C)]
struct Library {
    load: Option<unsafe extern "C" fn(*const u64, c_int) -> u64>,
    store: Option<unsafe extern "C" fn(*mut u64, u64, c_int)>,
    exchange: Option<unsafe extern "C" fn(*mut u64, u64, c_int) -> u64>,
    fetch_add: Option<unsafe extern "C" fn(*mut u64, u64, c_int) -> u64>,
    compare_exchange: Option<unsafe extern "C" fn(*mut u64, *mut u64, u64, c_int, c_int) -> bool>,
}

// A name that nobody defines has the address 0 if it is weak, which stable Rust cannot say of a name.
global_asm!(
    r#"
    .pushsection .data.rel.ro.os_atomics, "aw"
    .balign 8
    .globl os_atomics
    .hidden os_atomics
os_atomics:
    .8byte __atomic_load_8
    .8byte __atomic_store_8
    .8byte __atomic_exchange_8
    .8byte __atomic_fetch_add_8
    .8byte __atomic_compare_exchange_8
    .weak __atomic_load_8
    .weak __atomic_store_8
    .weak __atomic_exchange_8
    .weak __atomic_fetch_add_8
    .weak __atomic_compare_exchange_8
    .popsection
    "#
);

unsafe extern "C" {
    static os_atomics: Library;
}

const _: () = assert!(size_of::<Library>() == 5 * 8, "an address has 8 bytes");

/// Of the orders that C has, the one in which all threads see all accesses: `__ATOMIC_SEQ_CST`.
const SEQ_CST: c_int = 5;

/// The address of a word that other processes may have as well.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word(*mut u64);

impl Word {
    /// The word at this address.
    ///
    /// # Safety
    ///
    /// It must be there and be aligned as long as this is used, and must not be accessed in another way
    /// meanwhile. In a driver nothing may be there, if its functions know of it.
    pub(crate) const unsafe fn at(address: *mut u64) -> Self {
        Self(address)
    }

    /// The word for the processor.
    fn real(&self) -> &AtomicU64 {
        // SAFETY: whoever made this promises it.
        unsafe { AtomicU64::from_ptr(self.0) }
    }

    pub(crate) fn load(self) -> u64 {
        match library().load {
            // SAFETY: the word is there.
            Some(load) => unsafe { load(self.0, SEQ_CST) },
            None => self.real().load(SeqCst),
        }
    }

    pub(crate) fn store(self, new: u64) {
        match library().store {
            // SAFETY: likewise.
            Some(store) => unsafe { store(self.0, new, SEQ_CST) },
            None => self.real().store(new, SeqCst),
        }
    }

    pub(crate) fn swap(self, new: u64) -> u64 {
        match library().exchange {
            // SAFETY: likewise.
            Some(exchange) => unsafe { exchange(self.0, new, SEQ_CST) },
            None => self.real().swap(new, SeqCst),
        }
    }

    pub(crate) fn fetch_add(self, more: u64) -> u64 {
        match library().fetch_add {
            // SAFETY: likewise.
            Some(fetch_add) => unsafe { fetch_add(self.0, more, SEQ_CST) },
            None => self.real().fetch_add(more, SeqCst),
        }
    }

    pub(crate) fn compare_exchange(self, current: u64, new: u64) -> Result<u64, u64> {
        let Some(compare_exchange) = library().compare_exchange else {
            return self.real().compare_exchange(current, new, SeqCst, SeqCst);
        };
        let mut before = current;
        // SAFETY: likewise, and what is expected is a variable of this function.
        let is_exchanged =
            unsafe { compare_exchange(self.0, &raw mut before, new, SEQ_CST, SEQ_CST) };
        if is_exchanged {
            Ok(before)
        } else {
            Err(before)
        }
    }
}

fn library() -> &'static Library {
    // SAFETY: each is the address of such a function, or 0.
    unsafe { &os_atomics }
}
