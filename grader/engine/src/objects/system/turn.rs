//! What a process does in a turn in which it is about to make a call: it makes it, or takes signals,
//! or its time is up.

use kernel::{Answer, Nanos, Pid, Reply, Request, SystemCall};

use super::{
    System,
    caller::{Caller, Ended},
    signals::{Activity, Handlers},
    time,
};
use crate::{
    OpKind,
    execution::Execution,
    objects::Id,
    op::{Op, Wake},
    runtime::{self, point, with},
    trace::{Cause, Effect},
};

/// What came of a turn in which a process was to make a call.
pub(super) enum Turn {
    /// It made the call.
    Made(kernel::Call<Answer>),
    /// It did what comes before the call, and makes it then.
    Began,
    /// It took signals instead, and makes the call again.
    Again,
    /// Signals interrupted the call.
    Interrupted,
}

/// How a process was chosen to make a call.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    op: Op,
    wake: Wake,
    /// Whether another step of the call was made already.
    began: bool,
    /// Whether the timer has sent its signal since the call began.
    again: bool,
    /// When the call ends.
    until: Option<Nanos>,
}

/// What a process did in its turn.
struct Took {
    /// What the call gave, if it was made.
    reply: Option<kernel::Call<Answer>>,
    activity: Activity,
    handlers: Handlers,
    /// Whether its timer has sent its signal.
    expired: bool,
    /// Whether it did what comes before the call.
    began: bool,
}

impl Caller<'_, '_> {
    /// One step of a call that ends at `until`, and what signals do to it. `began` says that another
    /// step of the call was made already.
    pub(super) fn turn(
        &mut self,
        call: &SystemCall,
        began: bool,
        until: Option<Nanos>,
    ) -> Result<Turn, Ended> {
        let (system, process) = (self.system, self.process);
        let (op, deadline) = with(|execution| {
            let op = execution.announced(system, process, call, &self.site);
            (op, execution.deadline(system, process, until))
        });
        let wake = point(op, deadline);
        let made = with(|execution| {
            let chosen = Chosen {
                op,
                wake,
                began,
                again: self.has_expired,
                until,
            };
            execution.take_turn(system, process, call, chosen)
        });
        if with(|execution| execution.has_printed_too_much()) {
            runtime::end_by_output();
        }
        let Took {
            reply,
            activity,
            mut handlers,
            expired,
            began,
        } = made;
        self.has_expired |= expired;
        self.after_signals(op, activity, &mut handlers)?;
        Ok(match reply {
            Some(reply) => Turn::Made(reply),
            None if began => Turn::Began,
            None if handlers.is_failure() => Turn::Interrupted,
            None => Turn::Again,
        })
    }
}

impl Execution {
    /// Makes the call or takes signals, and then takes those that the call has brought about.
    fn take_turn(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        chosen: Chosen,
    ) -> Took {
        let Chosen { op, again, .. } = chosen;
        let current = self.current;
        self.state(system).backlogs.leave(current);
        let request = self.take_announced(system, op);
        let sleeps_until = request.as_ref().and_then(time::end_of_sleep);
        let ends = match chosen.wake {
            Wake::Timeout => chosen.until,
            Wake::Normal | Wake::Spurious => sleeps_until,
        };
        let expired = self.look_at_timer(system, process, chosen.wake, ends, again);
        let mut handlers = Handlers::default();
        let next = self.state(system).kernel.next_signal(process);
        if let Some(next) = next.filter(|_| !self.over) {
            let mut is_first = true;
            if let Some(request) = request {
                // A timer could send its signal before the call again and again.
                let began = chosen.began || again && expired;
                // Before a call that need not wait it would have been bad luck.
                let is_by_luck = expired
                    && chosen.wake == Wake::Timeout
                    && self.has_periodic_timer(system, process);
                let was_waiting =
                    began || self.was_waiting(system, process, next, &request, is_by_luck);
                let waits = self.found_waiting(system, process, &request);
                // A call that need not wait any more is made first.
                is_first = waits || !was_waiting;
                if waits && was_waiting {
                    self.touch_awaited(system, process, &request);
                    handlers = Handlers::during(request, chosen.until.is_some());
                }
            }
            if is_first {
                let activity = self.take_signals(system, process, op, &mut handlers);
                return Took {
                    reply: None,
                    activity,
                    handlers,
                    expired,
                    began: false,
                };
            }
        } else if chosen.wake == Wake::Timeout && !self.over {
            if let Some(request) = &request {
                self.touch_awaited(system, process, request);
            }
            self.record(op, Effect::Woken(Cause::TimedOut));
            self.progress();
            // A signal that it blocks or ignores lets no process go on.
            let reply = (!expired).then(|| call.timed_out().map(Reply::Done));
            let activity = Activity::Runs;
            return Took {
                reply,
                activity,
                handlers,
                expired,
                began: false,
            };
        } else if chosen.wake == Wake::Spurious && !self.over {
            let reply = self.interrupt(system, process, call, request.as_ref(), op);
            return Took {
                reply: Some(reply),
                activity: Activity::Runs,
                handlers,
                expired,
                began: false,
            };
        }
        if let Some(until) = sleeps_until {
            self.sleep_until(until);
        }
        let unlock = self.first_unlocks(system, process, call);
        let began = unlock.is_some();
        let reply = self.make(system, process, unlock.as_ref().unwrap_or(call), op);
        let activity = self.take_signals(system, process, op, &mut handlers);
        let reply = (!began).then_some(reply);
        Took {
            reply,
            activity,
            handlers,
            expired,
            began,
        }
    }

    /// What the call is that was announced, if it may have to wait.
    fn take_announced(&mut self, system: Id<System>, op: Op) -> Option<Request> {
        let OpKind::System(_, operation) = op.kind else {
            return None;
        };
        let place = usize::from(operation.place);
        let state = self.state(system);
        let waits = operation.waits.is_for_something();
        waits.then(|| state.announced.remove(place).1)
    }

    /// Whether a process that has signals to take would have to wait in this call. Before they were
    /// sent it might have made it.
    fn found_waiting(&mut self, system: Id<System>, process: Pid, request: &Request) -> bool {
        let first = self.entry(system).resource;
        let state = self.state(system);
        let waits = state.kernel.waits_for(process, request).is_some();
        if waits {
            let awaited = state.awaited_by(process, request, first);
            self.instead_of(awaited);
        }
        waits
    }
}
