//! Sending of signals: `kill(2)`, and what the kernel sends by itself.

use serde::{Deserialize, Serialize};

use crate::{
    disposition::Disposition,
    errno::Errno,
    kernel::Kernel,
    pending::Origin,
    process::{Activity, Pid},
    signal::{DefaultAction, Signal, SignalSet},
};

/// To whom a signal is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// To this process.
    One(Pid),
    /// To all in this process group: a negative number.
    Group(Pid),
    /// To all in the group of the sender: 0.
    OwnGroup,
    /// To all but the sender: -1.
    All,
}

impl Kernel {
    /// Sends the signal of this number, or asks with 0 whether it could. A process that has ended
    /// and was not waited for counts. `kill(2)`
    ///
    /// # Errors
    ///
    /// `ESRCH` if there is no such process, and only else `EINVAL` if there is no such signal.
    /// Real-time signals are left out.
    ///
    /// # Panics
    ///
    /// Panics if there is no process `pid`.
    pub fn kill(&mut self, pid: Pid, target: Target, number: i32) -> Result<(), Errno> {
        let targets = match target {
            Target::One(one) => self.processes.find(one).map(|_| one).into_iter().collect(),
            Target::Group(group) => self.group(group),
            Target::OwnGroup => self.group(self.process(pid).group),
            Target::All => {
                let all = self.processes.all().map(|(pid, _)| pid);
                all.filter(|other| *other != pid).collect()
            }
        };
        if targets.is_empty() {
            return Err(Errno::ESRCH);
        }
        if number == 0 {
            return Ok(());
        }
        let signal = Signal::from_number(number).ok_or(Errno::EINVAL)?;
        for target in targets {
            let origin = if target == pid {
                Origin::Itself
            } else {
                Origin::Other
            };
            self.generate(target, signal, origin);
        }
        Ok(())
    }

    /// Sends a signal in the name of the kernel.
    pub(crate) fn send_signal(&mut self, target: Pid, signal: Signal) {
        self.generate(target, signal, Origin::Other);
    }

    /// Raises a signal by a call of the process itself, as `write(2)` does with `SIGPIPE`.
    pub(crate) fn raise(&mut self, pid: Pid, signal: Signal) {
        self.generate(pid, signal, Origin::Raised);
    }

    /// What happens at the moment when a signal is sent; `take_signal` does the rest.
    fn generate(&mut self, target: Pid, signal: Signal, origin: Origin) {
        let process = self.process_mut(target);
        if process.is_over() || process.signals.fatal.is_some() {
            return;
        }
        match signal.default_action() {
            DefaultAction::Stop => process.signals.discard(Signal::CONT.into()),
            // It goes on whatever it does with the signal.
            DefaultAction::Continue => {
                process.signals.discard(SignalSet::STOPS);
                if process.is_stopped() {
                    process.activity = Activity::Continued;
                    self.tell_parent_of_stop(target);
                }
            }
            DefaultAction::Terminate | DefaultAction::Core | DefaultAction::Ignore => {}
        }
        let process = self.process(target);
        let signals = &process.signals;
        let action = signals.action(signal);
        let is_blocked = signals.mask.has(signal);
        // What is blocked is kept also if it is ignored: that may change.
        if action.ignores(signal) && !is_blocked {
            return;
        }
        // A process that is about to take another signal does that first. One that makes this call
        // itself is not.
        let is_free = origin != Origin::Other || signals.deliverable().is_empty();
        let decides = signal.default_action() == DefaultAction::Terminate
            && action.ends(signal)
            && is_free
            && !is_blocked
            && !process.is_stopped();
        let process = self.process_mut(target);
        process.signals.add(signal, origin);
        if decides || signal == Signal::KILL {
            process.signals.fatal = Some(signal);
            process.activity = Activity::Runs;
        }
    }

    /// Tells the parent that a process stops or goes on, if it wants to know.
    pub(crate) fn tell_parent_of_stop(&mut self, pid: Pid) {
        let parent = self.parent(pid);
        if let Some(process) = self.processes.find(parent)
            && !process.signals.action(Signal::CHLD).flags.nocldstop
            && process.signals.action(Signal::CHLD).disposition != Disposition::Ignore
        {
            self.send_signal(parent, Signal::CHLD);
        }
    }

    /// Tells the parent that a process has ended. It is gone at once where the parent wants no
    /// zombies.
    pub(crate) fn tell_parent_of_end(&mut self, pid: Pid) {
        let parent = self.parent(pid);
        let Some(process) = self.processes.find(parent) else {
            return;
        };
        let action = process.signals.action(Signal::CHLD);
        let is_ignored = action.disposition == Disposition::Ignore;
        if !is_ignored {
            self.send_signal(parent, Signal::CHLD);
        }
        if is_ignored || action.flags.nocldwait {
            self.processes.remove(pid);
        }
    }
}
