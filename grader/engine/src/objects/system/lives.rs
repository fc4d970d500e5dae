//! The beginning of processes, and what they wait for beside calls.

use std::{
    convert::Infallible,
    panic::{self, AssertUnwindSafe},
};

use kernel::{Accesses, Errno, Kernel, Pid, Spawn};

use super::{
    System,
    caller::{Caller, Ended, Handle},
    exit::{End, exit},
};
use crate::{
    call_stack::CallSite,
    objects::Id,
    panics::is_abandonment,
    process::Membership,
    runtime::{self, with},
};

/// The exit status of a process that panics, as the runtime of Rust has it.
const PANICKED: u8 = 101;

/// How a child begins.
#[derive(Debug, Clone, Copy)]
pub enum Begins<'a> {
    /// As a copy of its parent: `fork(2)`.
    Forked,
    /// With a program that its parent starts: `posix_spawn(3)`.
    Spawned(&'a Spawn),
}

impl Begins<'_> {
    fn name(self) -> &'static str {
        match self {
            Self::Forked => "fork",
            Self::Spawned(_) => "posix_spawn",
        }
    }

    fn accesses(self, kernel: &Kernel, parent: Pid) -> Accesses {
        match self {
            Self::Forked => kernel.fork_accesses(parent),
            Self::Spawned(spawn) => kernel.spawn_accesses(parent, spawn),
        }
    }

    fn make(self, kernel: &mut Kernel, parent: Pid) -> Result<Pid, Errno> {
        match self {
            Self::Forked => kernel.fork(parent),
            Self::Spawned(spawn) => kernel.spawn(parent, spawn),
        }
    }

    /// The call and what it gave, in the notation of `strace(1)`.
    fn shown(self, gave: Result<Pid, Errno>) -> String {
        let arguments = match self {
            Self::Forked => String::new(),
            Self::Spawned(spawn) => format!("{:?}, {:?}", spawn.program, spawn.arguments),
        };
        let name = self.name();
        match gave {
            Ok(child) => format!("{name}({arguments}) = {child}"),
            Err(errno) => format!("{name}({arguments}) = -1 {errno:?}"),
        }
    }
}

/// Begins a child of a process, which does `main` and then ends, with 0 unless it says otherwise.
///
/// # Errors
///
/// If the process has ended before; and the errors of [`Kernel::fork`] or [`Kernel::spawn`].
pub fn begin(
    system: Id<System>,
    process: Pid,
    begins: Begins<'_>,
    site: CallSite,
    main: Box<dyn FnOnce(Pid)>,
    handle: &mut Handle<'_>,
) -> Result<Result<Pid, Errno>, Ended> {
    let (location, of_child) = (site.location, site.clone());
    let mut caller = Caller::new(system, process, site, handle)?;
    let op = caller.begin(begins.name())?;
    let child = with(|execution| {
        let kernel = &mut execution.state(system).kernel;
        let accesses = begins.accesses(kernel, process);
        let child = begins.make(kernel, process);
        execution.touch_parts(system, &accesses);
        execution.record_call(op, || begins.shown(child));
        child
    });
    let child = match child {
        Ok(child) => child,
        Err(errno) => return Ok(Err(errno)),
    };
    let body = move || {
        let ended = panic::catch_unwind(AssertUnwindSafe(|| main(child)));
        if let Err(payload) = ended {
            if !is_abandonment(&*payload) {
                exit(system, child, End::Exits(PANICKED), &of_child);
            }
            panic::resume_unwind(payload);
        }
        exit(system, child, End::Exits(0), &of_child);
    };
    let name = Some(format!("P{child}"));
    let task = runtime::spawn_task(name, location, Box::new(body), Membership::New);
    with(|execution| {
        execution.state(system).tasks.insert(child, task);
        let current = execution.current;
        execution.tasks[current].clock.tick(current);
    });
    Ok(Ok(child))
}

/// A process takes the signals that it has to take, as it does when it makes a call.
///
/// # Errors
///
/// If it ends by one of them, or has ended before.
pub fn take_signals(
    system: Id<System>,
    process: Pid,
    site: CallSite,
    handle: &mut Handle<'_>,
) -> Result<(), Ended> {
    let mut caller = Caller::new(system, process, site, handle)?;
    caller.begin("signal")?;
    with(|execution| execution.look_at_signals(system, process));
    Ok(())
}

/// Waits for what never comes: a lock, say, that another thread had when the process was forked.
/// Signals come all the same.
///
/// # Errors
///
/// If it ends by one of them, or has ended before: this function returns in no other way.
pub fn wait_forever(
    system: Id<System>,
    process: Pid,
    site: CallSite,
    handle: &mut Handle<'_>,
) -> Result<Infallible, Ended> {
    let mut caller = Caller::new(system, process, site, handle)?;
    caller.wait_forever("futex")
}
