//! Tells a stack overflow of a coroutine from other memory faults.
//!
//! The standard library knows the guard pages of the threads that it started, not
//! those of coroutines. The handler here looks whether the faulting address lies in
//! the guard of the coroutine that runs, writes a prepared message and ends the
//! process; any other fault goes its usual way.

use std::{
    mem, ptr,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The lowest usable address of the stack that runs, or zero outside of coroutines.
static LIMIT: AtomicUsize = AtomicUsize::new(0);
/// How long the longest stack is, in bytes.
static LENGTH: AtomicUsize = AtomicUsize::new(0);
static MESSAGE: OnceLock<(i32, Vec<u8>)> = OnceLock::new();

/// How far from the limit a fault may lie to count as an overflow, in bytes.
const NEAR: usize = 64 << 10;

pub(crate) fn set_stack_limit(limit: usize) {
    LIMIT.store(limit, Ordering::Relaxed);
}

/// There is a stack of so many bytes.
pub(crate) fn note_stack_length(length: usize) {
    LENGTH.fetch_max(length, Ordering::Relaxed);
}

/// Whether an address lies in the stack of the coroutine that runs, or at its end.
pub fn is_on_own_stack(address: usize) -> bool {
    let limit = LIMIT.load(Ordering::Relaxed);
    let base = limit + LENGTH.load(Ordering::Relaxed);
    limit != 0 && (limit..=base).contains(&address)
}

/// On a stack overflow in a coroutine, writes `message` to the descriptor and ends
/// the process by `SIGABRT`. Only the first call in a process has an effect.
pub fn report_to(descriptor: i32, message: Vec<u8>) {
    if MESSAGE.set((descriptor, message)).is_err() {
        return;
    }
    // SAFETY: the handler only reads atomics and calls async-signal-safe functions.
    // It runs on the alternate stack that the standard library sets up for each of
    // its threads.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigaction(libc::SIGSEGV, &raw const action, ptr::null_mut());
        libc::sigaction(libc::SIGBUS, &raw const action, ptr::null_mut());
    }
}

extern "C" fn handler(signal: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    let limit = LIMIT.load(Ordering::Relaxed);
    // SAFETY: the kernel passes a valid `siginfo_t` for a memory fault.
    let address = unsafe { (*info).si_addr() } as usize;
    if limit != 0 && address.abs_diff(limit) <= NEAR {
        if let Some((descriptor, message)) = MESSAGE.get() {
            // A driver may have put another function in the place of `write`.
            // SAFETY: `write(2)` only reads the message, which is never changed.
            unsafe {
                libc::syscall(
                    libc::SYS_write,
                    *descriptor,
                    message.as_ptr(),
                    message.len(),
                )
            };
        }
        // SAFETY: `abort` is async-signal-safe.
        unsafe { libc::abort() };
    }
    // As `sigaction` of a driver may be another function, too.
    // SAFETY: puts the default back, which is all zero words, so that the fault kills the process
    // when the faulting instruction runs again.
    unsafe {
        libc::syscall(
            libc::SYS_rt_sigaction,
            signal,
            [0_usize; 4].as_ptr(),
            ptr::null_mut::<usize>(),
            size_of::<u64>(),
        )
    };
}
