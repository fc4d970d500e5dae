//! Processes without `unsafe`, for the exercises that use them.
//!
//! The standard library can start another program, and has no `fork`. Here it is, in
//! a shape that cannot go wrong by accident: the child runs a closure and ends, it
//! never returns into the parent's code ([`fork`]). Files, pipes and sockets are those of `std`; here is
//! what it lacks:
//!
//! | for | there is |
//! |---|---|
//! | children | [`fork`], [`Child`], [`wait_any`], [`wait_group`] |
//! | signals | [`kill`], [`SignalPipe`], [`ignore`], [`block`], [`sigwait`], [`alarm`] |
//! | groups, sessions, orphans | [`setpgid`], [`setsid`], [`set_subreaper`] |
//! | memory of several processes | [`SharedMemory`], [`Semaphore`], [`Lock`] |
//! | several descriptors | [`wait_readable`], [`poll`](poll()), [`Epoll`] |
//!
//! Each function makes calls of the C library by their names, and no system call in any other way:
//! a check runs the same code on a simulated kernel, whose driver defines these names. Shared memory is
//! accessed by names as well, where they are defined (`atomics.rs`).

mod atomics;
mod child;
mod disposition;
mod epoll;
mod group;
mod kill;
mod lock;
mod mapping;
mod mask;
mod memory;
mod poll;
mod ready;
mod semaphore;
mod signal;
mod signal_pipe;
mod wait;

pub use child::{Change, Child, Exit, fork};
pub use disposition::{ignore, restore_default};
pub use epoll::{Epoll, Ready, Trigger};
pub use group::{getpgid, getsid, set_subreaper, setpgid, setsid};
pub use kill::{alarm, kill, killpg, process_exists};
pub use lock::{Lock, LockGuard};
pub use mask::{Blocked, block, sigpending, sigwait};
pub use memory::SharedMemory;
pub use poll::{Events, PollFd, poll};
pub use ready::wait_readable;
pub use semaphore::Semaphore;
pub use signal::Signal;
pub use signal_pipe::SignalPipe;
pub use wait::{try_wait_any, try_wait_group, wait_any, wait_group};

#[cfg(test)]
mod tests;
