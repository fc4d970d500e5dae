//! Taking of signals: what is delivered next, and what it does. `signal(7)`, `sigprocmask(2)`,
//! `sigpending(2)`, `sigwaitinfo(2)`.

use crate::{
    disposition::Disposition,
    kernel::{Kernel, Reply, WaitFor},
    process::{Activity, Pid},
    signal::{Signal, SignalSet},
    wait::WaitStatus,
    waiting::Request,
};

/// A signal that was taken, and what it has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The signal.
    pub signal: Signal,
    /// What it has done.
    pub effect: Effect,
}

/// What a signal does to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The process has begun to exit: see [`Kernel::finish_exit`].
    Ends,
    /// It makes no calls until it is continued.
    Stops,
    /// Nothing: an orphaned process group is stopped by `SIGSTOP` alone, because it has no process
    /// near it that would continue it. A call is interrupted all the same, if a stop does so.
    Nothing,
    /// It runs its handler, and then sets its mask to what it was before:
    /// [`Kernel::set_mask`].
    Handled {
        /// The mask before, in which the handler's signal is not blocked.
        before: SignalSet,
        /// Whether calls that it interrupts are made again: `SA_RESTART`.
        restarts: bool,
    },
}

/// What a signal does to a call that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// The process ends in it.
    Ends,
    /// The call fails with [`EINTR`](crate::Errno::EINTR) when the signal has been taken, after
    /// its handler.
    Fails,
    /// It is made again, after the handler, or when the process goes on after a stop.
    Restarts,
}

impl Kernel {
    /// The signals that a process blocks. `sigprocmask(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn mask(&self, pid: Pid) -> SignalSet {
        self.process(pid).signals.mask
    }

    /// Says which signals a process blocks: `SIG_SETMASK` of `sigprocmask(2)`. `SIGKILL` and
    /// `SIGSTOP` are left out of it without an error.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn set_mask(&mut self, pid: Pid, mask: SignalSet) {
        self.process_mut(pid).signals.mask = mask.without(SignalSet::UNBLOCKABLE);
        self.drop_ineffective(pid);
    }

    /// The signals that are pending and blocked. `sigpending(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn pending(&self, pid: Pid) -> SignalSet {
        let signals = &self.process(pid).signals;
        signals.pending().and(signals.mask)
    }

    /// Whether a process is stopped, and so makes no calls, until a `SIGCONT` or a `SIGKILL` comes.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn is_stopped(&self, pid: Pid) -> bool {
        self.process(pid).is_stopped()
    }

    /// Which signal a process would take next, and what it would do; nothing if none is pending
    /// that is not blocked.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn next_signal(&self, pid: Pid) -> Option<Taken> {
        let process = self.process(pid);
        let signals = &process.signals;
        if process.is_over() {
            return None;
        }
        if let Some(signal) = signals.fatal {
            let effect = Effect::Ends;
            return Some(Taken { signal, effect });
        }
        if process.is_stopped() {
            return None;
        }
        let signal = signals.first_of(signals.deliverable())?;
        let action = signals.action(signal);
        let effect = match action.disposition {
            Disposition::Handle => Effect::Handled {
                before: signals.mask,
                restarts: action.flags.restart,
            },
            _ if action.ends(signal) => Effect::Ends,
            _ if signal != Signal::STOP && self.is_orphaned(process.group, None) => Effect::Nothing,
            _ => Effect::Stops,
        };
        Some(Taken { signal, effect })
    }

    /// Takes the next signal, and does what it does. A process does so before each call, instead
    /// of waiting in one, and when its mask has changed, until there is none.
    ///
    /// Where several are handled, all are taken before the first line of a handler runs, and then
    /// the handler of the last one runs first, as on Linux.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn take_signal(&mut self, pid: Pid) -> Option<Taken> {
        let taken = self.next_signal(pid)?;
        let signal = taken.signal;
        self.dequeue(pid, signal);
        match taken.effect {
            Effect::Ends => self.close_all(pid, WaitStatus::Signaled(signal)),
            Effect::Stops => {
                let is_told = false;
                self.process_mut(pid).activity = Activity::Stopped { signal, is_told };
                self.tell_parent_of_stop(pid);
            }
            Effect::Nothing => {}
            Effect::Handled { .. } => {
                self.process_mut(pid).signals.begin_handler(signal);
            }
        }
        Some(taken)
    }

    /// Takes one of these signals although it is blocked, and waits for it. Those that are not
    /// blocked are delivered instead: what `sigwaitinfo` does with them is not defined.
    /// `sigwaitinfo(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sigwait(&mut self, pid: Pid, set: SignalSet) -> Reply<Signal> {
        match self.awaited_signal(pid, set) {
            Some(signal) => {
                self.dequeue(pid, signal);
                Reply::Done(signal)
            }
            None => Reply::Waits(WaitFor::Signal(set)),
        }
    }

    /// Which of these `sigwait` would take.
    pub(crate) fn awaited_signal(&self, pid: Pid, set: SignalSet) -> Option<Signal> {
        let signals = &self.process(pid).signals;
        signals.first_of(set.and(signals.mask))
    }

    /// What the next signal does to this call while it waits; nothing if there is no signal to take.
    ///
    /// A call that need not wait any more is made first, and signals are taken after it. One of
    /// which some is done ([`Reply::Partly`]) gives what is done instead of failing.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn interruption(&self, pid: Pid, request: &Request) -> Option<Interruption> {
        let restarts_after_handlers = match request {
            Request::Read { .. }
            | Request::Write { .. }
            | Request::Lock { .. }
            | Request::Wait(..)
            | Request::Recv { .. }
            | Request::Send { .. }
            | Request::Accept(_)
            | Request::Connect { .. }
            | Request::Semaphore(_, None)
            | Request::Mutex(_) => true,
            Request::Signal(_)
            | Request::Sleep(_)
            | Request::Poll(_)
            | Request::EpollWait { .. }
            | Request::RingWait { .. }
            // The manual has this one among the others; Linux does not.
            | Request::Semaphore(_, Some(_)) => false,
        };
        // A signal without a handler is no reason to fail but for these.
        let restarts_without_handlers = !matches!(
            request,
            Request::Signal(_) | Request::EpollWait { .. } | Request::RingWait { .. }
        );
        // The function itself makes this one again.
        let never_fails = matches!(request, Request::Mutex(_));
        Some(match self.next_signal(pid)?.effect {
            Effect::Ends => Interruption::Ends,
            _ if never_fails => Interruption::Restarts,
            Effect::Stops | Effect::Nothing if restarts_without_handlers => Interruption::Restarts,
            Effect::Handled { restarts: true, .. } if restarts_after_handlers => {
                Interruption::Restarts
            }
            Effect::Stops | Effect::Nothing | Effect::Handled { .. } => Interruption::Fails,
        })
    }

    /// Takes away what is pending, is not blocked, and does nothing.
    fn drop_ineffective(&mut self, pid: Pid) {
        let signals = &mut self.process_mut(pid).signals;
        let open = signals.pending().without(signals.mask);
        let ineffective = open.without(signals.deliverable());
        signals.discard(ineffective);
        if ineffective.has(Signal::ALRM) {
            self.rearm_timer(pid);
        }
    }

    /// Takes a pending signal away.
    fn dequeue(&mut self, pid: Pid, signal: Signal) {
        self.process_mut(pid).signals.take(signal);
        if signal == Signal::ALRM {
            self.rearm_timer(pid);
        }
    }
}
