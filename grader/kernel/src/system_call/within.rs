//! Calls that do not wait longer than they are asked to.

use super::{
    Answer, EventCall, MutexCall, RingCall, SemaphoreCall, SocketCall, SystemCall, TimeCall,
};
use crate::{errno::Errno, events::Events};

impl SystemCall {
    /// What the call gives when its time is up before it could be done: for
    /// [`Within`](Self::Within), a sleep, and a semaphore that is waited for until some moment.
    /// `poll(2)`, `epoll_wait(2)`, `clock_nanosleep(2)`, `sem_timedwait(3)`, `sigtimedwait(2)`,
    /// `SO_RCVTIMEO` of `socket(7)`
    ///
    /// # Errors
    ///
    /// `ETIMEDOUT`, `ETIME`, `EINPROGRESS` or `EAGAIN`, as the call has it.
    pub fn timed_out(&self) -> Result<Answer, Errno> {
        match self {
            Self::Within { call, .. } => call.timed_out(),
            Self::Time(TimeCall::Sleep { .. }) => Ok(Answer::Nothing),
            Self::Event(EventCall::Poll { descriptors }) => {
                Ok(Answer::Events(vec![Events::EMPTY; descriptors.len()]))
            }
            Self::Event(EventCall::Wait { .. }) => Ok(Answer::EpollEvents(Vec::new())),
            Self::Semaphore(SemaphoreCall::Wait { .. }) | Self::Mutex(MutexCall::Lock { .. }) => {
                Err(Errno::ETIMEDOUT)
            }
            Self::Ring(RingCall::Wait { .. }) => Err(Errno::ETIME),
            Self::Socket(SocketCall::Connect { .. }) => Err(Errno::EINPROGRESS),
            _ => Err(Errno::EAGAIN),
        }
    }
}
