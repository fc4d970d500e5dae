//! Signals: a process takes those that are pending before each call, instead of a wait in one, and
//! when a call returns. `signal(7)`

use kernel::{Effect, Interruption, Pid, Request, Signal, SignalSet, Taken};

use super::System;
use crate::{execution::Execution, objects::Id, op::Op, strategy::Pick, trace};

/// The signals that a process has taken and whose handlers have not run.
#[derive(Debug, Default)]
pub(super) struct Handlers {
    /// The last of them runs first.
    frames: Vec<Frame>,
    /// The call in which the process was waiting.
    during: Option<Request>,
    /// Whether that has a limit: then it is not made again after a handler.
    is_limited: bool,
    /// Whether that fails, as soon as one of the signals has decided it.
    fails: Option<bool>,
}

/// A handler that is to run, and the mask to which the process returns after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) signal: Signal,
    pub(super) before: SignalSet,
}

/// What a process does that has taken its signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity {
    Runs,
    Stopped,
    Ended(Signal),
}

impl Handlers {
    /// Those of signals that interrupt this call, in which the process waits.
    pub(super) fn during(request: Request, is_limited: bool) -> Self {
        Self {
            during: Some(request),
            is_limited,
            ..Self::default()
        }
    }

    /// Takes the handler out that is to run next.
    pub(super) fn pop(&mut self) -> Option<Frame> {
        self.frames.pop()
    }

    /// Whether the call fails in which the process was waiting.
    pub(super) fn is_failure(&self) -> bool {
        self.fails == Some(true)
    }
}

impl Execution {
    /// Takes the signals that a process has to take, as a part of the current step, until it has
    /// none, or is stopped, or has ended. It has announced `op` last.
    pub(super) fn take_signals(
        &mut self,
        system: Id<System>,
        process: Pid,
        op: Op,
        handlers: &mut Handlers,
    ) -> Activity {
        while !self.over {
            let kernel = &mut self.state(system).kernel;
            let Some(next) = kernel.next_signal(process) else {
                break;
            };
            if let Some(request) = &handlers.during
                && handlers.fails.is_none()
            {
                let is_handled = matches!(next.effect, Effect::Handled { .. });
                let fails = kernel.interruption(process, request) == Some(Interruption::Fails)
                    || is_handled && handlers.is_limited;
                // A signal without a handler leaves it to the next one whether the call fails.
                let decides = fails || is_handled;
                handlers.fails = decides.then_some(fails);
            }
            let mut accesses = kernel.take_signal_accesses(process);
            self.at_own_time(system, |kernel| kernel.take_signal(process));
            if next.effect == Effect::Ends {
                self.follow_ends(system, &mut accesses, false);
            }
            self.touch_parts(system, &accesses);
            self.progress();
            self.record(op, trace::Effect::Signal(next));
            match next.effect {
                Effect::Ends => return Activity::Ended(next.signal),
                Effect::Handled { before, .. } => handlers.frames.push(Frame {
                    signal: next.signal,
                    before,
                }),
                Effect::Stops | Effect::Nothing => {}
            }
        }
        if !self.over && self.state(system).kernel.is_stopped(process) {
            Activity::Stopped
        } else {
            Activity::Runs
        }
    }

    /// Whether a process that has this signal to take was waiting in this call already when it was
    /// sent, or begins the call after it has taken the signal. Either may be where the one makes
    /// another difference than the other. `is_by_luck` says that the latter is a surprise, as it is
    /// where a periodic timer sends its signal before a call that need not wait.
    pub(super) fn was_waiting(
        &mut self,
        system: Id<System>,
        process: Pid,
        next: Taken,
        request: &Request,
        is_by_luck: bool,
    ) -> bool {
        let kernel = &self.state(system).kernel;
        let differs = match next.effect {
            // A process that is over makes no difference by where it was.
            Effect::Ends => false,
            Effect::Handled { .. } => true,
            Effect::Stops | Effect::Nothing => {
                kernel.interruption(process, request) == Some(Interruption::Fails)
            }
        };
        let was_before = |execution: &mut Self| {
            if is_by_luck {
                execution.is_unlucky()
            } else {
                execution.pick(2, Pick::Policy) == 1
            }
        };
        differs && !was_before(self)
    }

    /// Notes that a process was found waiting, which it would not have been in another state.
    pub(super) fn touch_awaited(&mut self, system: Id<System>, process: Pid, request: &Request) {
        use kernel::Access::{Acquire, AcquireShared, Read};
        self.tell_releases();
        let mut accesses = self.state(system).kernel.awaited(process, request);
        for (_, access) in &mut accesses {
            // It has taken nothing.
            if matches!(access, Acquire | AcquireShared) {
                *access = Read;
            }
        }
        self.follow_ends(system, &mut accesses, false);
        self.touch_parts(system, &accesses);
    }

    /// The current step is one of a process that makes calls: it is not stopped.
    pub(super) fn look_at_signals(&mut self, system: Id<System>, process: Pid) {
        let accesses = [(kernel::Part::Signals(process), kernel::Access::Read)];
        self.touch_parts(system, &accesses);
    }

    /// A handler has returned: the process blocks the signals again that it blocked before.
    pub(super) fn restore_mask(&mut self, system: Id<System>, process: Pid, mask: SignalSet) {
        self.at_own_time(system, |kernel| kernel.set_mask(process, mask));
        let accesses = [(kernel::Part::Pending(process), kernel::Access::Write)];
        self.touch_parts(system, &accesses);
    }
}
