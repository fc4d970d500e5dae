//! The calls with mutexes that processes share: `pthread_mutex_lock(3)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    kernel::{Call, Kernel, Reply},
    mutex::{MutexId, Robustness},
    process::Pid,
    waiting::Request,
};

/// A call with a mutex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum MutexCall {
    /// [`Kernel::mutex_init`].
    Init { robustness: Robustness },
    /// [`Kernel::mutex_lock`].
    Lock { id: MutexId },
    /// [`Kernel::mutex_trylock`].
    TryLock { id: MutexId },
    /// [`Kernel::mutex_unlock`].
    Unlock { id: MutexId },
    /// [`Kernel::mutex_consistent`].
    Consistent { id: MutexId },
    /// [`Kernel::mutex_destroy`].
    Destroy { id: MutexId },
}

impl MutexCall {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Init { .. } => "pthread_mutex_init",
            Self::Lock { .. } => "pthread_mutex_lock",
            Self::TryLock { .. } => "pthread_mutex_trylock",
            Self::Unlock { .. } => "pthread_mutex_unlock",
            Self::Consistent { .. } => "pthread_mutex_consistent",
            Self::Destroy { .. } => "pthread_mutex_destroy",
        }
    }

    pub(super) fn request(self) -> Option<Request> {
        match self {
            Self::Lock { id } => Some(Request::Mutex(id)),
            _ => None,
        }
    }
}

impl Kernel {
    pub(super) fn call_with_mutex(&mut self, pid: Pid, call: MutexCall) -> Call<Answer> {
        match call {
            MutexCall::Init { robustness } => {
                let id = self.mutex_init(robustness);
                return Ok(Reply::Done(Answer::Mutex(id)));
            }
            MutexCall::Lock { id } => {
                return Ok(self.mutex_lock(pid, id)?.map(|()| Answer::Nothing));
            }
            MutexCall::TryLock { id } => self.mutex_trylock(pid, id),
            MutexCall::Unlock { id } => self.mutex_unlock(pid, id),
            MutexCall::Consistent { id } => self.mutex_consistent(pid, id),
            MutexCall::Destroy { id } => self.mutex_destroy(id),
        }?;
        Ok(Reply::Done(Answer::Nothing))
    }
}
