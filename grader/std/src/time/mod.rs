//! `std::time` on virtual time.

mod instant;
mod system;

pub use ::std::time::{Duration, TryFromFloatSecsError};
pub use instant::Instant;
pub use system::{SystemTime, SystemTimeError, UNIX_EPOCH};

/// Nanoseconds of `duration`, as far as the engine counts.
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
