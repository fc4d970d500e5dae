//! The calls with completion rings: `io_uring(7)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    descriptor::Fd,
    kernel::{Call, Kernel, Reply},
    process::Pid,
    ring::Submission,
    waiting::Request,
};

/// A call with a completion ring, or a step that the kernel makes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum RingCall {
    /// [`Kernel::ring_setup`].
    Setup { most: usize },
    /// [`Kernel::ring_submit`].
    Submit {
        ring: Fd,
        submissions: Vec<Submission>,
    },
    /// [`Kernel::ring_wait`].
    Wait { ring: Fd, at_least: usize },
    /// [`Kernel::ring_completable`].
    Completable { ring: Fd },
    /// [`Kernel::ring_complete`].
    Complete { ring: Fd, number: u64 },
}

impl RingCall {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Setup { .. } => "io_uring_setup",
            Self::Submit { .. }
            | Self::Wait { .. }
            | Self::Completable { .. }
            | Self::Complete { .. } => "io_uring_enter",
        }
    }

    pub(super) fn fd(&self) -> Option<Fd> {
        match *self {
            Self::Setup { .. } => None,
            Self::Submit { ring, .. }
            | Self::Wait { ring, .. }
            | Self::Completable { ring }
            | Self::Complete { ring, .. } => Some(ring),
        }
    }

    /// The end of a process cancels its operations.
    pub(super) fn tells_ends(&self) -> bool {
        !matches!(self, Self::Setup { .. })
    }

    pub(super) fn request(&self) -> Option<Request> {
        match *self {
            Self::Wait { ring, at_least } => Some(Request::RingWait { ring, at_least }),
            _ => None,
        }
    }
}

impl Kernel {
    pub(super) fn call_with_ring(&mut self, pid: Pid, call: &RingCall) -> Call<Answer> {
        Ok(Reply::Done(match *call {
            RingCall::Setup { most } => Answer::Descriptor(self.ring_setup(pid, most)?),
            RingCall::Submit {
                ring,
                ref submissions,
            } => {
                let count = self.ring_submit(pid, ring, submissions.clone())?;
                Answer::Number(count as u64)
            }
            RingCall::Wait { ring, at_least } => {
                return Ok(self
                    .ring_wait(pid, ring, at_least)?
                    .map(Answer::Completions));
            }
            RingCall::Completable { ring } => Answer::Numbers(self.ring_completable(pid, ring)?),
            RingCall::Complete { ring, number } => {
                self.ring_complete(pid, ring, number)?;
                Answer::Nothing
            }
        }))
    }
}
