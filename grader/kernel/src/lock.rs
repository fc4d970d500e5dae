//! Locks on files: `flock(2)`.

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    kernel::{Call, Kernel, Reply, WaitFor},
    process::Pid,
    slots::Id,
};
use serde::{Deserialize, Serialize};

/// Who else may have the file locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockKind {
    /// Others that share it: `LOCK_SH`.
    Shared,
    /// Nobody: `LOCK_EX`.
    Exclusive,
}

/// What is asked of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locking {
    /// To take it, and to wait for that.
    Lock(LockKind),
    /// To take it or to fail: `LOCK_NB`.
    TryLock(LockKind),
    /// To give it back: `LOCK_UN`.
    Unlock,
}

impl Kernel {
    /// Takes or gives back the lock of an open file description. `flock(2)`
    ///
    /// A description that has a lock of the other kind gives it back first, whatever comes then.
    ///
    /// # Errors
    ///
    /// `EBADF`, `EAGAIN` (there also called `EWOULDBLOCK`).
    pub fn flock(&mut self, pid: Pid, fd: Fd, locking: Locking) -> Call<()> {
        let id = self.description(pid, fd)?;
        let (kind, waits) = match locking {
            Locking::Lock(kind) => (kind, true),
            Locking::TryLock(kind) => (kind, false),
            Locking::Unlock => {
                self.descriptions.get_mut(id).lock = None;
                return Ok(Reply::Done(()));
            }
        };
        let description = self.descriptions.get_mut(id);
        if description.lock == Some(kind) {
            return Ok(Reply::Done(()));
        }
        description.lock = None;
        match (self.is_locked_out(id, kind), waits) {
            (true, true) => Ok(Reply::Waits(WaitFor::Lock)),
            (true, false) => Err(Errno::EAGAIN),
            (false, _) => {
                self.descriptions.get_mut(id).lock = Some(kind);
                Ok(Reply::Done(()))
            }
        }
    }

    /// The lock that an open file description has, if it has one.
    pub fn lock_kind(&self, pid: Pid, fd: Fd) -> Option<LockKind> {
        let id = self.description(pid, fd).ok()?;
        self.descriptions.get(id).lock
    }

    /// Whether the lock of another description of the same file excludes one of this kind.
    pub(crate) fn is_locked_out(&self, id: Id<Description>, kind: LockKind) -> bool {
        self.locking_out(id, kind).next().is_some()
    }

    /// The other descriptions of the same file whose locks exclude one of this kind.
    pub(crate) fn locking_out(
        &self,
        id: Id<Description>,
        kind: LockKind,
    ) -> impl Iterator<Item = Id<Description>> {
        let target = target(self.descriptions.get(id).object);
        let all = self.descriptions.all();
        all.filter(move |(other, description)| {
            let excludes = |lock| kind == LockKind::Exclusive || lock == LockKind::Exclusive;
            *other != id
                && self::target(description.object) == target
                && description.lock.is_some_and(excludes)
        })
        .map(|(other, _)| other)
    }
}

/// What is locked: both ends of a pipe are one.
fn target(object: Object) -> Object {
    match object {
        Object::WriteEnd(pipe) => Object::ReadEnd(pipe),
        object => object,
    }
}
