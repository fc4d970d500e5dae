//! `std::time::Instant` on virtual time.

use ::std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::{Add, AddAssign, Sub, SubAssign},
    time::Duration,
};
use interleave::{TaskId, objects};

/// A moment of virtual time.
#[derive(Copy, Clone)]
pub struct Instant {
    since: Duration,
    /// The thread that looked at the clock.
    reader: TaskId,
}

impl Instant {
    /// The moment of the call. Looking at the clock takes a moment itself.
    pub fn now() -> Instant {
        Instant {
            since: Duration::from_nanos(interleave::time::read_clock()),
            reader: objects::thread::current_task(),
        }
    }

    /// The two times since the beginning. If they are of different threads, the threads' clocks
    /// are compared.
    fn both(&self, other: &Instant) -> (Duration, Duration) {
        if self.reader != other.reader {
            interleave::time::compare_clocks();
        }
        (self.since, other.since)
    }

    /// The time from `earlier` to this moment, zero if `earlier` is later.
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// The time from `earlier` to this moment, if `earlier` is not later.
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        let (this, earlier) = self.both(&earlier);
        this.checked_sub(earlier)
    }

    /// The time from `earlier` to this moment, zero if `earlier` is later.
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        let (this, earlier) = self.both(&earlier);
        this.saturating_sub(earlier)
    }

    /// The time since this moment.
    pub fn elapsed(&self) -> Duration {
        Instant::now() - *self
    }

    /// The moment `duration` later, if it can be told.
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        let since = self.since.checked_add(duration)?;
        Some(Instant { since, ..*self })
    }

    /// The moment `duration` earlier, if it can be told.
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        let since = self.since.checked_sub(duration)?;
        Some(Instant { since, ..*self })
    }
}

impl PartialEq for Instant {
    fn eq(&self, other: &Instant) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Instant {}

impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Instant) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Instant {
    fn cmp(&self, other: &Instant) -> Ordering {
        let (this, other) = self.both(other);
        this.cmp(&other)
    }
}

impl Hash for Instant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.since.hash(state);
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instant").field(&self.since).finish()
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    #[track_caller]
    fn add(self, other: Duration) -> Instant {
        self.checked_add(other)
            .expect("overflow when adding duration to instant")
    }
}

impl AddAssign<Duration> for Instant {
    #[track_caller]
    fn add_assign(&mut self, other: Duration) {
        *self = *self + other;
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    #[track_caller]
    fn sub(self, other: Duration) -> Instant {
        self.checked_sub(other)
            .expect("overflow when subtracting duration from instant")
    }
}

impl SubAssign<Duration> for Instant {
    #[track_caller]
    fn sub_assign(&mut self, other: Duration) {
        *self = *self - other;
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, other: Instant) -> Duration {
        self.duration_since(other)
    }
}
