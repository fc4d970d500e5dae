//! What a process does with signals: `sigaction(2)`.

use serde::{Deserialize, Serialize};

use crate::{
    errno::Errno,
    kernel::Kernel,
    process::Pid,
    signal::{DefaultAction, Signal, SignalSet},
};

/// What becomes of a signal that is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Disposition {
    /// Its default action: `SIG_DFL`.
    #[default]
    Default,
    /// Nothing: `SIG_IGN`.
    Ignore,
    /// A function of the program runs.
    Handle,
}

/// What a process has said of a signal: `struct sigaction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Action {
    /// What becomes of it.
    pub disposition: Disposition,
    /// What is blocked too while the handler runs: `sa_mask`.
    pub mask: SignalSet,
    /// The rest.
    pub flags: ActionFlags,
}

/// `sa_flags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of `sigaction(2)` and is on or off by itself"
)]
pub struct ActionFlags {
    /// A call that the handler interrupts is made again, if it is one of those: `SA_RESTART`.
    pub restart: bool,
    /// The signal itself is not blocked while the handler runs: `SA_NODEFER`.
    pub nodefer: bool,
    /// The disposition is the default one again when the handler begins: `SA_RESETHAND`.
    pub resethand: bool,
    /// Of `SIGCHLD`: it is not sent when a child stops or goes on: `SA_NOCLDSTOP`.
    pub nocldstop: bool,
    /// Of `SIGCHLD`: children become no zombies: `SA_NOCLDWAIT`.
    pub nocldwait: bool,
}

impl Action {
    /// The default action.
    pub const DEFAULT: Self = Self::of(Disposition::Default);
    /// The signal is ignored.
    pub const IGNORE: Self = Self::of(Disposition::Ignore);
    /// It is handled, and interrupts calls.
    pub const HANDLE: Self = Self::of(Disposition::Handle);

    const fn of(disposition: Disposition) -> Self {
        Self {
            disposition,
            mask: SignalSet::EMPTY,
            flags: ActionFlags {
                restart: false,
                nodefer: false,
                resethand: false,
                nocldstop: false,
                nocldwait: false,
            },
        }
    }

    /// Whether nothing becomes of this signal.
    pub(crate) fn ignores(self, signal: Signal) -> bool {
        match self.disposition {
            Disposition::Ignore => true,
            Disposition::Handle => false,
            Disposition::Default => matches!(
                signal.default_action(),
                DefaultAction::Ignore | DefaultAction::Continue
            ),
        }
    }

    /// Whether it ends a process.
    pub(crate) fn ends(self, signal: Signal) -> bool {
        self.disposition == Disposition::Default
            && matches!(
                signal.default_action(),
                DefaultAction::Terminate | DefaultAction::Core
            )
    }
}

impl Kernel {
    /// What a process has said of a signal. `sigaction(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn action(&self, pid: Pid, signal: Signal) -> Action {
        self.process(pid).signals.action(signal)
    }

    /// Says what a process does with a signal, and gives what it did before. Where it ignores the
    /// signal from now on, also by default, a pending one is gone, even if it is blocked.
    /// `sigaction(2)`
    ///
    /// # Errors
    ///
    /// `EINVAL` for `SIGKILL` and `SIGSTOP`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn sigaction(&mut self, pid: Pid, signal: Signal, action: Action) -> Result<Action, Errno> {
        if SignalSet::UNBLOCKABLE.has(signal) {
            return Err(Errno::EINVAL);
        }
        let mask = action.mask.without(SignalSet::UNBLOCKABLE);
        let signals = &mut self.process_mut(pid).signals;
        let old = signals.set_action(signal, Action { mask, ..action });
        if action.ignores(signal) {
            signals.discard(signal.into());
        }
        Ok(old)
    }
}
