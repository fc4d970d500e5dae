//! The errors of system calls.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An error number, with the words of `errno(3)`. Which call gives which error, and when, stands in
/// section 2 of the manual, at that call.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error, Serialize, Deserialize,
)]
#[repr(i32)]
pub enum Errno {
    /// `setpgid(2)`, `setsid(2)`: the process may not do that. `epoll_ctl(2)`: a file or a directory
    /// is always ready, so that it cannot be watched.
    #[error("operation not permitted")]
    EPERM = 1,
    /// `open(2)`, `unlink(2)`, `rename(2)`: there is no such name. `epoll_ctl(2)`: there is no such
    /// item. In a completion of a ring: there is no such operation to cancel.
    #[error("no such file or directory")]
    ENOENT = 2,
    /// `kill(2)`, `setpgid(2)`: there is no such process.
    #[error("no such process")]
    ESRCH = 3,
    /// A signal came while a call waited: `signal(7)`.
    #[error("interrupted system call")]
    EINTR = 4,
    /// A descriptor that is not open, or not for this: nearly every call with a descriptor.
    #[error("bad file descriptor")]
    EBADF = 9,
    /// `wait(2)`: the process has no such child.
    #[error("no child processes")]
    ECHILD = 10,
    /// It would have to wait and must not, or a limit is reached: `read(2)`, `accept(2)`, `fork(2)`.
    #[error("resource temporarily unavailable")]
    EAGAIN = 11,
    /// `mmap(2)`: the descriptor is not open for that.
    #[error("permission denied")]
    EACCES = 13,
    /// `rmdir(2)`, `rename(2)`: the root is in use. `io_uring_enter(2)`: the ring is full.
    #[error("device or resource busy")]
    EBUSY = 16,
    /// `open(2)`, `mkdir(2)`: the name is taken. `epoll_ctl(2)`: there is such an item.
    #[error("file exists")]
    EEXIST = 17,
    /// `mmap(2)`: it cannot be mapped.
    #[error("no such device")]
    ENODEV = 19,
    /// A component of a path is no directory.
    #[error("not a directory")]
    ENOTDIR = 20,
    /// `open(2)` for writing, `read(2)`, `unlink(2)`: it is a directory.
    #[error("is a directory")]
    EISDIR = 21,
    /// An argument makes no sense.
    #[error("invalid argument")]
    EINVAL = 22,
    /// The process has as many descriptors as it may have.
    #[error("too many open files")]
    EMFILE = 24,
    /// `write(2)`, `ftruncate(2)`: the file would become too large.
    #[error("file too large")]
    EFBIG = 27,
    /// `lseek(2)`, `pread(2)`, `pwrite(2)`: a pipe has no places.
    #[error("illegal seek")]
    ESPIPE = 29,
    /// `write(2)`: nobody can read from the pipe any more, or the connection has ended.
    #[error("broken pipe")]
    EPIPE = 32,
    /// `shm_open(3)`, `sem_open(3)`: the name is too long.
    #[error("file name too long")]
    ENAMETOOLONG = 36,
    /// `rmdir(2)`, `rename(2)`: there is something in the directory.
    #[error("directory not empty")]
    ENOTEMPTY = 39,
    /// `io_uring_enter(2)`: the time has come.
    #[error("timer expired")]
    ETIME = 62,
    /// `sem_post(3)`: the semaphore has the largest value.
    #[error("value too large for defined data type")]
    EOVERFLOW = 75,
    /// `connect(2)`, `recv(2)`: the descriptor is not one of a socket.
    #[error("not a socket")]
    ENOTSOCK = 88,
    /// `bind(2)`, `listen(2)`: another socket has the port.
    #[error("address already in use")]
    EADDRINUSE = 98,
    /// `bind(2)`, `connect(2)`: it is no address of this system, or no port is free.
    #[error("address not available")]
    EADDRNOTAVAIL = 99,
    /// `connect(2)`: the address is not one of this system, and there is no network.
    #[error("network unreachable")]
    ENETUNREACH = 101,
    /// `connect(2)`: it has failed before, and the reason was asked for already.
    #[error("connection aborted")]
    ECONNABORTED = 103,
    /// `read(2)`, `write(2)`: the peer has thrown the connection away.
    #[error("connection reset")]
    ECONNRESET = 104,
    /// `connect(2)`: the socket is connected, or it listens.
    #[error("socket is connected")]
    EISCONN = 106,
    /// `read(2)`, `shutdown(2)`, `getpeername(2)`: the socket is not connected.
    #[error("socket is not connected")]
    ENOTCONN = 107,
    /// `sem_timedwait(3)`: the time has come.
    #[error("connection timed out")]
    ETIMEDOUT = 110,
    /// `connect(2)`: there is no listener.
    #[error("connection refused")]
    ECONNREFUSED = 111,
    /// `connect(2)` without waiting, again: the connection is not established yet.
    #[error("already in progress")]
    EALREADY = 114,
    /// `connect(2)` without waiting: whether it succeeds is seen later.
    #[error("operation in progress")]
    EINPROGRESS = 115,
    /// In a completion of a ring: the operation was cancelled.
    #[error("operation canceled")]
    ECANCELED = 125,
    /// `pthread_mutex_lock(3)`: the owner has ended, and the caller has the mutex.
    #[error("owner died")]
    EOWNERDEAD = 130,
    /// `pthread_mutex_lock(3)`: the data were not made consistent.
    #[error("state not recoverable")]
    ENOTRECOVERABLE = 131,
}

impl Errno {
    /// The number, as `errno` has it on Linux.
    ///
    /// ```
    /// assert_eq!(kernel::Errno::EPIPE.number(), 32);
    /// ```
    pub const fn number(self) -> i32 {
        self as i32
    }
}
