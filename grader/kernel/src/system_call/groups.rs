//! The calls with process groups and sessions: `credentials(7)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    kernel::{Call, Kernel, Reply},
    process::Pid,
};

/// A call with process groups and sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum GroupCall {
    /// [`Kernel::setpgid`].
    SetGroup { pid: Pid, group: Pid },
    /// [`Kernel::getpgid`].
    Group { pid: Pid },
    /// [`Kernel::setsid`].
    SetSession,
    /// [`Kernel::getsid`].
    Session { pid: Pid },
}

impl GroupCall {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SetGroup { .. } => "setpgid",
            Self::Group { .. } => "getpgid",
            Self::SetSession => "setsid",
            Self::Session { .. } => "getsid",
        }
    }
}

impl Kernel {
    pub(super) fn call_with_groups(&mut self, caller: Pid, call: GroupCall) -> Call<Answer> {
        let answer = match call {
            GroupCall::SetGroup { pid, group } => {
                self.setpgid(caller, pid, group)?;
                Answer::Nothing
            }
            GroupCall::Group { pid } => Answer::Number(self.getpgid(caller, pid)?.into()),
            GroupCall::SetSession => Answer::Number(self.setsid(caller)?.into()),
            GroupCall::Session { pid } => Answer::Number(self.getsid(caller, pid)?.into()),
        };
        Ok(Reply::Done(answer))
    }
}
