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

mod addresses;
mod atomics;
mod bytes;
mod descriptors;
mod directories;
mod epoll;
mod files;
mod flags;
mod groups;
mod lives;
mod mappings;
mod masks;
mod mutexes;
mod options;
mod path;
mod poll;
mod refused;
mod result;
mod semaphores;
mod short;
mod signals;
mod sockets;
mod spawn;
mod stat;
#[doc(hidden)]
pub mod table;
mod threads;
mod time;
mod tree;

use interleave::outside::real;

pub use addresses::{freeaddrinfo, getaddrinfo};
pub use atomics::{
    __atomic_compare_exchange_8, __atomic_exchange_8, __atomic_fetch_add_8, __atomic_load_8,
    __atomic_store_8,
};
pub use bytes::{read, readv, write, writev};
pub use descriptors::{close, dup, dup2, dup3, fcntl, ioctl, pipe, pipe2};
pub use directories::{closedir, dirfd, fdopendir, opendir, readdir64};
pub use epoll::{epoll_create1, epoll_ctl, epoll_wait};
pub use files::{
    fdatasync, flock, fsync, ftruncate64, lseek64, open64, openat64, pread64, preadv, pwrite64,
    pwritev,
};
pub use groups::{getpgid, getsid, prctl, setpgid, setsid};
pub use lives::{_exit, fork, getpid, getppid, kill, wait4, waitid, waitpid};
pub use mappings::{mmap, mmap64, munmap, shm_open, shm_unlink};
pub use masks::{pthread_sigmask, sigpending, sigprocmask, sigwait};
pub use mutexes::{
    pthread_mutex_consistent, pthread_mutex_destroy, pthread_mutex_init, pthread_mutex_lock,
    pthread_mutex_trylock, pthread_mutex_unlock,
};
pub use options::{getsockopt, setsockopt};
pub use poll::poll;
pub use refused::{
    chmod, chown, chroot, copy_file_range, eventfd, fchown, futimens, lchown, linkat, mkfifo,
    sendfile64, setgid, setgroups, setuid, splice, symlink, utimensat,
};
pub use semaphores::{
    sem_close, sem_destroy, sem_getvalue, sem_init, sem_open, sem_post, sem_timedwait, sem_trywait,
    sem_unlink, sem_wait,
};
pub use short::{
    accept, fstat, ftruncate, lseek, lstat, open, openat, pread, pwrite, readdir, stat,
};
pub use signals::{pause, sigaction, signal};
pub use sockets::{
    accept4, bind, connect, getpeername, getsockname, listen, recv, recvfrom, recvmsg, send,
    sendmsg, sendto, shutdown, socket, socketpair,
};
pub use spawn::{
    execvp, posix_spawn_file_actions_addchdir, posix_spawn_file_actions_addchdir_np,
    posix_spawn_file_actions_adddup2, posix_spawn_file_actions_destroy,
    posix_spawn_file_actions_init, posix_spawnattr_destroy, posix_spawnattr_init,
    posix_spawnattr_setflags, posix_spawnattr_setpgroup, posix_spawnattr_setsigdefault,
    posix_spawnattr_setsigmask, posix_spawnp,
};
pub use stat::{fchmod, fstat64, fstatat64, lstat64, stat64, statx};
pub use threads::pthread_create;
pub use time::{alarm, clock_gettime, clock_nanosleep, nanosleep};
pub use tree::{chdir, getcwd, mkdir, readlink, realpath, rename, rmdir, unlink, unlinkat};

pub mod types {
    //! What signatures consist of.

    pub use libc::{
        DIR, addrinfo, c_char, c_int, c_short, c_uint, c_ulong, c_void, clockid_t, dirent,
        dirent64, epoll_event, gid_t, id_t, idtype_t, iovec, mode_t, msghdr, nfds_t, off_t,
        off64_t, pid_t, pollfd, posix_spawn_file_actions_t, posix_spawnattr_t, pthread_attr_t,
        pthread_mutex_t, pthread_mutexattr_t, pthread_t, rusage, sem_t, sigaction, sighandler_t,
        siginfo_t, sigset_t, size_t, sockaddr, socklen_t, ssize_t, stat, stat64, statx, timespec,
        uid_t,
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
