//! The beginning of processes, and what they wait for beside calls.

use std::{
    convert::Infallible,
    panic::{self, AssertUnwindSafe},
};

use kernel::{Errno, Pid};

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

/// Begins a child of a process, which does `main` and then ends, with 0 unless it says otherwise.
///
/// # Errors
///
/// If the process has ended before; and `EAGAIN` if there are as many processes as there may be.
pub fn fork(
    system: Id<System>,
    process: Pid,
    site: CallSite,
    main: Box<dyn FnOnce(Pid)>,
    handle: &mut Handle<'_>,
) -> Result<Result<Pid, Errno>, Ended> {
    let (location, of_child) = (site.location, site.clone());
    let mut caller = Caller::new(system, process, site, handle)?;
    let op = caller.begin("fork")?;
    let child = with(|execution| {
        let kernel = &mut execution.state(system).kernel;
        let accesses = kernel.fork_accesses(process);
        let child = kernel.fork(process);
        execution.touch_parts(system, &accesses);
        execution.record_call(op, || match child {
            Ok(child) => format!("fork() = {child}"),
            Err(errno) => format!("fork() = -1 {errno:?}"),
        });
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
