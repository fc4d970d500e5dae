//! The calls with the clock and with timers: `time(7)`.

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{
    clock::{IntervalTimer, Nanos},
    kernel::{Kernel, Reply},
    process::Pid,
    waiting::Request,
};

/// A call with the clock or a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum TimeCall {
    /// [`Kernel::now`].
    Now,
    /// [`Kernel::sleep_until`].
    Sleep { until: Nanos },
    /// [`Kernel::alarm`].
    Alarm { seconds: u32 },
    /// [`Kernel::setitimer`].
    SetTimer { timer: IntervalTimer },
    /// [`Kernel::getitimer`].
    Timer,
}

impl TimeCall {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Now => "clock_gettime",
            Self::Sleep { .. } => "clock_nanosleep",
            Self::Alarm { .. } => "alarm",
            Self::SetTimer { .. } => "setitimer",
            Self::Timer => "getitimer",
        }
    }

    pub(super) fn request(self) -> Option<Request> {
        match self {
            Self::Sleep { until } => Some(Request::Sleep(until)),
            _ => None,
        }
    }
}

impl Kernel {
    pub(super) fn call_with_time(&mut self, pid: Pid, call: TimeCall) -> Reply<Answer> {
        Reply::Done(match call {
            TimeCall::Now => Answer::Number(self.now()),
            TimeCall::Sleep { until } => return self.sleep_until(until).map(|()| Answer::Nothing),
            TimeCall::Alarm { seconds } => Answer::Number(self.alarm(pid, seconds)),
            TimeCall::SetTimer { timer } => Answer::Timer(self.setitimer(pid, timer)),
            TimeCall::Timer => Answer::Timer(self.getitimer(pid)),
        })
    }
}
