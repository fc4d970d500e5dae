//! A simulated kernel: processes, signals, descriptors, pipes, sockets, files, shared memory and a
//! clock, as plain values.
//!
//! What a system call does to this state is a function of the state alone, so that an explorer can
//! try every order of the calls of several processes. Nothing here waits, and nothing reaches the
//! real system: a call that would have to wait says for what ([`Reply::Waits`]), leaves the state
//! as it is, and is made again later.
//!
//! What is done is what Linux does, by its man pages, and where these leave something open, by its
//! sources. `tests/conformance.rs` makes the same calls of both in one process, and
//! `tests/process_conformance` in several.
//!
//! Signals are sent at once and taken later: a process takes them ([`Kernel::take_signal`]) before
//! each call, and instead of waiting in one. Time passes when it is said so
//! ([`Kernel::advance_to`]).
//!
//! ```
//! use kernel::{FIRST, Kernel, Limits, OpenFlags, Reply};
//!
//! let mut kernel = Kernel::new(Limits::default());
//! let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY)?;
//! let child = kernel.fork(FIRST)?;
//! kernel.write(child, writes, b"hello")?;
//! assert_eq!(kernel.read(FIRST, reads, 9)?, Reply::Done(b"hello".to_vec()));
//! // The parent holds a write end itself, so that there is no end of the file yet.
//! kernel.exit(child, 0);
//! assert!(matches!(kernel.read(FIRST, reads, 9)?, Reply::Waits(_)));
//! kernel.close(FIRST, writes)?;
//! assert_eq!(kernel.read(FIRST, reads, 9)?, Reply::Done(Vec::new()));
//! # Ok::<(), kernel::Errno>(())
//! ```

mod access;
mod alternatives;
mod atomic;
mod buffer;
mod clock;
mod connect;
mod delivery;
mod descriptor;
mod disposition;
mod epoll;
mod errno;
mod events;
mod exit;
mod file;
mod flags;
mod group;
mod holders;
mod input_output;
mod kernel;
mod kill;
mod listen;
mod lock;
mod lowest_free;
mod mutex;
mod null;
mod operation;
mod pending;
mod pipe;
mod poll;
mod port;
mod posix_name;
mod process;
mod ring;
mod semaphore;
mod shared_memory;
mod shutdown;
mod signal;
mod slots;
mod snapshot;
mod socket;
mod spawn;
mod stat;
mod strace;
mod system_call;
mod table;
mod tcp;
mod time_limit;
mod transfer;
mod tree;
mod wait;
mod waiting;

pub use access::{Access, Accesses, Part};
pub use atomic::Atomic;
pub use clock::{IntervalTimer, Nanos};
pub use delivery::{Effect, Interruption, Taken};
pub use descriptor::Fd;
pub use disposition::{Action, ActionFlags, Disposition};
pub use epoll::{EpollControl, EpollEvent};
pub use errno::Errno;
pub use events::Events;
pub use flags::{MessageFlags, OpenFlags, Whence};
pub use holders::Holder;
pub use kernel::{Call, Kernel, Limits, OpenObjects, Reply, WaitFor};
pub use kill::Target;
pub use listen::Accepted;
pub use lock::{LockKind, Locking};
pub use mutex::{MutexId, Robustness};
pub use operation::Operation;
pub use poll::PollFd;
pub use process::{FIRST, Pid};
pub use ring::{Completion, Submission};
pub use semaphore::SemaphoreId;
pub use shared_memory::{Protection, Segment, SegmentId};
pub use signal::{DefaultAction, Signal, SignalSet};
pub use socket::Address;
pub use spawn::Spawn;
pub use stat::{DirectoryEntry, FileType, Metadata};
pub use strace::Strace;
pub use system_call::{
    Answer, EventCall, GroupCall, MemoryCall, MutexCall, RingCall, SemaphoreCall, SignalCall,
    SocketCall, SystemCall, TimeCall,
};
pub use time_limit::Direction;
pub use wait::{Children, WaitOptions, WaitStatus, Waited};
pub use waiting::Request;
