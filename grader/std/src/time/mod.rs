//! `std::time` on virtual time.

mod instant;
mod system;

pub use ::std::time::{Duration, TryFromFloatSecsError};
pub use instant::Instant;
pub use system::{SystemTime, SystemTimeError, UNIX_EPOCH};

/// Nanoseconds of `duration`; nothing if it is longer than the engine counts, 584 years. The
/// real library waits without a time-out then, because no clock of the system goes so far.
pub(crate) fn nanos(duration: Duration) -> Option<u64> {
    u64::try_from(duration.as_nanos()).ok()
}
