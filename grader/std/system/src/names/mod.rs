//! Functions of the C library by which the real `std` reaches the system.
//!
//! Each has the signature that the C library gives it. Inside of an execution with processes, the program
//! under test gets what the simulated kernel answers ([`processes::is_program`]); everybody else, the
//! driver too, gets what the real system does. A name that a program has no use for in a model is
//! refused with the error that its page of the manual has for that.
//!
//! # Safety
//!
//! Each of these functions asks for what the function of the C library asks for: pointers that are valid
//! for what is read or written there.
#![expect(
    clippy::missing_safety_doc,
    reason = "it is the same for all of them, and stands above"
)]

mod bytes;
mod descriptors;
mod lives;
mod poll;
mod result;
mod sockets;
mod threads;

use interleave::outside::real;

pub use bytes::{read, readv, write, writev};
pub use descriptors::{close, dup, fcntl, ioctl, pipe, pipe2};
pub use lives::{_exit, fork, getpid, getppid, kill, wait4, waitpid};
pub use poll::poll;
pub use sockets::{recv, send, shutdown, socketpair};
pub use threads::pthread_create;

pub mod types {
    //! What signatures consist of.

    pub use libc::{
        c_int, c_ulong, c_void, iovec, nfds_t, pid_t, pollfd, pthread_attr_t, pthread_t, rusage,
        size_t, ssize_t,
    };
}

/// Makes the call of the real system, unless the program under test calls.
macro_rules! real_unless_program {
    ($number:ident $(, $argument:expr)*) => {
        if !processes::is_program() {
            // SAFETY: the caller promises what the system asks for.
            let result = unsafe { ::libc::syscall(::libc::$number $(, $argument)*) };
            // The result of a call has the size of what it gives.
            return result as _;
        }
    };
}
use real_unless_program;
