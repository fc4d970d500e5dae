//! The calls with semaphores: `sem_overview(7)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    clock::Nanos,
    flags::OpenFlags,
    kernel::{Call, Kernel, Reply},
    process::Pid,
    semaphore::SemaphoreId,
    waiting::Request,
};

/// A call with a semaphore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum SemaphoreCall {
    /// [`Kernel::sem_open`].
    Open {
        name: String,
        flags: OpenFlags,
        value: u32,
    },
    /// [`Kernel::sem_close`].
    Close { id: SemaphoreId },
    /// [`Kernel::sem_unlink`].
    Unlink { name: String },
    /// [`Kernel::sem_init`].
    Init { value: u32 },
    /// [`Kernel::sem_destroy`].
    Destroy { id: SemaphoreId },
    /// [`Kernel::sem_post`].
    Post { id: SemaphoreId },
    /// [`Kernel::sem_wait`].
    Wait {
        id: SemaphoreId,
        until: Option<Nanos>,
    },
    /// [`Kernel::sem_trywait`].
    TryWait { id: SemaphoreId },
    /// [`Kernel::sem_getvalue`].
    Value { id: SemaphoreId },
}

impl SemaphoreCall {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "sem_open",
            Self::Close { .. } => "sem_close",
            Self::Unlink { .. } => "sem_unlink",
            Self::Init { .. } => "sem_init",
            Self::Destroy { .. } => "sem_destroy",
            Self::Post { .. } => "sem_post",
            Self::Wait { until: None, .. } => "sem_wait",
            Self::Wait { .. } => "sem_timedwait",
            Self::TryWait { .. } => "sem_trywait",
            Self::Value { .. } => "sem_getvalue",
        }
    }

    pub(super) fn request(&self) -> Option<Request> {
        match *self {
            Self::Wait { id, until } => Some(Request::Semaphore(id, until)),
            _ => None,
        }
    }
}

impl Kernel {
    pub(super) fn call_with_semaphore(&mut self, pid: Pid, call: &SemaphoreCall) -> Call<Answer> {
        let nothing = |()| Reply::Done(Answer::Nothing);
        let semaphore = |id| Reply::Done(Answer::Semaphore(id));
        match *call {
            SemaphoreCall::Open {
                ref name,
                flags,
                value,
            } => self.sem_open(pid, name, flags, value).map(semaphore),
            SemaphoreCall::Close { id } => self.sem_close(pid, id).map(nothing),
            SemaphoreCall::Unlink { ref name } => self.sem_unlink(name).map(nothing),
            SemaphoreCall::Init { value } => self.sem_init(value).map(semaphore),
            SemaphoreCall::Destroy { id } => self.sem_destroy(id).map(nothing),
            SemaphoreCall::Post { id } => self.sem_post(pid, id).map(nothing),
            SemaphoreCall::Wait { id, until } => {
                Ok(self.sem_wait(pid, id, until)?.map(|()| Answer::Nothing))
            }
            SemaphoreCall::TryWait { id } => self.sem_trywait(pid, id).map(nothing),
            SemaphoreCall::Value { id } => {
                let value = self.sem_getvalue(pid, id)?;
                Ok(Reply::Done(Answer::Number(value.into())))
            }
        }
    }
}
