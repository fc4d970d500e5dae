//! Those who ask for connections: whether there is room in the backlog of a listener decides it for all
//! of them alike.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Kernel, Request};

use super::{Operation, System};
use crate::{execution::Execution, objects::Id, op::TaskId};

/// Who asks for a connection at each port.
#[derive(Debug, Default)]
pub(super) struct Backlogs {
    ports: BTreeMap<u16, Asking>,
    /// At which port each thread asks.
    of: BTreeMap<TaskId, u16>,
}

/// Those who ask for a connection at a port.
#[derive(Debug, Default)]
struct Asking {
    /// Whether they must wait for room.
    must_wait: bool,
    tasks: BTreeSet<TaskId>,
}

impl Backlogs {
    pub(super) fn clear(&mut self) {
        self.ports.clear();
        self.of.clear();
    }

    /// A thread asks no more, or has to be looked at alone.
    pub(super) fn leave(&mut self, task: TaskId) {
        if let Some(port) = self.of.remove(&task)
            && let Some(asking) = self.ports.get_mut(&port)
        {
            asking.tasks.remove(&task);
            if asking.tasks.is_empty() {
                self.ports.remove(&port);
            }
        }
    }

    /// The threads for which it has changed whether they must wait, and whether they must now.
    fn take_changed(&mut self, kernel: &Kernel) -> Option<(Vec<TaskId>, bool)> {
        for (port, asking) in &mut self.ports {
            let must_wait = kernel.is_backlog_full(*port);
            if must_wait != asking.must_wait {
                asking.must_wait = must_wait;
                return Some((asking.tasks.iter().copied().collect(), must_wait));
            }
        }
        None
    }
}

impl System {
    /// A thread asks for a connection, if the backlog of the listener decides whether it waits; whether
    /// that is so.
    pub(super) fn ask(&mut self, task: TaskId, operation: Operation) -> bool {
        let process = operation.process();
        let Some(&Request::Connect { fd, to }) = self.announced(operation) else {
            return false;
        };
        let is_decided = self.kernel.is_decided_by_backlog(process, fd, to);
        if is_decided {
            let must_wait = self.kernel.is_backlog_full(to.port());
            let asking = self.backlogs.ports.entry(to.port()).or_default();
            asking.must_wait = must_wait;
            asking.tasks.insert(task);
            self.backlogs.of.insert(task, to.port());
        }
        is_decided
    }
}

impl Execution {
    /// A call was made: there may be room in a backlog, or none any more.
    pub(super) fn tell_asking(&mut self, system: Id<System>) {
        let state = self.state(system);
        if state.backlogs.of.is_empty() {
            return;
        }
        if !state.kernel.has_free_port() {
            self.tell_all(system);
            return;
        }
        while let Some((tasks, must_wait)) = {
            let state = self.state(system);
            state.backlogs.take_changed(&state.kernel)
        } {
            self.readiness.settle_all(&tasks, !must_wait);
        }
    }
}
