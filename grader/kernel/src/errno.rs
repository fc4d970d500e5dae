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
    /// `setpgid(2)`, `setsid(2)`: the process may not do that.
    #[error("operation not permitted")]
    EPERM = 1,
    /// `open(2)`, `unlink(2)`, `rename(2)`: there is no such name.
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
    /// It would have to wait and must not, or a limit is reached: `read(2)`, `flock(2)`, `fork(2)`.
    #[error("resource temporarily unavailable")]
    EAGAIN = 11,
    /// `mmap(2)`: the descriptor is not open for that.
    #[error("permission denied")]
    EACCES = 13,
    /// `rmdir(2)`, `rename(2)`: the root is in use.
    #[error("device or resource busy")]
    EBUSY = 16,
    /// `open(2)`, `mkdir(2)`: the name is taken.
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
    /// `write(2)`: nobody can read from the pipe any more.
    #[error("broken pipe")]
    EPIPE = 32,
    /// `shm_open(3)`, `sem_open(3)`: the name is too long.
    #[error("file name too long")]
    ENAMETOOLONG = 36,
    /// `rmdir(2)`, `rename(2)`: there is something in the directory.
    #[error("directory not empty")]
    ENOTEMPTY = 39,
    /// `sem_post(3)`: the semaphore has the largest value.
    #[error("value too large for defined data type")]
    EOVERFLOW = 75,
    /// `sem_timedwait(3)`: the time has come.
    #[error("connection timed out")]
    ETIMEDOUT = 110,
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
