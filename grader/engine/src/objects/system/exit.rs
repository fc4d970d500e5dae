//! The end of processes.

use kernel::{Pid, Signal, Taken};

use super::{
    Operation, System, Waits,
    caller::{Caller, Ended},
};
use crate::{
    call_stack::CallSite,
    objects::{Id, op},
    runtime::{point, with},
    trace::Effect,
};

/// How a process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It exits with this status.
    Exits(u8),
    /// It dies by a signal that it has brought about itself.
    Dies(Signal),
}

/// Ends a process, if it has not ended yet. Its thread has nothing to do any more after that.
///
/// A signal that ends or stops it comes first. Handlers do not run any more: a process that has some
/// [takes its signals](super::take_signals) before.
pub fn exit(system: Id<System>, process: Pid, end: End, site: &CallSite) {
    let mut handle = |_| Ok(());
    let Ok(mut caller) = Caller::new(system, process, site.clone(), &mut handle) else {
        return;
    };
    let op = match end {
        End::Exits(_) => match caller.begin("_exit") {
            Ok(op) => op,
            Err(Ended) => return,
        },
        // It has happened, whatever else is pending.
        End::Dies(_) => {
            let op = caller.op("_exit", Waits::Never);
            point(op, None);
            op
        }
    };
    with(|execution| {
        let kernel = &mut execution.state(system).kernel;
        let mut accesses = kernel.begin_exit_accesses(process);
        match end {
            End::Exits(status) => kernel.begin_exit(process, status),
            End::Dies(signal) => kernel.begin_death(process, signal),
        }
        execution.follow_ends(system, &mut accesses, false);
        execution.touch_parts(system, &accesses);
        execution.progress();
        match end {
            End::Exits(status) => execution.record_call(op, || format!("_exit({status})")),
            End::Dies(signal) => {
                let effect = kernel::Effect::Ends;
                execution.record(op, Effect::Signal(Taken { signal, effect }));
            }
        }
    });
    finish_exit(system, process, site);
}

/// The second part of the end of a process: it becomes a zombie, and its parent is told. Where
/// somebody can tell, it is a step of its own, and others may go on before it.
pub(super) fn finish_exit(system: Id<System>, process: Pid, site: &CallSite) {
    let own_step = with(|execution| {
        if execution.state(system).kernel.shows_exit(process) {
            execution.tell_releases();
        }
        execution.note_call_stack(&site.stack);
        let operation = Operation::new(process, "_exit", None);
        let op = op(operation, system, site.location);
        execution.shows_releases().then_some(op)
    });
    if let Some(op) = own_step {
        point(op, None);
    }
    with(|execution| {
        let kernel = &mut execution.state(system).kernel;
        if !kernel.is_exiting(process) {
            return;
        }
        let accesses = kernel.finish_exit_accesses(process);
        let status = kernel.finish_exit(process);
        execution.touch_parts(system, &accesses);
        if let Some(op) = own_step {
            execution.progress();
            execution.record_call(op, || status.to_string());
        }
    });
}
