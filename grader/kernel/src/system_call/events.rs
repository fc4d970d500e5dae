//! The calls that wait for several descriptors: `poll(2)`, `epoll(7)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    descriptor::Fd,
    epoll::EpollControl,
    kernel::{Call, Kernel, Reply},
    poll::PollFd,
    process::Pid,
    waiting::Request,
};

/// A call that is about several descriptors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum EventCall {
    /// [`Kernel::poll`].
    Poll { descriptors: Vec<PollFd> },
    /// [`Kernel::try_poll`].
    TryPoll { descriptors: Vec<PollFd> },
    /// [`Kernel::epoll_create`].
    Create,
    /// [`Kernel::epoll_ctl`].
    Control {
        epoll: Fd,
        fd: Fd,
        control: EpollControl,
    },
    /// [`Kernel::epoll_wait`].
    Wait { epoll: Fd, most: usize },
    /// [`Kernel::try_epoll_wait`].
    TryWait { epoll: Fd, most: usize },
}

impl EventCall {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Poll { .. } | Self::TryPoll { .. } => "poll",
            Self::Create => "epoll_create1",
            Self::Control { .. } => "epoll_ctl",
            Self::Wait { .. } | Self::TryWait { .. } => "epoll_wait",
        }
    }

    pub(super) fn fd(&self) -> Option<Fd> {
        match *self {
            Self::Control { epoll, .. }
            | Self::Wait { epoll, .. }
            | Self::TryWait { epoll, .. } => Some(epoll),
            Self::Poll { .. } | Self::TryPoll { .. } | Self::Create => None,
        }
    }

    /// The end of a process closes what is watched.
    pub(super) fn tells_ends(&self) -> bool {
        *self != Self::Create
    }

    pub(super) fn request(&self) -> Option<Request> {
        match *self {
            Self::Poll { ref descriptors } => Some(Request::Poll(descriptors.clone())),
            Self::Wait { epoll, most } => Some(Request::EpollWait { epoll, most }),
            _ => None,
        }
    }
}

impl Kernel {
    pub(super) fn call_with_events(&mut self, pid: Pid, call: &EventCall) -> Call<Answer> {
        Ok(Reply::Done(match *call {
            EventCall::Poll { ref descriptors } => {
                return Ok(self.poll(pid, descriptors)?.map(Answer::Events));
            }
            EventCall::TryPoll { ref descriptors } => {
                Answer::Events(self.try_poll(pid, descriptors)?)
            }
            EventCall::Create => Answer::Descriptor(self.epoll_create(pid)?),
            EventCall::Control { epoll, fd, control } => {
                self.epoll_ctl(pid, epoll, fd, control)?;
                Answer::Nothing
            }
            EventCall::Wait { epoll, most } => {
                return Ok(self.epoll_wait(pid, epoll, most)?.map(Answer::EpollEvents));
            }
            EventCall::TryWait { epoll, most } => {
                Answer::EpollEvents(self.try_epoll_wait(pid, epoll, most)?)
            }
        }))
    }
}
