//! Which threads to look at again when a call has changed something: of a thread that waits in a call, the
//! kernel knows which parts of its state [decide](kernel::Kernel::awaited) how long.
//!
//! In a program of many threads most wait, and each step changes little. Who is told too often is looked
//! at in vain, and makes no difference.

use std::collections::BTreeMap;

use kernel::{Access, Fd, Part, Pid, Request};

use super::{Operation, System, Waits, by_part::ByPart};
use crate::{
    candidates::FEW,
    execution::Execution,
    objects::{Id, OpKind},
    op::TaskId,
};

/// Those who wait.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    /// For a part of the kernel. They may have gone on since.
    parts: ByPart<Vec<TaskId>>,
    /// With a descriptor, for something that it leads to. It may not be open.
    descriptors: BTreeMap<(Pid, Fd), Vec<TaskId>>,
}

impl System {
    /// Whether a process that is about to do this is told when what it waits for may have changed.
    pub(super) fn tells(&self, operation: Operation) -> bool {
        match operation.waits {
            Waits::Never | Waits::Forever => true,
            // The wait may also end for no reason, of which nobody tells.
            Waits::Interruptibly => false,
            Waits::Maybe => self.announced(operation).is_some_and(|request| {
                matches!(
                    request,
                    Request::Read { .. }
                        | Request::Write { .. }
                        | Request::Recv { .. }
                        | Request::Send { .. }
                        | Request::Accept(_)
                        | Request::Connect { .. }
                        | Request::Poll(_)
                        | Request::EpollWait { .. }
                )
            }),
        }
    }

    fn wait(&mut self, task: TaskId, operation: Operation) {
        let process = operation.process();
        // A process that is over waits for nothing, and maybe is not known any more.
        if operation.waits != Waits::Maybe || self.kernel.is_over(process) {
            return;
        }
        let asks = self.ask(task, operation);
        let Some(request) = self.announced(operation) else {
            return;
        };
        let descriptors = request.descriptors();
        let parts = match request {
            // Beside the backlog, its own socket decides.
            Request::Connect { fd, .. } if asks => self.kernel.own_socket(process, *fd),
            _ => self.kernel.awaited(process, request),
        };
        let asks_epoll = matches!(request, Request::Poll(_) | Request::EpollWait { .. });
        for (part, _) in parts {
            // Who sends to a socket that is an item makes it ready, and does not wait for that.
            let is_news = !asks_epoll && matches!(part, Part::Epoll(_));
            if !is_for_all(part) && !is_news {
                self.waiters.parts.get_mut(part).push(task);
            }
        }
        for fd in descriptors {
            let waiting = self.waiters.descriptors.entry((process, fd));
            waiting.or_default().push(task);
        }
    }
}

/// Whether a change of a part may concern every thread that makes calls.
fn is_for_all(part: Part) -> bool {
    matches!(
        part,
        Part::Signals(_) | Part::Pending(_) | Part::Process(_) | Part::Description(_)
    )
}

impl Execution {
    /// These threads were looked at, and are to be told when to look again.
    #[cold]
    pub(crate) fn tell_when_to_look(&mut self, tasks: &[TaskId]) {
        for &task in tasks {
            if let OpKind::System(system, operation) = self.tasks[task].pending.kind {
                self.state(system).wait(task, operation);
            }
        }
    }

    /// Tells who waits for one of these parts that it has changed.
    pub(super) fn tell_waiters(&mut self, system: Id<System>, accesses: &[(Part, Access)]) {
        if self.tasks.len() <= FEW {
            return;
        }
        let changed = accesses
            .iter()
            .filter(|(_, access)| *access != Access::Read);
        for (part, _) in changed {
            if is_for_all(*part) {
                self.tell_all(system);
                return;
            }
            let waiting = self.state(system).waiters.parts.remove(*part);
            self.look_again(system, &waiting.unwrap_or_default());
        }
    }

    /// Tells who is about to use descriptors that a call of its process has closed, or opened.
    pub(super) fn tell_users(
        &mut self,
        system: Id<System>,
        process: Pid,
        descriptors: impl Iterator<Item = Fd>,
    ) {
        for fd in descriptors {
            let users = self
                .state(system)
                .waiters
                .descriptors
                .remove(&(process, fd));
            self.look_again(system, &users.unwrap_or_default());
        }
    }

    /// Tells all who wait in calls.
    pub(super) fn tell_all(&mut self, system: Id<System>) {
        let state = self.state(system);
        state.waiters.parts.clear();
        state.waiters.descriptors.clear();
        state.backlogs.clear();
        let settled: Vec<TaskId> = self.readiness.settled().collect();
        self.look_again(system, &settled);
    }

    fn look_again(&mut self, system: Id<System>, tasks: &[TaskId]) {
        for &task in tasks {
            let waits = matches!(self.tasks[task].pending.kind, OpKind::System(..));
            if waits && !self.tasks[task].finished {
                self.state(system).backlogs.leave(task);
                self.readiness.unsettle(task);
            }
        }
    }
}
