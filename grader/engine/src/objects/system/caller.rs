//! A process that makes calls, and runs handlers of signals in between.

use std::convert::Infallible;

use kernel::{FIRST, Pid, Signal};

use super::{
    Operation, System, Waits,
    exit::finish_exit,
    signals::{Activity, Handlers},
};
use crate::{
    call_stack::CallSite,
    objects::{Id, op},
    op::{Op, Wake},
    runtime::{self, point, with},
    trace::Effect,
};

/// The process has ended, by a signal or in one of its handlers. Its thread has nothing to do any
/// more. In the first process no function gives this: the program has ended with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended;

/// Runs the handler of a signal in a process, and returns when the handler does. The handler may
/// make calls, and the process may end in it.
pub type Handle<'a> = dyn FnMut(Signal) -> Result<(), Ended> + 'a;

/// Who makes calls.
pub(super) struct Caller<'a, 'b> {
    pub(super) system: Id<System>,
    pub(super) process: Pid,
    pub(super) site: CallSite,
    /// Whether the timer has sent its signal since the call began.
    pub(super) has_expired: bool,
    handle: &'a mut Handle<'b>,
}

impl<'a, 'b> Caller<'a, 'b> {
    /// A process, if it has not ended.
    pub(super) fn new(
        system: Id<System>,
        process: Pid,
        site: CallSite,
        handle: &'a mut Handle<'b>,
    ) -> Result<Self, Ended> {
        if with(|execution| execution.state(system).kernel.is_over(process)) {
            return Err(Ended);
        }
        Ok(Self {
            system,
            process,
            site,
            has_expired: false,
            handle,
        })
    }

    /// What it is about to do, if that is no call of the kernel.
    pub(super) fn op(&self, name: &'static str, waits: Waits) -> Op {
        let mut operation = Operation::new(self.process, name, None);
        operation.waits = waits;
        with(|execution| execution.note_call_stack(&self.site.stack));
        op(operation, self.system, self.site.location)
    }

    /// Takes signals in a step of which nothing else is done.
    fn take_signals(&mut self, op: Op) -> Result<(), Ended> {
        let mut handlers = Handlers::default();
        let activity =
            with(|execution| execution.take_signals(self.system, self.process, op, &mut handlers));
        self.after_signals(op, activity, &mut handlers)
    }

    /// Takes the signals that are pending before something that is no call of the kernel, and
    /// returns when that can be done. It is announced by this name.
    pub(super) fn begin(&mut self, name: &'static str) -> Result<Op, Ended> {
        loop {
            let op = self.op(name, Waits::Never);
            point(op, None);
            let is_free = with(|execution| {
                if !self.has_expired {
                    let wake = Wake::Normal;
                    self.has_expired =
                        execution.look_at_timer(self.system, self.process, wake, None, false);
                }
                let kernel = &execution.state(self.system).kernel;
                let is_free = kernel.next_signal(self.process).is_none();
                is_free || execution.over
            });
            if is_free {
                return Ok(op);
            }
            self.take_signals(op)?;
        }
    }

    /// Waits for what never comes, and takes signals meanwhile.
    pub(super) fn wait_forever(&mut self, name: &'static str) -> Result<Infallible, Ended> {
        loop {
            let op = self.op(name, Waits::Forever);
            let timer = with(|execution| execution.deadline(self.system, self.process, None));
            let wake = point(op, timer);
            with(|execution| execution.look_at_timer(self.system, self.process, wake, None, true));
            self.take_signals(op)?;
        }
    }

    /// What a process does after it has taken signals, having announced `op`: it waits until it is
    /// continued if it was stopped, and runs the handlers.
    pub(super) fn after_signals(
        &mut self,
        op: Op,
        mut activity: Activity,
        handlers: &mut Handlers,
    ) -> Result<(), Ended> {
        let (system, process) = (self.system, self.process);
        loop {
            match activity {
                Activity::Ended(signal) => {
                    if process == FIRST {
                        runtime::end_program(signal);
                    }
                    finish_exit(system, process, &self.site);
                    return Err(Ended);
                }
                Activity::Stopped => activity = self.go_on_when_continued(handlers),
                Activity::Runs => {
                    let Some(frame) = handlers.pop() else {
                        return Ok(());
                    };
                    (self.handle)(frame.signal)?;
                    activity = with(|execution| {
                        // The handler may have made calls of its own.
                        execution.note_call_stack(&self.site.stack);
                        execution.restore_mask(system, process, frame.before);
                        execution.take_signals(system, process, op, handlers)
                    });
                }
            }
        }
    }

    /// A process that is stopped waits until it is continued, or killed.
    fn go_on_when_continued(&self, handlers: &mut Handlers) -> Activity {
        let op = self.op("SIGCONT", Waits::Never);
        point(op, None);
        with(|execution| {
            execution.look_at_signals(self.system, self.process);
            let kernel = &execution.state(self.system).kernel;
            if !kernel.is_stopped(self.process) {
                execution.record(op, Effect::Continued);
            }
            execution.take_signals(self.system, self.process, op, handlers)
        })
    }
}
