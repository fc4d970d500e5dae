//! Semaphores: `sem_overview(7)`.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Nanos,
    errno::Errno,
    flags::OpenFlags,
    kernel::{Call, Kernel, Reply, WaitFor},
    posix_name::{posix_name, posix_name_to_unlink},
    process::Pid,
};

/// The largest value of a semaphore: `SEM_VALUE_MAX`.
const LARGEST: u32 = i32::MAX as u32;
/// The most bytes of a name: the real file of a semaphore has four more.
const LONGEST_NAME: usize = 251;

/// A semaphore. A later one is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SemaphoreId(u64);

impl SemaphoreId {
    /// A number that no other one has had.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}

/// The state of a semaphore.
#[derive(Debug, Clone)]
pub(crate) struct Semaphore {
    value: u32,
    kind: Kind,
}

/// Where a semaphore is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// In the memory of processes.
    Unnamed,
    /// By its name, until that was taken from it.
    Named(Option<String>),
}

impl Kernel {
    /// The names of semaphores, in the order in which the semaphores were made.
    pub fn semaphore_names(&self) -> impl Iterator<Item = &str> {
        self.semaphores
            .values()
            .filter_map(|semaphore| match &semaphore.kind {
                Kind::Named(name) => name.as_deref(),
                Kind::Unnamed => None,
            })
    }

    /// Opens the semaphore of a name, or makes it with [`OpenFlags::CREATE`] and this value. Which
    /// value is given does not matter where there is one, unless it must be new
    /// ([`OpenFlags::NEW`]). A process that opens one again has the same. `sem_open(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EEXIST`, `EINVAL` for a name or a value that cannot be, `ENAMETOOLONG`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sem_open(
        &mut self,
        pid: Pid,
        name: &str,
        flags: OpenFlags,
        value: u32,
    ) -> Result<SemaphoreId, Errno> {
        let name = posix_name(name, LONGEST_NAME)?;
        let creates = flags.has(OpenFlags::CREATE);
        let is_new = creates && flags.has(OpenFlags::NEW);
        let found = self.named_semaphore(name);
        let id = match found {
            _ if is_new && value > LARGEST => return Err(Errno::EINVAL),
            Some(_) if is_new => return Err(Errno::EEXIST),
            Some(found) => found,
            None if !creates => return Err(Errno::ENOENT),
            None => self.new_semaphore(value, Kind::Named(Some(name.to_owned())))?,
        };
        *self.process_mut(pid).semaphores.entry(id).or_default() += 1;
        Ok(id)
    }

    /// Gives back a semaphore that was opened, once for each time. `sem_close(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sem_close(&mut self, pid: Pid, id: SemaphoreId) -> Result<(), Errno> {
        let opened = &mut self.process_mut(pid).semaphores;
        let times = opened.get_mut(&id).ok_or(Errno::EINVAL)?;
        *times -= 1;
        if *times == 0 {
            opened.remove(&id);
            self.drop_unused_semaphores();
        }
        Ok(())
    }

    /// Takes the name from a semaphore, which goes when no process has it open. `sem_unlink(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENAMETOOLONG`.
    pub fn sem_unlink(&mut self, name: &str) -> Result<(), Errno> {
        let name = posix_name_to_unlink(name, LONGEST_NAME)?;
        let id = self.named_semaphore(name).ok_or(Errno::ENOENT)?;
        if let Some(semaphore) = self.semaphores.get_mut(&id) {
            semaphore.kind = Kind::Named(None);
        }
        self.drop_unused_semaphores();
        Ok(())
    }

    /// A semaphore without a name, in memory that is shared. Which processes have that memory is
    /// not asked. `sem_init(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL` for a value that cannot be.
    pub fn sem_init(&mut self, value: u32) -> Result<SemaphoreId, Errno> {
        self.new_semaphore(value, Kind::Unnamed)
    }

    /// Removes a semaphore without a name. `sem_destroy(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL`.
    pub fn sem_destroy(&mut self, id: SemaphoreId) -> Result<(), Errno> {
        match self.semaphores.get(&id) {
            Some(semaphore) if semaphore.kind == Kind::Unnamed => {
                self.semaphores.remove(&id);
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        }
    }

    /// Adds one. `sem_post(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL`, `EOVERFLOW`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sem_post(&mut self, pid: Pid, id: SemaphoreId) -> Result<(), Errno> {
        let value = self.value_mut(pid, id)?;
        if *value == LARGEST {
            return Err(Errno::EOVERFLOW);
        }
        *value += 1;
        Ok(())
    }

    /// Takes one away, and waits for it, at most until the given time. One that is there is taken
    /// also if it is later. `sem_wait(3)`, `sem_timedwait(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL`, `ETIMEDOUT`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sem_wait(&mut self, pid: Pid, id: SemaphoreId, until: Option<Nanos>) -> Call<()> {
        let now = self.now;
        let value = self.value_mut(pid, id)?;
        if *value > 0 {
            *value -= 1;
            return Ok(Reply::Done(()));
        }
        if until.is_some_and(|until| now >= until) {
            return Err(Errno::ETIMEDOUT);
        }
        Ok(Reply::Waits(WaitFor::Semaphore(id, until)))
    }

    /// Takes one away if there is one. `sem_trywait(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL`, `EAGAIN`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sem_trywait(&mut self, pid: Pid, id: SemaphoreId) -> Result<(), Errno> {
        let value = self.value_mut(pid, id)?;
        *value = value.checked_sub(1).ok_or(Errno::EAGAIN)?;
        Ok(())
    }

    /// How many could be taken. `sem_getvalue(3)`
    ///
    /// # Errors
    ///
    /// `EINVAL`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sem_getvalue(&self, pid: Pid, id: SemaphoreId) -> Result<u32, Errno> {
        let semaphore = self.semaphores.get(&id).ok_or(Errno::EINVAL)?;
        let is_open = self.process(pid).semaphores.contains_key(&id);
        if semaphore.kind != Kind::Unnamed && !is_open {
            return Err(Errno::EINVAL);
        }
        Ok(semaphore.value)
    }

    /// All semaphores that have a name, that a process has open, or that never had a name, with
    /// their names. After the end of all processes, those with names are left behind.
    pub fn semaphores(&self) -> Vec<(SemaphoreId, Option<&str>)> {
        let all = self.semaphores.iter();
        all.map(|(id, semaphore)| (*id, semaphore.name())).collect()
    }

    /// Removes the semaphores that have no name any more and are open in no process.
    pub(crate) fn drop_unused_semaphores(&mut self) {
        let Self {
            semaphores,
            processes,
            ..
        } = self;
        semaphores.retain(|id, semaphore| {
            let is_open = || {
                let mut all = processes.all();
                all.any(|(_, process)| process.semaphores.contains_key(id))
            };
            semaphore.kind != Kind::Named(None) || is_open()
        });
    }

    /// Whether there is a semaphore of this name.
    pub(crate) fn would_open_semaphore(&self, name: &str) -> bool {
        let name = posix_name(name, LONGEST_NAME);
        name.is_ok_and(|name| self.named_semaphore(name).is_some())
    }

    /// Whether further posts could fail.
    pub(crate) fn may_overflow(&self, id: SemaphoreId) -> bool {
        let semaphore = self.semaphores.get(&id);
        semaphore.is_some_and(|semaphore| semaphore.value >= LARGEST / 2)
    }

    fn named_semaphore(&self, name: &str) -> Option<SemaphoreId> {
        let mut all = self.semaphores.iter();
        all.find(|(_, semaphore)| semaphore.name() == Some(name))
            .map(|(id, _)| *id)
    }

    fn new_semaphore(&mut self, value: u32, kind: Kind) -> Result<SemaphoreId, Errno> {
        if value > LARGEST {
            return Err(Errno::EINVAL);
        }
        let id = SemaphoreId(self.serial());
        self.semaphores.insert(id, Semaphore { value, kind });
        Ok(id)
    }

    fn value_mut(&mut self, pid: Pid, id: SemaphoreId) -> Result<&mut u32, Errno> {
        self.sem_getvalue(pid, id)?;
        let semaphore = self.semaphores.get_mut(&id).ok_or(Errno::EINVAL)?;
        Ok(&mut semaphore.value)
    }
}

impl Semaphore {
    fn name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Named(name) => name.as_deref(),
            Kind::Unnamed => None,
        }
    }
}
