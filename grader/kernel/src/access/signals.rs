//! What calls with signals and process groups touch, the sending of a signal, and the taking.

use super::{Access, Accesses, Part};
use crate::{
    delivery::Effect,
    disposition::Disposition,
    kernel::Kernel,
    kill::Target,
    process::{Activity, Pid},
    signal::{DefaultAction, Signal, SignalSet},
    system_call::{GroupCall, SignalCall},
};

impl Kernel {
    /// What [`take_signal`](Self::take_signal) would touch: no call, but a step of a process too.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn take_signal_accesses(&self, pid: Pid) -> Accesses {
        let mut accesses = vec![
            (Part::Signals(pid), Access::Read),
            (Part::Pending(pid), Access::Write),
        ];
        let to = &mut accesses;
        match self.next_signal(pid).map(|taken| taken.effect) {
            Some(Effect::Ends) => to.extend(self.begin_exit_accesses(pid)),
            Some(Effect::Stops) => {
                to.extend([
                    (Part::Signals(pid), Access::Write),
                    (Part::Groups, Access::Write),
                ]);
                self.activity_accesses(pid, to);
            }
            // Whether a group is orphaned decides what a stop does.
            Some(Effect::Nothing) => to.push((Part::Groups, Access::Write)),
            Some(Effect::Handled { .. }) => to.push((Part::Clock, Access::Read)),
            None => {}
        }
        accesses
    }

    pub(super) fn signal_call_accesses(&self, pid: Pid, call: &SignalCall, to: &mut Accesses) {
        match *call {
            SignalCall::Mask | SignalCall::Pending | SignalCall::Action { .. } => {
                to.push((Part::Pending(pid), Access::Read));
            }
            SignalCall::SetMask { .. } | SignalCall::SetAction { .. } | SignalCall::Wait { .. } => {
                to.push((Part::Pending(pid), Access::Write));
                // What is pending may have to be taken then, by whichever thread makes the next call.
                to.push((Part::Signals(pid), Access::Write));
            }
            SignalCall::Kill { target, number } => self.kill_accesses(pid, target, number, to),
        }
    }

    pub(super) fn group_accesses(&self, caller: Pid, call: GroupCall, to: &mut Accesses) {
        let (pid, access) = match call {
            GroupCall::SetGroup { pid, .. } => (pid, Access::Write),
            GroupCall::SetSession => (0, Access::Write),
            GroupCall::Group { pid } | GroupCall::Session { pid } => (pid, Access::Read),
        };
        to.push((Part::Groups, access));
        if pid != 0 && pid != caller {
            self.existence_accesses(pid, to);
            to.push((Part::Parent(pid), Access::Read));
        }
    }

    /// Whether there is such a process.
    fn existence_accesses(&self, pid: Pid, to: &mut Accesses) {
        to.push((Part::Existence(pid), Access::Read));
        if self.processes.find(pid).is_none() {
            to.push((Part::Processes, Access::Read));
        }
    }

    fn kill_accesses(&self, pid: Pid, target: Target, number: i32, to: &mut Accesses) {
        let targets = match target {
            Target::One(one) => vec![one],
            Target::Group(group) => self.group(group),
            Target::OwnGroup => self.group(self.process(pid).group),
            Target::All => {
                to.push((Part::Processes, Access::Read));
                self.processes.all().map(|(pid, _)| pid).collect()
            }
        };
        if matches!(target, Target::Group(_) | Target::OwnGroup) {
            to.push((Part::Groups, Access::Read));
        }
        for target in targets {
            self.existence_accesses(target, to);
            if let Some(signal) = Signal::from_number(number) {
                self.signal_accesses(target, signal, to);
            }
        }
    }

    /// A signal is sent.
    pub(crate) fn signal_accesses(&self, target: Pid, signal: Signal, to: &mut Accesses) {
        let Some(process) = self.processes.find(target) else {
            return;
        };
        to.push((Part::Pending(target), Access::Read));
        let signals = &process.signals;
        let discards = match signal.default_action() {
            DefaultAction::Stop => Signal::CONT.into(),
            DefaultAction::Continue => SignalSet::STOPS,
            DefaultAction::Terminate | DefaultAction::Core | DefaultAction::Ignore => {
                SignalSet::EMPTY
            }
        };
        let discards_some = !signals.pending().and(discards).is_empty();
        let action = signals.action(signal);
        let is_blocked = signals.mask.has(signal);
        let is_ignored = action.ignores(signal) && !is_blocked;
        if process.is_over() || signals.fatal.is_some() {
            // It came too late, which nobody can tell of one that does nothing anyway.
            if discards_some || !is_ignored {
                to.push((Part::Signals(target), Access::Read));
            }
            return;
        }
        if discards_some {
            to.push((Part::Pending(target), Access::Write));
            to.push((Part::Signals(target), Access::Write));
        }
        if signal.default_action() == DefaultAction::Continue && process.is_stopped() {
            to.push((Part::Signals(target), Access::Write));
            to.push((Part::Groups, Access::Write));
            self.activity_accesses(target, to);
        }
        if is_ignored {
            return;
        }
        // One that is pending does not become more.
        let access = if signal == Signal::CHLD {
            Access::Add
        } else {
            Access::Write
        };
        to.push((Part::Pending(target), access));
        if is_blocked {
            return;
        }
        to.push((Part::Signals(target), access));
        let ends = signal == Signal::KILL || action.ends(signal);
        if ends && process.activity != Activity::Runs {
            to.push((Part::Groups, Access::Write));
            to.push((Part::Process(target), Access::Write));
        }
    }

    /// A process stops or goes on, of which its parent may be told.
    fn activity_accesses(&self, pid: Pid, to: &mut Accesses) {
        to.push((Part::Process(pid), Access::Write));
        to.push((Part::Parent(pid), Access::Read));
        let parent = self.parent(pid);
        if let Some(process) = self.processes.find(parent) {
            to.push((Part::Pending(parent), Access::Read));
            let action = process.signals.action(Signal::CHLD);
            if !action.flags.nocldstop && action.disposition != Disposition::Ignore {
                self.signal_accesses(parent, Signal::CHLD, to);
            }
        }
    }

    /// Anything may happen to a process by signals.
    pub(super) fn drastic_accesses(&self, pid: Pid, to: &mut Accesses) {
        to.push((Part::Pending(pid), Access::Write));
        to.push((Part::Signals(pid), Access::Write));
        self.activity_accesses(pid, to);
    }
}
