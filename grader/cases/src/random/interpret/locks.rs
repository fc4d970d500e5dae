//! Sections under a lock, and what is in the lock.

use std::{
    ops::Deref,
    sync::{LockResult, MutexGuard, RwLockWriteGuard, TryLockError, TryLockResult},
};

use super::{Context, POISONED, Plain, Shared, TIME};
use crate::random::program::{Change, Lock, Section, Until};

/// The guard of a lock, whether it is poisoned or not.
pub(super) fn held<G>(result: LockResult<G>, log: &mut Vec<i64>) -> G {
    result.unwrap_or_else(|poisoned| {
        log.push(POISONED);
        poisoned.into_inner()
    })
}

/// The guard of a lock that was tried.
fn tried<G>(result: TryLockResult<G>, log: &mut Vec<i64>) -> Option<G> {
    let (guard, said) = match result {
        Ok(guard) => (Some(guard), 1),
        Err(TryLockError::WouldBlock) => (None, 0),
        Err(TryLockError::Poisoned(poisoned)) => (Some(poisoned.into_inner()), POISONED),
    };
    log.push(said);
    guard
}

/// What is left in a lock.
pub(super) fn left<G: Deref<Target = i64>>(result: LockResult<G>) -> String {
    match result {
        Ok(guard) => guard.to_string(),
        Err(poisoned) => format!("{} poisoned", *poisoned.into_inner()),
    }
}

impl Context {
    fn change(&mut self, change: Change, value: &mut i64) {
        match change {
            Change::Nothing => {}
            Change::Get => self.log.push(*value),
            Change::Add(more) => *value += more,
            Change::Set(new) => *value = new,
        }
    }

    /// A section in which the value is only looked at.
    fn look(&mut self, shared: &Plain<Shared>, value: i64, section: &Section) {
        if section.first == Change::Get {
            self.log.push(value);
        }
        self.perform(shared, &section.inside);
        if section.last == Change::Get {
            self.log.push(value);
        }
    }

    /// A section in which the value can be changed.
    fn section(&mut self, shared: &Plain<Shared>, value: &mut i64, section: &Section) {
        self.change(section.first, value);
        self.perform(shared, &section.inside);
        self.change(section.last, value);
    }

    pub(super) fn lock(&mut self, shared: &Plain<Shared>, at: usize, section: &Section) {
        let mut guard = held(shared.mutexes[at].lock(), &mut self.log);
        self.section(shared, &mut guard, section);
    }

    pub(super) fn try_lock(&mut self, shared: &Plain<Shared>, at: usize, section: &Section) {
        if let Some(mut guard) = tried(shared.mutexes[at].try_lock(), &mut self.log) {
            self.section(shared, &mut guard, section);
        }
    }

    pub(super) fn wait(&mut self, shared: &Plain<Shared>, until: Until, section: &Section) {
        let mut guard = held(shared.mutexes[0].lock(), &mut self.log);
        self.change(section.first, &mut guard);
        let mut guard: MutexGuard<'_, i64> = match until {
            Until::Woken => held(shared.condvar.wait(guard), &mut self.log),
            Until::Changed => {
                let waited = shared.condvar.wait_while(guard, |value| *value == 0);
                held(waited, &mut self.log)
            }
            Until::Time => {
                let waited = shared.condvar.wait_timeout(guard, TIME);
                let (guard, result) = held(waited, &mut self.log);
                self.log.push(i64::from(result.timed_out()));
                guard
            }
        };
        self.perform(shared, &section.inside);
        self.change(section.last, &mut guard);
    }

    pub(super) fn read(&mut self, shared: &Plain<Shared>, at: usize, section: &Section) {
        let guard = held(shared.rwlocks[at].read(), &mut self.log);
        self.look(shared, *guard, section);
    }

    pub(super) fn try_read(&mut self, shared: &Plain<Shared>, at: usize, section: &Section) {
        if let Some(guard) = tried(shared.rwlocks[at].try_read(), &mut self.log) {
            self.look(shared, *guard, section);
        }
    }

    pub(super) fn write(&mut self, shared: &Plain<Shared>, at: usize, section: &Section) {
        let mut guard = held(shared.rwlocks[at].write(), &mut self.log);
        self.section(shared, &mut guard, section);
    }

    pub(super) fn try_write(&mut self, shared: &Plain<Shared>, at: usize, section: &Section) {
        if let Some(mut guard) = tried(shared.rwlocks[at].try_write(), &mut self.log) {
            self.section(shared, &mut guard, section);
        }
    }

    pub(super) fn downgrade(&mut self, shared: &Plain<Shared>, at: usize, section: &Section) {
        let mut guard = held(shared.rwlocks[at].write(), &mut self.log);
        self.change(section.first, &mut guard);
        let guard = RwLockWriteGuard::downgrade(guard);
        self.perform(shared, &section.inside);
        if section.last == Change::Get {
            self.log.push(*guard);
        }
    }

    pub(super) fn is_poisoned(&mut self, shared: &Shared, lock: Lock) {
        self.log.push(i64::from(match lock {
            Lock::Mutex(at) => shared.mutexes[at].is_poisoned(),
            Lock::RwLock(at) => shared.rwlocks[at].is_poisoned(),
        }));
    }
}

pub(super) fn clear_poison(shared: &Shared, lock: Lock) {
    match lock {
        Lock::Mutex(at) => shared.mutexes[at].clear_poison(),
        Lock::RwLock(at) => shared.rwlocks[at].clear_poison(),
    }
}
