//! What a process knows of itself.

use std::{
    cell::{Cell, RefCell},
    io, mem,
};

use children::{Asker, Mailbox};
use interleave::{
    Handle, Id,
    objects::system::{self, System},
    solo,
};
use kernel::{FIRST, Limits, Pid};

use crate::{
    handlers, history, installed,
    memory::{self, Memory},
    output,
};

/// How many processes there can be at a time.
const SLOTS: usize = 512;

thread_local! {
    /// Shared memory is mapped once for all executions.
    static MAILBOX: Real<RefCell<Option<Mailbox>>> = const { Real(RefCell::new(None)) };
    /// Known only in the execution that it was booted in.
    static SYSTEM: Handle<System> = const { Handle::new() };
    static FREE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
    static SELF: Real<RefCell<Oneself>> = const { Real(RefCell::new(Oneself::First)) };
    /// How many executions have begun.
    static EXECUTIONS: Cell<u64> = const { Cell::new(0) };
    /// Whether the machinery of processes makes calls of the real system.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Something with descriptors of the real system. These are closed there as well, when a process
/// exits in the middle of an execution.
#[derive(Debug)]
struct Real<T: Default>(T);

impl<T: Default> Drop for Real<T> {
    fn drop(&mut self) {
        inside(|| drop(mem::take(&mut self.0)));
    }
}

/// Which process this is.
#[derive(Debug, Default)]
pub(crate) enum Oneself {
    /// The first one, in which the engine runs.
    #[default]
    First,
    /// A forked one.
    Child(Pid, Asker),
}

/// Begins an execution with processes: a kernel with one process, the current one. `memory` says
/// whether what is known of its processes is used; it makes no difference but in time.
///
/// # Errors
///
/// By `mmap(2)`, if it is the first time.
pub fn stage(limits: Limits, memory: Memory) -> io::Result<Id<System>> {
    MAILBOX.with(|Real(mailbox)| {
        let mut mailbox = mailbox.borrow_mut();
        if mailbox.is_none() {
            *mailbox = Some(Mailbox::new(SLOTS)?);
            FREE.set((0..SLOTS).rev().collect());
        }
        io::Result::Ok(())
    })?;
    EXECUTIONS.set(EXECUTIONS.get() + 1);
    handlers::reset();
    installed::reset();
    output::begin();
    history::begin(memory::begin_execution(memory, limits));
    let system = system::boot(limits);
    SYSTEM.with(|handle| handle.set(system));
    Ok(system)
}

/// This process runs another program from now on, on the same kernel.
pub(crate) fn begin_program() {
    let system = system();
    solo::begin_program();
    SYSTEM.with(|handle| handle.set(system));
}

/// The kernel of the execution.
///
/// # Panics
///
/// Panics if no execution with processes has begun.
pub(crate) fn system() -> Id<System> {
    SYSTEM
        .with(Handle::known)
        .expect("an execution with processes has begun")
}

/// Whether the caller is the program under test, and its system calls are those of a simulated
/// process: an execution with processes is running, in this process or in the one that forked it,
/// and the call does not come from what makes that possible.
///
/// Functions that take the place of those of the C library ask this.
pub fn is_program() -> bool {
    !INSIDE.get() && interleave::is_program() && SYSTEM.with(Handle::known).is_some()
}

/// A number of the current execution, or of the last one, that no other one in this process has.
pub fn execution() -> u64 {
    EXECUTIONS.get()
}

/// Does something that makes calls of the real system. It must not come to code of the program, or
/// to the engine.
pub(crate) fn inside<R>(f: impl FnOnce() -> R) -> R {
    struct Leave(bool);

    impl Drop for Leave {
        fn drop(&mut self) {
            INSIDE.set(self.0);
        }
    }

    let _leave = Leave(INSIDE.replace(true));
    f()
}

/// Does something with the mailbox. It must not come to code of the program, or to the engine.
pub(crate) fn with_mailbox<R>(f: impl FnOnce(&mut Mailbox) -> R) -> R {
    inside(|| {
        MAILBOX.with(|Real(mailbox)| {
            let mut mailbox = mailbox.borrow_mut();
            f(mailbox.as_mut().expect("it was made at the beginning"))
        })
    })
}

/// Does something as the process that this is, likewise.
pub(crate) fn with_self<R>(f: impl FnOnce(&mut Oneself) -> R) -> R {
    inside(|| SELF.with(|Real(oneself)| f(&mut oneself.borrow_mut())))
}

/// The process is a forked one from now on.
pub(crate) fn become_child(pid: Pid, asker: Asker) {
    with_self(|oneself| *oneself = Oneself::Child(pid, asker));
}

/// Whether this is a forked process.
pub fn is_child() -> bool {
    with_self(|oneself| matches!(oneself, Oneself::Child(..)))
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
        // At the end of the thread of the system, the mailbox may be gone, and all processes with it.
        let killed = inside(|| {
            MAILBOX.try_with(|Real(mailbox)| {
                let mut mailbox = mailbox.borrow_mut();
                mailbox.as_mut().map(|mailbox| mailbox.kill(self.slot))
            })
        });
        // A process that cannot be waited for keeps its slot.
        if matches!(killed, Ok(Some(Ok(())))) {
            let _ = FREE.try_with(|free| free.borrow_mut().push(self.slot));
        }
    }
}
