//! What a process knows of itself.

use std::{
    cell::{Cell, RefCell},
    io,
};

use children::{Asker, Mailbox};
use interleave::{
    Id,
    objects::system::{self, System},
};
use kernel::{FIRST, Limits, Pid};

use crate::handlers;

/// How many processes there can be at a time.
const SLOTS: usize = 512;

thread_local! {
    /// Shared memory is mapped once for all executions.
    static MAILBOX: RefCell<Option<Mailbox>> = const { RefCell::new(None) };
    static SYSTEM: Cell<Option<Id<System>>> = const { Cell::new(None) };
    static FREE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
    static SELF: RefCell<Oneself> = const { RefCell::new(Oneself::First) };
}

/// Which process this is.
#[derive(Debug)]
pub(crate) enum Oneself {
    /// The first one, in which the engine runs.
    First,
    /// A forked one.
    Child(Pid, Asker),
}

/// Begins an execution with processes: a kernel with one process, the current one.
///
/// # Errors
///
/// By `mmap(2)`, if it is the first time.
pub fn stage(limits: Limits) -> io::Result<Id<System>> {
    MAILBOX.with_borrow_mut(|mailbox| {
        if mailbox.is_none() {
            *mailbox = Some(Mailbox::new(SLOTS)?);
            FREE.set((0..SLOTS).rev().collect());
        }
        io::Result::Ok(())
    })?;
    handlers::reset();
    let system = system::boot(limits);
    SYSTEM.set(Some(system));
    Ok(system)
}

/// The kernel of the execution.
///
/// # Panics
///
/// Panics if no execution with processes has begun.
pub(crate) fn system() -> Id<System> {
    SYSTEM.get().expect("an execution with processes has begun")
}

/// Does something with the mailbox. It must not come to code of the program, or to the engine.
pub(crate) fn with_mailbox<R>(f: impl FnOnce(&mut Mailbox) -> R) -> R {
    MAILBOX.with_borrow_mut(|mailbox| f(mailbox.as_mut().expect("it was made at the beginning")))
}

/// Does something as the process that this is.
pub(crate) fn with_self<R>(f: impl FnOnce(&mut Oneself) -> R) -> R {
    SELF.with_borrow_mut(f)
}

/// The process is a forked one from now on.
pub(crate) fn become_child(pid: Pid, asker: Asker) {
    SELF.set(Oneself::Child(pid, asker));
}

/// The number of this process.
pub(crate) fn own_pid() -> Pid {
    with_self(|oneself| match oneself {
        Oneself::First => FIRST,
        Oneself::Child(pid, _) => *pid,
    })
}

/// A slot for a process. When it is dropped, the process ends, whatever it is doing, and another one
/// can have the slot: also if the execution ends before the thread begins that stands for it.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) slot: usize,
}

impl Seat {
    /// One that is free, if there is one.
    pub(crate) fn take() -> Option<Self> {
        let slot = FREE.with_borrow_mut(Vec::pop)?;
        Some(Self { slot })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // A process that cannot be waited for keeps its slot.
        if with_mailbox(|mailbox| mailbox.kill(self.slot)).is_ok() {
            FREE.with_borrow_mut(|free| free.push(self.slot));
        }
    }
}
