//! The time of a forked process, which is that of the simulated kernel: `clock_gettime(2)`,
//! `clock_nanosleep(2)`.

use std::panic::Location;

use kernel::{Answer, Errno, Nanos, SystemCall, TimeCall};

use crate::{handlers, program::call_at};

/// Nanoseconds since the beginning of the execution.
pub(crate) fn now() -> Nanos {
    match call_at(SystemCall::Time(TimeCall::Now), Location::caller()) {
        Ok(Answer::Number(now)) => now,
        other => unreachable!("{other:?} is no time"),
    }
}

/// Sleeps for `duration` nanoseconds, or for good. Handlers of signals run meanwhile, and it sleeps
/// on after them, as `std::thread::sleep` does.
pub(crate) fn sleep(duration: Option<Nanos>, location: &'static Location<'static>) {
    let forever = SystemCall::Time(TimeCall::Sleep { until: Nanos::MAX });
    let Some(mut left) = duration else {
        while call_at(forever.clone(), location).is_err() {}
        return;
    };
    // Without a handler nothing interrupts it, and looking at the clock is a call.
    let end = handlers::are_there().then(|| now().saturating_add(left));
    loop {
        let call = SystemCall::Within {
            call: Box::new(forever.clone()),
            limit: left,
        };
        if call_at(call, location) != Err(Errno::EINTR) {
            return;
        }
        if let Some(end) = end {
            left = end.saturating_sub(now());
        }
    }
}
