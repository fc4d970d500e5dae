//! Time as processes see it: each has one of its own, as threads have, and what the kernel knows of
//! time is what the process knows that makes a call.
//!
//! A sleep is over whenever its process is chosen. A timer concerns its process alone, so that its
//! signal comes where the process makes a call: before any call since the timer was set, and in one
//! that waits. It must have come before a sleep or a time limit of the process ends that is later.

use kernel::{Kernel, Nanos, Pid, Request, SystemCall, TimeCall};

use super::System;
use crate::{execution::Execution, objects::Id, op::Wake, strategy::Pick, time};

impl Execution {
    /// Does something with the kernel at the time of the current thread.
    pub(super) fn at_own_time<R>(
        &mut self,
        system: Id<System>,
        f: impl FnOnce(&mut Kernel) -> R,
    ) -> R {
        let now = self.tasks[self.current].clock.time();
        let kernel = &mut self.state(system).kernel;
        kernel.set_time(now);
        let result = f(kernel);
        // Whether a call has to wait must not depend on who looked last.
        kernel.set_time(0);
        result
    }

    /// The call with the moment at which it ends, if it has a limit. One that its socket sets is
    /// looked at as a part of the step before the call.
    pub(super) fn with_deadline(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
    ) -> (Option<SystemCall>, Option<Nanos>) {
        match call {
            SystemCall::Within { call, limit } if *limit > 0 => {
                let until = time::deadline(self, *limit);
                if matches!(**call, SystemCall::Time(TimeCall::Sleep { .. })) {
                    let sleep = TimeCall::Sleep { until };
                    return (Some(SystemCall::Time(sleep)), None);
                }
                (None, Some(until))
            }
            SystemCall::Semaphore(kernel::SemaphoreCall::Wait { until, .. }) => (None, *until),
            _ => {
                let kernel = &self.state(system).kernel;
                let (limit, accesses) = kernel.limit_of_call(process, call);
                if !accesses.is_empty() {
                    self.touch_parts(system, &accesses);
                }
                match limit {
                    Some(limit @ 0) => {
                        let call = Box::new(call.clone());
                        (Some(SystemCall::Within { call, limit }), None)
                    }
                    Some(limit) => (None, Some(time::deadline(self, limit))),
                    None => (None, None),
                }
            }
        }
    }

    /// When a process goes on that waits in a call which ends at `until`.
    pub(super) fn deadline(
        &mut self,
        system: Id<System>,
        process: Pid,
        until: Option<Nanos>,
    ) -> Option<Nanos> {
        let timer = self.state(system).kernel.timer(process);
        [until, timer].into_iter().flatten().min()
    }

    /// The timer of a process may send its signal now; whether it did. `wake` says why the process
    /// goes on, and `until` when its time limit or its sleep ends, if it goes on because of that.
    /// `again` says that the timer has sent its signal since the call began: that it does so again
    /// before a call that need not wait is possible any number of times, and not tried out.
    pub(super) fn look_at_timer(
        &mut self,
        system: Id<System>,
        process: Pid,
        wake: Wake,
        until: Option<Nanos>,
        again: bool,
    ) -> bool {
        let Some(at) = self.state(system).kernel.timer(process) else {
            return false;
        };
        if self.over {
            return false;
        }
        // One that sends it again and again could do so in each handler of it.
        let is_periodic = self.has_periodic_timer(system, process);
        let is_forced = match (wake, until) {
            (Wake::Timeout, None) => true,
            (_, Some(until)) => at <= until,
            (_, None) => false,
        };
        let expires = is_forced
            || match wake {
                Wake::Timeout => self.pick(2, Pick::Policy) == 1,
                _ if again => false,
                Wake::Normal | Wake::Spurious if is_periodic => self.is_unlucky(),
                Wake::Normal | Wake::Spurious => self.pick(2, Pick::Chance) == 1,
            };
        if expires {
            let current = self.current;
            self.tasks[current].clock.advance_to(at);
            let accesses = self.state(system).kernel.expiry_accesses(process);
            self.state(system).kernel.expire_timer(process);
            self.touch_parts(system, &accesses);
            self.progress();
        }
        expires
    }

    /// Whether the timer of a process sends its signal again and again.
    pub(super) fn has_periodic_timer(&mut self, system: Id<System>, process: Pid) -> bool {
        self.state(system).kernel.getitimer(process).interval > 0
    }

    /// A process has slept until this moment.
    pub(super) fn sleep_until(&mut self, until: Nanos) {
        let current = self.current;
        self.tasks[current].clock.advance_to(until);
    }
}

/// The moment at which a sleep ends, if it is one that ends.
pub(super) fn end_of_sleep(request: &Request) -> Option<Nanos> {
    match *request {
        Request::Sleep(until) if until < Nanos::MAX => Some(until),
        _ => None,
    }
}
