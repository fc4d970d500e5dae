//! The beginning and the end of processes.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use kernel::{Errno, Pid, Signal};

use super::{Operation, System, Waits};
use crate::{
    objects::{Id, op},
    panics::is_abandonment,
    process::Membership,
    runtime::{self, point, with},
};

type Place = &'static Location<'static>;

/// The exit status of a process that panics, as the runtime of Rust has it.
const PANICKED: u8 = 101;

/// Begins a child of a process, which does `main` and then ends, with 0 unless it says otherwise.
///
/// # Errors
///
/// `EAGAIN` if there are as many processes as there may be.
pub fn fork(
    system: Id<System>,
    process: Pid,
    location: Place,
    main: Box<dyn FnOnce(Pid)>,
) -> Result<Pid, Errno> {
    let op = op(Operation::new(process, "fork", None), system, location);
    point(op, None);
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
    })?;
    let body = move || {
        let ended = catch_unwind(AssertUnwindSafe(|| main(child)));
        if let Err(payload) = ended {
            if !is_abandonment(&*payload) {
                exit(system, child, End::Exits(PANICKED), location);
            }
            resume_unwind(payload);
        }
        exit(system, child, End::Exits(0), location);
    };
    runtime::spawn_task(None, location, Box::new(body), Membership::New);
    with(|execution| {
        let current = execution.current;
        execution.tasks[current].clock.tick(current);
    });
    Ok(child)
}

/// How a process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It exits with this status.
    Exits(u8),
    /// It dies by a signal that it has brought about itself.
    Dies(Signal),
}

/// Ends a process, if it has not ended yet. Its thread has nothing to do any more after that.
pub fn exit(system: Id<System>, process: Pid, end: End, location: Place) {
    if with(|execution| execution.state(system).kernel.has_ended(process)) {
        return;
    }
    let op = op(Operation::new(process, "_exit", None), system, location);
    point(op, None);
    with(|execution| {
        let kernel = &mut execution.state(system).kernel;
        let mut accesses = kernel.exit_accesses(process);
        match end {
            End::Exits(status) => kernel.exit(process, status),
            End::Dies(signal) => kernel.die(process, signal),
        }
        execution.follow_ends(system, &mut accesses, false);
        execution.touch_parts(system, &accesses);
        execution.progress();
        execution.record_call(op, || match end {
            End::Exits(status) => format!("_exit({status})"),
            End::Dies(signal) => format!("{signal}"),
        });
    });
}

/// Waits for what never comes: a lock, say, that another thread had when the process was forked.
pub fn wait_forever(system: Id<System>, process: Pid, location: Place) -> ! {
    let mut operation = Operation::new(process, "futex", None);
    operation.waits = Waits::Forever;
    loop {
        point(op(operation, system, location), None);
    }
}
