//! What a process keeps of signals: its actions, its mask, and what is pending.

use crate::{
    disposition::{Action, Disposition},
    signal::{Signal, SignalSet},
};

/// The signals of a process.
///
/// A standard signal is pending or not: it does not queue. What is sent to the process and what
/// its own call has raised are kept apart, as Linux does, which takes the latter first.
#[derive(Debug, Clone)]
pub(crate) struct Signals {
    /// By the number of the signal less one.
    actions: [Action; 31],
    pub(crate) mask: SignalSet,
    /// Sent to the process.
    sent: SignalSet,
    /// Raised by a call of the process itself.
    raised: SignalSet,
    /// The signal that has already decided how the process ends.
    pub(crate) fatal: Option<Signal>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            actions: [Action::DEFAULT; 31],
            mask: SignalSet::EMPTY,
            sent: SignalSet::EMPTY,
            raised: SignalSet::EMPTY,
            fatal: None,
        }
    }

    /// Those of a child: what is pending stays with the parent.
    pub(crate) fn forked(&self) -> Self {
        Self {
            sent: SignalSet::EMPTY,
            raised: SignalSet::EMPTY,
            fatal: None,
            ..self.clone()
        }
    }

    pub(crate) fn action(&self, signal: Signal) -> Action {
        self.actions[place(signal)]
    }

    /// Sets an action, and gives the one before.
    pub(crate) fn set_action(&mut self, signal: Signal, action: Action) -> Action {
        std::mem::replace(&mut self.actions[place(signal)], action)
    }

    /// Makes a signal pending.
    pub(crate) fn add(&mut self, signal: Signal, origin: Origin) {
        let pending = match origin {
            Origin::Other | Origin::Itself => &mut self.sent,
            Origin::Raised => &mut self.raised,
        };
        *pending = *pending | signal.into();
    }

    /// Takes back those of these that are pending.
    pub(crate) fn discard(&mut self, signals: SignalSet) {
        self.sent = self.sent.without(signals);
        self.raised = self.raised.without(signals);
    }

    /// All that is pending.
    pub(crate) fn pending(&self) -> SignalSet {
        self.sent | self.raised
    }

    /// What is pending, is not blocked, and does something.
    pub(crate) fn deliverable(&self) -> SignalSet {
        let open = self.pending().without(self.mask).iter();
        open.filter(|signal| !self.action(*signal).ignores(*signal))
            .collect()
    }

    /// Which of these Linux takes first of what is pending.
    pub(crate) fn first_of(&self, signals: SignalSet) -> Option<Signal> {
        let raised = self.raised.and(signals).first();
        raised.or_else(|| self.sent.and(signals).first())
    }

    /// Takes a pending signal away: what its own call has raised, else what was sent.
    pub(crate) fn take(&mut self, signal: Signal) {
        let pending = if self.raised.has(signal) {
            &mut self.raised
        } else {
            &mut self.sent
        };
        *pending = pending.without(signal.into());
    }

    /// Does what happens when a handler begins.
    pub(crate) fn begin_handler(&mut self, signal: Signal) {
        let action = &mut self.actions[place(signal)];
        self.mask = self.mask | action.mask;
        if !action.flags.nodefer {
            self.mask = self.mask | signal.into();
        }
        if action.flags.resethand {
            action.disposition = Disposition::Default;
        }
    }
}

/// Where a signal comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Another process or the kernel has sent it.
    Other,
    /// The process has sent it to itself.
    Itself,
    /// A call of the process has raised it: it is for the thread that made the call.
    Raised,
}

fn place(signal: Signal) -> usize {
    signal as usize - 1
}
