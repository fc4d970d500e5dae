//! Every call of the kernel as a value: what a process that lives elsewhere asks for.

mod answer;
mod events;
mod groups;
mod make;
mod memory;
mod mutexes;
mod rings;
mod semaphores;
mod signals;
mod sockets;
mod time;
mod within;

pub use events::EventCall;
pub use groups::GroupCall;
pub use memory::MemoryCall;
pub use mutexes::MutexCall;
pub use rings::RingCall;
pub use semaphores::SemaphoreCall;
pub use signals::SignalCall;
pub use sockets::SocketCall;
pub use time::TimeCall;

pub use answer::Answer;

use crate::{
    clock::Nanos,
    descriptor::Fd,
    flags::{OpenFlags, Whence},
    lock::Locking,
    wait::{Children, WaitOptions},
    waiting::Request,
};
use serde::{Deserialize, Serialize};

/// A system call with its arguments. `fork(2)` and `_exit(2)` are no such values: what becomes of
/// the program that makes them is not the business of the kernel alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum SystemCall {
    /// [`Kernel::open`](crate::Kernel::open).
    Open { path: String, flags: OpenFlags },
    /// [`Kernel::pipe`](crate::Kernel::pipe).
    Pipe { flags: OpenFlags },
    /// [`Kernel::dup`](crate::Kernel::dup).
    Dup { fd: Fd },
    /// [`Kernel::dup2`](crate::Kernel::dup2).
    Dup2 { fd: Fd, to: Fd },
    /// [`Kernel::close`](crate::Kernel::close).
    Close { fd: Fd },
    /// [`Kernel::read`](crate::Kernel::read).
    Read { fd: Fd, count: usize },
    /// [`Kernel::write`](crate::Kernel::write).
    Write { fd: Fd, bytes: Vec<u8> },
    /// [`Kernel::pread`](crate::Kernel::pread).
    Pread { fd: Fd, count: usize, at: u64 },
    /// [`Kernel::pwrite`](crate::Kernel::pwrite).
    Pwrite { fd: Fd, bytes: Vec<u8>, at: u64 },
    /// [`Kernel::seek`](crate::Kernel::seek).
    Seek { fd: Fd, offset: i64, whence: Whence },
    /// [`Kernel::truncate`](crate::Kernel::truncate).
    Truncate { fd: Fd, size: u64 },
    /// [`Kernel::flock`](crate::Kernel::flock).
    Flock { fd: Fd, locking: Locking },
    /// [`Kernel::is_nonblocking`](crate::Kernel::is_nonblocking).
    IsNonblocking { fd: Fd },
    /// [`Kernel::set_nonblocking`](crate::Kernel::set_nonblocking).
    SetNonblocking { fd: Fd, is: bool },
    /// [`Kernel::mkdir`](crate::Kernel::mkdir).
    Mkdir { path: String },
    /// [`Kernel::rmdir`](crate::Kernel::rmdir).
    Rmdir { path: String },
    /// [`Kernel::unlink`](crate::Kernel::unlink).
    Unlink { path: String },
    /// [`Kernel::rename`](crate::Kernel::rename).
    Rename { from: String, to: String },
    /// [`Kernel::stat`](crate::Kernel::stat).
    Stat { path: String },
    /// [`Kernel::fstat`](crate::Kernel::fstat).
    Fstat { fd: Fd },
    /// [`Kernel::entries`](crate::Kernel::entries).
    Entries { fd: Fd },
    /// [`Kernel::wait`](crate::Kernel::wait).
    Wait {
        children: Children,
        options: WaitOptions,
    },
    /// [`Kernel::try_wait`](crate::Kernel::try_wait).
    TryWait {
        children: Children,
        options: WaitOptions,
    },
    /// [`Kernel::parent`](crate::Kernel::parent).
    Parent,
    /// [`Kernel::set_subreaper`](crate::Kernel::set_subreaper).
    SetSubreaper { is: bool },
    /// [`Kernel::exec`](crate::Kernel::exec): it goes on with this program.
    Exec {
        /// Its name.
        program: String,
        /// Its arguments, the first of which is a name, too.
        arguments: Vec<String>,
    },
    /// A call with signals.
    Signal(SignalCall),
    /// A call with process groups and sessions.
    Group(GroupCall),
    /// A call with the clock or a timer.
    Time(TimeCall),
    /// A call with a semaphore.
    Semaphore(SemaphoreCall),
    /// A call with a mutex.
    Mutex(MutexCall),
    /// A call with shared memory.
    Memory(MemoryCall),
    /// A call with a socket.
    Socket(SocketCall),
    /// A call that is about several descriptors.
    Event(EventCall),
    /// A call with a completion ring.
    Ring(RingCall),
    /// A call that waits for so many nanoseconds at most. A kernel makes it as it makes the call
    /// itself, unless there is nothing to wait for: how long it waits is up to those who make it,
    /// who know what it gives then by [`SystemCall::timed_out`].
    Within { call: Box<SystemCall>, limit: Nanos },
}

impl SystemCall {
    /// What its page of the manual is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Pipe { .. } => "pipe2",
            Self::Dup { .. } => "dup",
            Self::Dup2 { .. } => "dup2",
            Self::Close { .. } => "close",
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::Pread { .. } => "pread",
            Self::Pwrite { .. } => "pwrite",
            Self::Seek { .. } => "lseek",
            Self::Truncate { .. } => "ftruncate",
            Self::Flock { .. } => "flock",
            Self::IsNonblocking { .. } | Self::SetNonblocking { .. } => "fcntl",
            Self::Mkdir { .. } => "mkdir",
            Self::Rmdir { .. } => "rmdir",
            Self::Unlink { .. } => "unlink",
            Self::Rename { .. } => "rename",
            Self::Stat { .. } => "stat",
            Self::Fstat { .. } => "fstat",
            Self::Entries { .. } => "getdents",
            Self::Wait { .. } | Self::TryWait { .. } => "waitpid",
            Self::Parent => "getppid",
            Self::SetSubreaper { .. } => "prctl",
            Self::Exec { .. } => "execve",
            Self::Signal(call) => call.name(),
            Self::Group(call) => call.name(),
            Self::Time(call) => call.name(),
            Self::Semaphore(call) => call.name(),
            Self::Mutex(call) => call.name(),
            Self::Memory(call) => call.name(),
            Self::Socket(call) => call.name(),
            Self::Event(call) => call.name(),
            Self::Ring(call) => call.name(),
            Self::Within { call, .. } => call.name(),
        }
    }

    /// The descriptor that it is about, if it is about one.
    pub fn fd(&self) -> Option<Fd> {
        Some(match *self {
            Self::Memory(ref call) => return call.fd(),
            Self::Socket(ref call) => return call.fd(),
            Self::Event(ref call) => return call.fd(),
            Self::Ring(ref call) => return call.fd(),
            Self::Within { ref call, .. } => return call.fd(),
            Self::Dup { fd }
            | Self::Dup2 { fd, .. }
            | Self::Close { fd }
            | Self::Read { fd, .. }
            | Self::Write { fd, .. }
            | Self::Pread { fd, .. }
            | Self::Pwrite { fd, .. }
            | Self::Seek { fd, .. }
            | Self::Truncate { fd, .. }
            | Self::Flock { fd, .. }
            | Self::Fstat { fd }
            | Self::Entries { fd }
            | Self::IsNonblocking { fd }
            | Self::SetNonblocking { fd, .. } => fd,
            Self::Open { .. }
            | Self::Pipe { .. }
            | Self::Mkdir { .. }
            | Self::Rmdir { .. }
            | Self::Unlink { .. }
            | Self::Rename { .. }
            | Self::Stat { .. }
            | Self::Wait { .. }
            | Self::TryWait { .. }
            | Self::Parent
            | Self::SetSubreaper { .. }
            | Self::Exec { .. }
            | Self::Signal(_)
            | Self::Group(_)
            | Self::Time(_)
            | Self::Semaphore(_)
            | Self::Mutex(_) => return None,
        })
    }

    /// Whether its result depends on the order in which processes have ended, or on whether one
    /// has ended yet.
    pub fn tells_ends(&self) -> bool {
        match self {
            // Processes of other numbers may have gone, and with them what there is to wait for.
            Self::TryWait { .. } | Self::Group(_) | Self::Within { .. } => true,
            // One that need not end has other news of it too.
            Self::Wait { children, options } => {
                !matches!(children, Children::One(_)) || *options != WaitOptions::ENDS
            }
            Self::Signal(call) => call.tells_ends(),
            Self::Event(call) => call.tells_ends(),
            Self::Ring(call) => call.tells_ends(),
            _ => false,
        }
    }

    /// The call as one that may have to wait; nothing if it never does.
    pub fn request(&self) -> Option<Request> {
        Some(match *self {
            Self::Read { fd, count } => Request::Read { fd, count },
            Self::Write { fd, ref bytes } => Request::Write {
                fd,
                count: bytes.len(),
            },
            Self::Flock {
                fd,
                locking: Locking::Lock(kind),
            } => Request::Lock { fd, kind },
            Self::Wait { children, options } => Request::Wait(children, options),
            Self::Signal(ref call) => return call.request(),
            Self::Time(call) => return call.request(),
            Self::Semaphore(ref call) => return call.request(),
            Self::Mutex(call) => return call.request(),
            Self::Socket(ref call) => return call.request(),
            Self::Event(ref call) => return call.request(),
            Self::Ring(ref call) => return call.request(),
            Self::Within { ref call, limit } if limit > 0 => return call.request(),
            _ => return None,
        })
    }
}
