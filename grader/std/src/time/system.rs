//! `std::time::SystemTime` on virtual time.

use ::std::{
    error::Error,
    fmt,
    ops::{Add, AddAssign, Sub, SubAssign},
    time::Duration,
};

/// When every execution begins: the first of January 2026.
const BEGINNING: Duration = Duration::from_hours(490_896);

/// A measurement of the system clock. The modelled one never goes back.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime(Since);

/// The time since the epoch, or before it.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Since {
    /// Whole seconds, towards the past.
    seconds: i64,
    nanoseconds: u32,
}

/// An error returned from the `duration_since` and `elapsed` methods on [`SystemTime`].
#[derive(Clone, Debug)]
pub struct SystemTimeError(Duration);

/// An anchor in time which can be used to create new `SystemTime` instances.
pub const UNIX_EPOCH: SystemTime = SystemTime(Since {
    seconds: 0,
    nanoseconds: 0,
});

impl SystemTime {
    /// An anchor in time which can be used to create new `SystemTime` instances.
    pub const UNIX_EPOCH: SystemTime = UNIX_EPOCH;

    /// Returns the system time corresponding to "now".
    #[must_use]
    pub fn now() -> SystemTime {
        let since = Duration::from_nanos(interleave::time::read_system_clock());
        UNIX_EPOCH + BEGINNING + since
    }

    /// Returns the amount of time elapsed from an earlier point in time.
    ///
    /// # Errors
    ///
    /// If `earlier` is later; the error has the difference.
    pub fn duration_since(&self, earlier: SystemTime) -> Result<Duration, SystemTimeError> {
        let nanos = self.0.nanos() - earlier.0.nanos();
        let duration = duration(nanos.unsigned_abs());
        if nanos < 0 {
            Err(SystemTimeError(duration))
        } else {
            Ok(duration)
        }
    }

    /// Returns the difference from this system time to the current clock time.
    ///
    /// # Errors
    ///
    /// If this time is in the future; the error has the difference.
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        SystemTime::now().duration_since(*self)
    }

    /// Returns the moment `duration` later, if it can be told.
    pub fn checked_add(&self, duration: Duration) -> Option<SystemTime> {
        Since::of(self.0.nanos() + signed(duration)).map(SystemTime)
    }

    /// Returns the moment `duration` earlier, if it can be told.
    pub fn checked_sub(&self, duration: Duration) -> Option<SystemTime> {
        Since::of(self.0.nanos() - signed(duration)).map(SystemTime)
    }
}

impl Since {
    fn nanos(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanoseconds)
    }

    fn of(nanos: i128) -> Option<Self> {
        Some(Self {
            seconds: i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?,
            nanoseconds: nanos.rem_euclid(1_000_000_000) as u32,
        })
    }
}

fn signed(duration: Duration) -> i128 {
    // Two to the 64th seconds are far from the end of this type.
    duration.as_nanos().cast_signed()
}

fn duration(nanos: u128) -> Duration {
    let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(u64::MAX);
    Duration::new(seconds, (nanos % 1_000_000_000) as u32)
}

impl SystemTimeError {
    /// Returns the positive duration which represents how far forward the second system time was from the first.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.0
    }
}

impl fmt::Display for SystemTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "second time provided was later than self")
    }
}

impl Error for SystemTimeError {}

impl Add<Duration> for SystemTime {
    type Output = SystemTime;

    #[track_caller]
    fn add(self, dur: Duration) -> SystemTime {
        self.checked_add(dur)
            .expect("overflow when adding duration to instant")
    }
}

impl AddAssign<Duration> for SystemTime {
    #[track_caller]
    fn add_assign(&mut self, other: Duration) {
        *self = *self + other;
    }
}

impl Sub<Duration> for SystemTime {
    type Output = SystemTime;

    #[track_caller]
    fn sub(self, dur: Duration) -> SystemTime {
        self.checked_sub(dur)
            .expect("overflow when subtracting duration from instant")
    }
}

impl SubAssign<Duration> for SystemTime {
    #[track_caller]
    fn sub_assign(&mut self, other: Duration) {
        *self = *self - other;
    }
}

impl fmt::Debug for SystemTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemTime")
            .field("tv_sec", &self.0.seconds)
            .field("tv_nsec", &self.0.nanoseconds)
            .finish()
    }
}
