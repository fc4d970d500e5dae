//! How long a call waits at most, as an argument of calls.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A time limit, in microseconds, or the longest there is.
///
/// ```
/// use kit::programs::Limit;
///
/// assert_eq!(Limit::millis(10).duration().as_millis(), 10);
/// assert_eq!(Limit::LONGEST.duration(), std::time::Duration::MAX);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Limit(u64);

impl Limit {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// [`Duration::MAX`], which is longer than any clock can count.
    pub const LONGEST: Self = Self(u64::MAX);

    /// So many milliseconds.
    pub const fn millis(milliseconds: u64) -> Self {
        Self(milliseconds * 1000)
    }

    /// So many microseconds.
    pub const fn micros(microseconds: u64) -> Self {
        Self(microseconds)
    }

    /// The limit as a call takes it.
    pub const fn duration(self) -> Duration {
        if self.0 == u64::MAX {
            Duration::MAX
        } else {
            Duration::from_micros(self.0)
        }
    }
}

/// The limit in Rust: `std::time::Duration::from_micros(10500)`.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            u64::MAX => f.write_str("std::time::Duration::MAX"),
            microseconds => write!(f, "std::time::Duration::from_micros({microseconds})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_written_as_what_it_is() {
        assert_eq!(
            Limit::micros(10_500).to_string(),
            "std::time::Duration::from_micros(10500)"
        );
        assert_eq!(Limit::LONGEST.to_string(), "std::time::Duration::MAX");
        assert_eq!(Limit::ZERO.duration(), Duration::ZERO);
    }
}
