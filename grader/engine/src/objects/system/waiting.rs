//! In which call a process waits, and who could bring on what it waits for.

use super::{Operation, System, Waits};
use crate::{
    execution::Execution,
    objects::{Listed, OpKind},
    outcome::{CallHolder, WaitingCall},
    task::Task,
};

impl Execution {
    /// The call of a kernel in which the process of a thread waits, if it waits in one.
    pub(crate) fn waiting_call(&self, task: &Task) -> Option<WaitingCall> {
        match task.pending.kind {
            OpKind::System(id, operation) => {
                let system = &System::table(&self.objects)[id.index()].state;
                system.waiting_call(operation)
            }
            _ => None,
        }
    }
}

impl System {
    fn waiting_call(&self, operation: Operation) -> Option<WaitingCall> {
        let process = operation.process();
        if self.kernel.is_over(process) {
            return None;
        }
        let is_stopped = self.kernel.is_stopped(process);
        let request = match operation.waits {
            Waits::Maybe | Waits::Interruptibly => self.announced(operation).cloned(),
            Waits::Never | Waits::Forever => None,
        };
        let waits_for = request
            .as_ref()
            .and_then(|request| self.kernel.waits_for(process, request));
        if !is_stopped && waits_for.is_none() && operation.waits != Waits::Forever {
            return None;
        }
        let holders = match &request {
            Some(request) if waits_for.is_some() => self.kernel.holders(process, request),
            _ => Vec::new(),
        };
        let holders = holders.into_iter().filter_map(|holder| {
            Some(CallHolder {
                task: *self.tasks.get(&holder.pid)?,
                process: holder.pid,
                fd: holder.fd,
            })
        });
        Some(WaitingCall {
            process,
            is_stopped,
            waits_for,
            holders: holders.collect(),
            request,
        })
    }
}
