//! What calls with locks on files touch.

use super::{Access, Accesses, Part};
use crate::{
    descriptor::{Description, Fd, Object},
    kernel::Kernel,
    lock::{LockKind, Locking},
    process::Pid,
};

impl Kernel {
    pub(super) fn lock_accesses(&self, pid: Pid, fd: Fd, locking: Locking, to: &mut Accesses) {
        let Ok(id) = self.description(pid, fd) else {
            return;
        };
        // Whoever shares the description shares the lock.
        to.push((Part::Description(id.number()), Access::Write));
        let description = self.descriptions.get(id);
        let part = lock_part(description);
        if let Some(held) = description.lock {
            match locking {
                Locking::Lock(kind) | Locking::TryLock(kind) if kind == held => return,
                _ => to.push((part, release(held))),
            }
        }
        match locking {
            Locking::Lock(LockKind::Exclusive) => to.push((part, Access::Acquire)),
            Locking::Lock(LockKind::Shared) => to.push((part, Access::AcquireShared)),
            Locking::TryLock(_) => to.push((part, Access::Write)),
            Locking::Unlock => {}
        }
    }
}

pub(super) fn lock_part(description: &Description) -> Part {
    match description.object {
        Object::File(file) => Part::FileLock(file.number()),
        _ => Part::OtherLock,
    }
}

pub(super) fn release(held: LockKind) -> Access {
    match held {
        LockKind::Exclusive => Access::Release,
        LockKind::Shared => Access::ReleaseShared,
    }
}
