//! The calls with signals: `signal(7)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    disposition::Action,
    kernel::{Call, Kernel, Reply},
    kill::Target,
    process::Pid,
    signal::{Signal, SignalSet},
    waiting::Request,
};

/// A call with signals. Which signals a process takes, and when, is not asked by a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum SignalCall {
    /// [`Kernel::mask`].
    Mask,
    /// [`Kernel::set_mask`].
    SetMask { mask: SignalSet },
    /// [`Kernel::pending`].
    Pending,
    /// [`Kernel::action`].
    Action { signal: Signal },
    /// [`Kernel::sigaction`].
    SetAction { signal: Signal, action: Action },
    /// [`Kernel::sigwait`].
    Wait { set: SignalSet },
    /// [`Kernel::kill`].
    Kill { target: Target, number: i32 },
}

impl SignalCall {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Mask | Self::SetMask { .. } => "sigprocmask",
            Self::Pending => "sigpending",
            Self::Action { .. } | Self::SetAction { .. } => "sigaction",
            Self::Wait { .. } => "sigwaitinfo",
            Self::Kill { .. } => "kill",
        }
    }

    /// A signal is lost if its target has ended, and a pending one may come from a child that has.
    pub(super) fn tells_ends(&self) -> bool {
        match self {
            Self::Kill { .. } | Self::Pending | Self::Wait { .. } => true,
            Self::Mask | Self::SetMask { .. } | Self::Action { .. } | Self::SetAction { .. } => {
                false
            }
        }
    }

    pub(super) fn request(&self) -> Option<Request> {
        match *self {
            Self::Wait { set } => Some(Request::Signal(set)),
            _ => None,
        }
    }
}

impl Kernel {
    pub(super) fn call_with_signals(&mut self, pid: Pid, call: &SignalCall) -> Call<Answer> {
        let answer = match *call {
            SignalCall::Mask => Answer::Signals(self.mask(pid)),
            SignalCall::SetMask { mask } => {
                self.set_mask(pid, mask);
                Answer::Nothing
            }
            SignalCall::Pending => Answer::Signals(self.pending(pid)),
            SignalCall::Action { signal } => Answer::Action(self.action(pid, signal)),
            SignalCall::SetAction { signal, action } => {
                Answer::Action(self.sigaction(pid, signal, action)?)
            }
            SignalCall::Wait { set } => return Ok(self.sigwait(pid, set).map(Answer::Signal)),
            SignalCall::Kill { target, number } => {
                self.kill(pid, target, number)?;
                Answer::Nothing
            }
        };
        Ok(Reply::Done(answer))
    }
}
