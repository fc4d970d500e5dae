//! A simulated kernel, whose calls are the visible operations of processes.
//!
//! What a call does is the business of the crate `kernel`, and so is what it touches. A process takes
//! signals where it makes a call: its handlers do not run in the middle of what it computes. Here a
//! part of the kernel gets a resource and a clock when it is touched first: what is nearly always
//! touched by one process alone costs little.

mod backlogs;
mod by_part;
mod caller;
mod calls;
mod choices;
mod ends;
mod exit;
mod left;
mod lives;
mod operation;
mod parts;
mod pipes;
mod signals;
mod time;
mod turn;
mod waiters;
mod waiting;

use std::collections::BTreeMap;

use kernel::{Action, Disposition, FIRST, Kernel, Limits, Pid, Request, Signal};
use slab::Slab;

use super::{Facts, Held, Id, Object, Wait};
use crate::{
    access::{Access, Resource},
    op::TaskId,
    runtime::with,
    task::Task,
};

use backlogs::Backlogs;
pub use caller::{Ended, Handle};
pub use calls::call;
use ends::Ends;
pub use exit::{End, exit};
pub use left::Left;
use left::Origins;
pub use lives::{Begins, begin, take_signals, wait_forever};
pub use operation::Operation;
use operation::Waits;
use parts::Clocks;
use pipes::Pipes;
use waiters::Waiters;

/// A simulated kernel.
#[derive(Debug, Default)]
pub struct System {
    kernel: Kernel,
    /// The main thread of each process.
    tasks: BTreeMap<Pid, TaskId>,
    /// The calls that processes are about to make and that may have to wait.
    announced: Slab<(Pid, Request)>,
    clocks: Clocks,
    pipes: Pipes,
    ends: Ends,
    origins: Origins,
    waiters: Waiters,
    backlogs: Backlogs,
}

/// A kernel with one process, [`FIRST`], whose main thread is the current one. It ignores
/// `SIGPIPE`, as each program does that is written in Rust.
///
/// # Panics
///
/// Panics outside of an execution.
pub fn boot(limits: Limits) -> Id<System> {
    let mut kernel = Kernel::new(limits);
    let ignore = Action {
        disposition: Disposition::Ignore,
        ..Action::default()
    };
    kernel
        .sigaction(FIRST, Signal::PIPE, ignore)
        .expect("it can be ignored");
    with(|execution| {
        let system = execution.register::<System>();
        let current = execution.current;
        let state = execution.state(system);
        state.kernel = kernel;
        state.tasks.insert(FIRST, current);
        system
    })
}

/// Looks at a kernel without a step. What other processes could change meanwhile must not matter: the
/// search does not know that it was looked at.
pub fn look<R>(system: Id<System>, at: impl FnOnce(&Kernel) -> R) -> R {
    with(|execution| at(&execution.state(system).kernel))
}

impl Object for System {
    type Operation = Operation;
    const PARTS: u32 = parts::RESOURCES;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        // Whatever it is about to do, it may be stopped.
        let waits = Facts::waits(Wait::Until);
        match operation.waits {
            Waits::Interruptibly => waits.spurious(),
            Waits::Never | Waits::Maybe | Waits::Forever => waits,
        }
    }

    fn is_enabled(&self, operation: Operation, _: &Task) -> bool {
        let process = operation.process();
        if self.kernel.is_over(process) || self.kernel.next_signal(process).is_some() {
            return true;
        }
        !self.kernel.is_stopped(process)
            && match operation.waits {
                Waits::Never => true,
                Waits::Maybe | Waits::Interruptibly => self
                    .announced(operation)
                    .is_none_or(|request| self.is_possible(process, request)),
                Waits::Forever => false,
            }
    }

    fn is_told(&self, operation: Operation) -> bool {
        self.tells(operation)
    }

    fn awaited(
        &self,
        _: Id<Self>,
        operation: Operation,
        first: Resource,
    ) -> Vec<(Resource, Access)> {
        let awaited = match operation.waits {
            Waits::Maybe | Waits::Interruptibly => {
                let request = self.announced(operation);
                return request.map_or_else(Vec::new, |request| {
                    self.awaited_by(operation.process(), request, first)
                });
            }
            Waits::Never | Waits::Forever => kernel::Part::Signals(operation.process()),
        };
        vec![(parts::resource(first, awaited), Access::Read)]
    }

    fn holder(&self, _: Operation, _: TaskId, _: &Task) -> Option<Held> {
        None
    }
}

impl System {
    /// What a process may have to wait for with the call that it is about to make; nothing if the
    /// execution has ended in the middle of the call, or after it.
    fn announced(&self, operation: Operation) -> Option<&Request> {
        let announced = self.announced.get(usize::from(operation.place));
        announced
            .filter(|(process, _)| *process == operation.process())
            .map(|(_, request)| request)
    }

    /// Whether a process can take the next step of a call now.
    fn is_possible(&self, process: Pid, request: &Request) -> bool {
        let gives_back_first = match *request {
            Request::Lock { fd, kind } => {
                let held = self.kernel.lock_kind(process, fd);
                held.is_some_and(|held| held != kind)
            }
            _ => false,
        };
        gives_back_first
            || time::end_of_sleep(request).is_some()
            || self.kernel.waits_for(process, request).is_none()
    }

    /// What a process waits for with a call, and how it would take that.
    fn awaited_by(
        &self,
        process: Pid,
        request: &Request,
        first: Resource,
    ) -> Vec<(Resource, Access)> {
        let awaited = self.kernel.awaited(process, request).into_iter();
        awaited
            .map(|(part, access)| (parts::resource(first, part), access.into()))
            .collect()
    }
}
