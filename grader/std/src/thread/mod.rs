//! `std::thread`.

pub(crate) mod local_key;
mod scope;
mod spawn;

use ::std::{fmt, io, num::NonZero, panic::Location, sync::Arc, time::Duration};
use interleave::{TaskId, objects};

pub use ::std::thread::Result;
pub use local_key::{AccessError, LocalKey};
pub use scope::{Scope, ScopedJoinHandle, scope};
pub use spawn::{Builder, JoinHandle, spawn};

use crate::time::nanos;

/// A handle to a thread.
#[derive(Clone)]
pub struct Thread {
    task: TaskId,
    name: Option<Arc<str>>,
}

/// A unique identifier for a running thread.
#[derive(Eq, PartialEq, Clone, Copy, Hash)]
pub struct ThreadId(TaskId);

impl fmt::Debug for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The real ones count from one.
        f.debug_tuple("ThreadId").field(&(self.0 + 1)).finish()
    }
}

impl Thread {
    fn of(task: TaskId) -> Self {
        let name = objects::thread::name(task).map(Arc::from);
        Self { task, name }
    }

    /// Atomically makes the handle's token available if it is not already.
    #[track_caller]
    pub fn unpark(&self) {
        objects::thread::unpark(self.task, Location::caller());
    }

    /// Gets the thread's unique identifier.
    pub fn id(&self) -> ThreadId {
        ThreadId(self.task)
    }

    /// Gets the thread's name.
    pub fn name(&self) -> Option<&str> {
        match &self.name {
            None if objects::thread::is_main(self.task) => Some("main"),
            name => name.as_deref(),
        }
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("id", &self.id())
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// Gets a handle to the thread that invokes it.
pub fn current() -> Thread {
    Thread::of(objects::thread::current_task())
}

/// Cooperatively gives up a timeslice to the OS scheduler.
#[track_caller]
pub fn yield_now() {
    objects::thread::yield_now(Location::caller());
}

/// Puts the current thread to sleep for at least the specified amount of time.
#[track_caller]
pub fn sleep(dur: Duration) {
    interleave::time::sleep(nanos(dur), Location::caller());
}

/// Puts the current thread to sleep for at least the specified amount of time.
#[track_caller]
#[deprecated(since = "1.6.0", note = "replaced by `std::thread::sleep`")]
pub fn sleep_ms(ms: u32) {
    sleep(Duration::from_millis(ms.into()));
}

/// Blocks unless or until the current thread's token is made available.
#[track_caller]
pub fn park() {
    objects::thread::park(None, Location::caller());
}

/// Blocks unless or until the current thread's token is made available or the timeout is reached.
#[track_caller]
pub fn park_timeout(dur: Duration) {
    objects::thread::park(nanos(dur), Location::caller());
}

/// Use [`park_timeout`].
#[track_caller]
#[deprecated(since = "1.6.0", note = "replaced by `std::thread::park_timeout`")]
pub fn park_timeout_ms(ms: u32) {
    park_timeout(Duration::from_millis(ms.into()));
}

/// Determines whether the current thread is unwinding because of panic.
pub fn panicking() -> bool {
    interleave::is_unwinding()
}

/// Returns an estimate of the default amount of parallelism a program should use:
/// always four, on whatever machine.
///
/// # Errors
///
/// Never: the signature is that of the real function.
pub fn available_parallelism() -> io::Result<NonZero<usize>> {
    NonZero::new(4).ok_or_else(|| io::ErrorKind::Unsupported.into())
}
