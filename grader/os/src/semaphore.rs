//! Semaphores of several processes: `sem_overview(7)`.

use std::{
    ffi::CString,
    io,
    ptr::NonNull,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use libc::{c_int, sem_t, timespec};

use crate::{child::checked, mapping::Mapping};

/// A semaphore of this process and of others. `sem_overview(7)`
///
/// What a process has taken is not given back when it ends, whatever ends it.
///
/// ```
/// use os::{Semaphore, fork};
///
/// let ready = Semaphore::new(0)?;
/// let mut child = fork(|| i32::from(ready.post().is_err()))?;
/// ready.wait()?;
/// child.wait()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Semaphore {
    at: At,
}

/// Where a semaphore is.
#[derive(Debug)]
enum At {
    /// In memory that is shared with children.
    Mapping(Mapping),
    /// Where the system has put the one with a name.
    Named(NonNull<sem_t>),
}

// SAFETY: threads may use a semaphore at the same time: that is what it is for.
unsafe impl Send for At {}
// SAFETY: likewise.
unsafe impl Sync for At {}

impl Semaphore {
    /// A semaphore without a name, for this process and the children that it forks later. `sem_init(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL` if the value is too large.
    pub fn new(value: u32) -> io::Result<Self> {
        /// That several processes use it.
        const SHARED: c_int = 1;
        let mapping = Mapping::anonymous(size_of::<sem_t>())?;
        // SAFETY: there is room for it, and nobody uses it yet. It is removed with the mapping.
        checked(unsafe { libc::sem_init(mapping.start(), SHARED, value) })?;
        let at = At::Mapping(mapping);
        Ok(Self { at })
    }

    /// A semaphore with a new name. The name is there until it is [unlinked](Self::unlink), also when all
    /// processes have ended. `sem_open(3)` with `O_CREAT` and `O_EXCL`
    ///
    /// # Errors
    ///
    /// `EEXIST` if there is that name, `EINVAL` for a name that cannot be or if the value is too large.
    pub fn create(name: &str, value: u32) -> io::Result<Self> {
        Self::named(name, libc::O_CREAT | libc::O_EXCL, value)
    }

    /// The semaphore of a name. `sem_open(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such name.
    pub fn open(name: &str) -> io::Result<Self> {
        Self::named(name, 0, 0)
    }

    /// Takes a name away. The semaphore is there as long as a process has it. `sem_unlink(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such name.
    pub fn unlink(name: &str) -> io::Result<()> {
        let name = CString::new(name)?;
        // SAFETY: the name ends in a zero byte.
        checked(unsafe { libc::sem_unlink(name.as_ptr()) }).map(drop)
    }

    /// Adds one, so that one that waits goes on. `sem_post(3)`
    ///
    /// # Errors
    ///
    /// `EOVERFLOW` if the value is too large.
    pub fn post(&self) -> io::Result<()> {
        // SAFETY: it is there.
        checked(unsafe { libc::sem_post(self.pointer()) }).map(drop)
    }

    /// Waits until there is one to take away. A handler of a signal that runs meanwhile does not end the
    /// wait. `sem_wait(3)`
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn wait(&self) -> io::Result<()> {
        loop {
            // SAFETY: it is there.
            match checked(unsafe { libc::sem_wait(self.pointer()) }) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done.map(drop),
            }
        }
    }

    /// Takes one away if there is one, and says whether there was. `sem_trywait(3)`
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn try_wait(&self) -> io::Result<bool> {
        // SAFETY: it is there.
        taken(unsafe { libc::sem_trywait(self.pointer()) }, libc::EAGAIN)
    }

    /// Waits until there is one to take away, but no longer than this, and says whether there was one.
    /// `sem_timedwait(3)`
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn wait_timeout(&self, limit: Duration) -> io::Result<bool> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let until = now.unwrap_or_default().saturating_add(limit);
        let until = timespec {
            tv_sec: until.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: until.subsec_nanos().into(),
        };
        loop {
            // SAFETY: it is there, and the time is a variable of this function.
            let result = unsafe { libc::sem_timedwait(self.pointer(), &raw const until) };
            match taken(result, libc::ETIMEDOUT) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    /// How many could be taken. Another process may take them before the caller knows it.
    /// `sem_getvalue(3)`
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn value(&self) -> io::Result<u32> {
        let mut value = 0;
        // SAFETY: it is there, and the value is written to a variable of this function.
        checked(unsafe { libc::sem_getvalue(self.pointer(), &raw mut value) })?;
        Ok(value.unsigned_abs())
    }

    fn named(name: &str, flags: c_int, value: u32) -> io::Result<Self> {
        /// Who may open it: the owner alone.
        const MODE: libc::c_uint = 0o600;
        let name = CString::new(name)?;
        // SAFETY: the name ends in a zero byte.
        let semaphore = unsafe { libc::sem_open(name.as_ptr(), flags, MODE, value) };
        match NonNull::new(semaphore) {
            Some(semaphore) if semaphore.as_ptr() != libc::SEM_FAILED => {
                let at = At::Named(semaphore);
                Ok(Self { at })
            }
            _ => Err(io::Error::last_os_error()),
        }
    }

    fn pointer(&self) -> *mut sem_t {
        match &self.at {
            At::Mapping(mapping) => mapping.start(),
            At::Named(semaphore) => semaphore.as_ptr(),
        }
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        // One without a name is not destroyed: other processes may have it. It goes with its memory.
        if let At::Named(semaphore) = &self.at {
            // SAFETY: it was opened once for this value.
            unsafe { libc::sem_close(semaphore.as_ptr()) };
        }
    }
}

/// Whether one was taken; this error says that there was none.
fn taken(result: c_int, none: c_int) -> io::Result<bool> {
    match checked(result) {
        Ok(_) => Ok(true),
        Err(error) if error.raw_os_error() == Some(none) => Ok(false),
        Err(error) => Err(error),
    }
}
