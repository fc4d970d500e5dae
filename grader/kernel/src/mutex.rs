//! Mutexes that processes share: `pthread_mutex_lock(3)`, `pthread_mutexattr_setrobust(3)`.

use serde::{Deserialize, Serialize};

use crate::{
    errno::Errno,
    kernel::{Call, Kernel, Reply, WaitFor},
    process::Pid,
};

/// A mutex in memory that is shared. A later one is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MutexId(u64);

impl MutexId {
    /// A number that no other one has had.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}

/// What becomes of a mutex whose owner ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Robustness {
    /// It stays locked: `PTHREAD_MUTEX_STALLED`.
    Stalled,
    /// The next one to lock it is told: `PTHREAD_MUTEX_ROBUST`.
    Robust,
}

/// The state of a mutex.
#[derive(Debug, Clone)]
pub(crate) struct Mutex {
    robustness: Robustness,
    owner: Option<Pid>,
    data: Data,
}

/// What is known of the data that a mutex protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    Consistent,
    /// The owner ended.
    Inconsistent,
    /// It was unlocked as it was.
    NotRecoverable,
}

impl Kernel {
    /// A mutex that processes share, of the default type. `pthread_mutex_init(3)`
    pub fn mutex_init(&mut self, robustness: Robustness) -> MutexId {
        let id = MutexId(self.serial());
        let mutex = Mutex {
            robustness,
            owner: None,
            data: Data::Consistent,
        };
        self.mutexes.insert(id, mutex);
        id
    }

    /// Locks a mutex, and waits for that; a process that has it already waits for itself.
    /// `pthread_mutex_lock(3)`
    ///
    /// # Errors
    ///
    /// `EOWNERDEAD` if the owner ended while it had the mutex, which the caller has now;
    /// `ENOTRECOVERABLE`; `EINVAL` if there is no such mutex.
    pub fn mutex_lock(&mut self, pid: Pid, id: MutexId) -> Call<()> {
        match self.mutex_trylock(pid, id) {
            Err(Errno::EBUSY) => Ok(Reply::Waits(WaitFor::Mutex(id))),
            other => other.map(Reply::Done),
        }
    }

    /// Locks a mutex if no process has it. `pthread_mutex_trylock(3)`
    ///
    /// # Errors
    ///
    /// `EBUSY`, and those of [`Kernel::mutex_lock`].
    pub fn mutex_trylock(&mut self, pid: Pid, id: MutexId) -> Result<(), Errno> {
        let mutex = self.mutex_mut(id)?;
        if mutex.data == Data::NotRecoverable {
            return Err(Errno::ENOTRECOVERABLE);
        }
        if mutex.owner.is_some() {
            return Err(Errno::EBUSY);
        }
        mutex.owner = Some(pid);
        match mutex.data {
            Data::Inconsistent => Err(Errno::EOWNERDEAD),
            Data::Consistent | Data::NotRecoverable => Ok(()),
        }
    }

    /// Unlocks a mutex. If its data were inconsistent and are so still, it can never be locked
    /// again. `pthread_mutex_unlock(3)`
    ///
    /// # Errors
    ///
    /// `EPERM` if the process does not have it (what a mutex that is not robust does then is not
    /// defined), `EINVAL` if there is no such mutex.
    pub fn mutex_unlock(&mut self, pid: Pid, id: MutexId) -> Result<(), Errno> {
        let mutex = self.mutex_mut(id)?;
        if mutex.owner != Some(pid) {
            return Err(Errno::EPERM);
        }
        mutex.owner = None;
        if mutex.data == Data::Inconsistent {
            mutex.data = Data::NotRecoverable;
        }
        Ok(())
    }

    /// Says that the data are consistent again. `pthread_mutex_consistent(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL` if the process does not have the mutex, or its data are consistent.
    pub fn mutex_consistent(&mut self, pid: Pid, id: MutexId) -> Result<(), Errno> {
        let mutex = self.mutex_mut(id)?;
        if mutex.owner != Some(pid) || mutex.data != Data::Inconsistent {
            return Err(Errno::EINVAL);
        }
        mutex.data = Data::Consistent;
        Ok(())
    }

    /// Removes a mutex. `pthread_mutex_destroy(3)`
    ///
    /// # Errors
    ///
    /// `EBUSY` if a process has it, `EINVAL` if there is no such mutex.
    pub fn mutex_destroy(&mut self, id: MutexId) -> Result<(), Errno> {
        if self.mutex_mut(id)?.owner.is_some() {
            return Err(Errno::EBUSY);
        }
        self.mutexes.remove(&id);
        Ok(())
    }

    /// The process that has it.
    pub(crate) fn mutex_owner(&self, id: MutexId) -> Option<Pid> {
        self.mutexes.get(&id)?.owner
    }

    /// Whether a process that locks it would wait.
    pub(crate) fn is_mutex_taken(&self, id: MutexId) -> bool {
        self.mutex_owner(id).is_some()
    }

    /// Whether a process has it.
    pub(crate) fn has_mutex(&self, pid: Pid, id: MutexId) -> bool {
        let mutex = self.mutexes.get(&id);
        mutex.is_some_and(|mutex| mutex.owner == Some(pid))
    }

    /// Gives up the robust mutexes of a process that ends.
    pub(crate) fn abandon_mutexes(&mut self, pid: Pid) {
        for mutex in self.mutexes.values_mut() {
            if mutex.owner == Some(pid) && mutex.robustness == Robustness::Robust {
                mutex.owner = None;
                mutex.data = Data::Inconsistent;
            }
        }
    }

    fn mutex_mut(&mut self, id: MutexId) -> Result<&mut Mutex, Errno> {
        self.mutexes.get_mut(&id).ok_or(Errno::EINVAL)
    }
}
