//! Locks of several processes: `pthread_mutex_lock(3)`.

use std::{io, marker::PhantomData, mem, process, ptr};

use libc::{c_int, pthread_mutex_t, pthread_mutexattr_t};

use crate::mapping::Mapping;

/// A lock for this process and the children that it forks later: at most one of them has it at a time.
/// `pthread_mutex_lock(3)`, `pthread_mutexattr_setpshared(3)`
///
/// It has no value in it: what it protects is elsewhere, and each process has to keep to it.
///
/// ```
/// use os::{Lock, SharedMemory, fork};
///
/// let (lock, memory) = (Lock::new()?, SharedMemory::new(1)?);
/// let increment = || {
///     let _guard = lock.lock()?;
///     memory.store(0, memory.load(0) + 1);
///     std::io::Result::Ok(())
/// };
/// let mut child = fork(|| i32::from(increment().is_err()))?;
/// increment()?;
/// child.wait()?;
/// assert_eq!(memory.load(0), 2);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Lock {
    mapping: Mapping,
}

/// That this process has a lock. When it is dropped, the next one may have it. `pthread_mutex_unlock(3)`
#[derive(Debug)]
#[must_use = "the lock is given back when it is dropped"]
pub struct LockGuard<'lock> {
    lock: &'lock Lock,
    /// A child that is forked meanwhile has a copy of this, and not the lock.
    owner: u32,
    is_inconsistent: bool,
    /// The thread that has a lock gives it back.
    _stays_in_thread: PhantomData<*const ()>,
}

impl Lock {
    /// A lock that stays locked for ever if a process ends that has it. `pthread_mutex_init(3)`
    ///
    /// # Errors
    ///
    /// `ENOMEM` if there is no room.
    pub fn new() -> io::Result<Self> {
        Self::with(libc::PTHREAD_MUTEX_STALLED)
    }

    /// A lock that the next process gets if one ends that has it, and is told so by
    /// [`LockGuard::is_inconsistent`]. `pthread_mutexattr_setrobust(3)`
    ///
    /// # Errors
    ///
    /// `ENOMEM` if there is no room.
    pub fn robust() -> io::Result<Self> {
        Self::with(libc::PTHREAD_MUTEX_ROBUST)
    }

    fn with(robust: c_int) -> io::Result<Self> {
        let mapping = Mapping::anonymous(size_of::<pthread_mutex_t>())?;
        // SAFETY: all zeros are attributes, which are initialised before they are used.
        let mut attributes: pthread_mutexattr_t = unsafe { mem::zeroed() };
        let attributes = ptr::from_mut(&mut attributes);
        // SAFETY: they are a variable of this function; there is room for a mutex, and nobody uses it yet.
        // It is removed with the mapping.
        unsafe {
            succeeded(libc::pthread_mutexattr_init(attributes))?;
            let shared = libc::PTHREAD_PROCESS_SHARED;
            succeeded(libc::pthread_mutexattr_setpshared(attributes, shared))?;
            succeeded(libc::pthread_mutexattr_setrobust(attributes, robust))?;
            succeeded(libc::pthread_mutex_init(mapping.start(), attributes))?;
            succeeded(libc::pthread_mutexattr_destroy(attributes))?;
        }
        Ok(Self { mapping })
    }

    /// Waits until no process has the lock, and takes it. Who has it already waits for ever.
    /// `pthread_mutex_lock(3)`
    ///
    /// # Errors
    ///
    /// `ENOTRECOVERABLE` if a process with it has ended, and the next one has not made consistent what it
    /// protects.
    pub fn lock(&self) -> io::Result<LockGuard<'_>> {
        // SAFETY: it is there, as long as the guard too.
        self.guard(unsafe { libc::pthread_mutex_lock(self.mapping.start()) })
    }

    /// Takes the lock if no process has it. `pthread_mutex_trylock(3)`
    ///
    /// # Errors
    ///
    /// Those of [`lock`](Self::lock).
    pub fn try_lock(&self) -> io::Result<Option<LockGuard<'_>>> {
        // SAFETY: it is there, as long as the guard too.
        match unsafe { libc::pthread_mutex_trylock(self.mapping.start()) } {
            libc::EBUSY => Ok(None),
            result => self.guard(result).map(Some),
        }
    }

    fn guard(&self, result: c_int) -> io::Result<LockGuard<'_>> {
        if result != libc::EOWNERDEAD {
            succeeded(result)?;
        }
        Ok(LockGuard {
            lock: self,
            owner: process::id(),
            is_inconsistent: result == libc::EOWNERDEAD,
            _stays_in_thread: PhantomData,
        })
    }
}

impl LockGuard<'_> {
    /// Whether the process that had the lock before has ended with it, and may have left in the middle what
    /// it protects. `EOWNERDEAD`
    pub fn is_inconsistent(&self) -> bool {
        self.is_inconsistent
    }

    /// Says that what the lock protects is consistent again. Else nobody can have the lock any more when it
    /// is given back. `pthread_mutex_consistent(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL` if it is consistent.
    pub fn make_consistent(&mut self) -> io::Result<()> {
        // SAFETY: it is there, and this process has it.
        succeeded(unsafe { libc::pthread_mutex_consistent(self.lock.mapping.start()) })?;
        self.is_inconsistent = false;
        Ok(())
    }
}

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        if self.owner == process::id() {
            // SAFETY: it is there, and this process has it.
            unsafe { libc::pthread_mutex_unlock(self.lock.mapping.start()) };
        }
    }
}

/// The result of a function that gives the number of an error.
fn succeeded(result: c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}
