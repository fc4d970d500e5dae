//! Due dates of an assignment, and the points that lateness costs. The only IO is reading the
//! clock.

use std::sync::OnceLock;

use grader_schema::{
    assignment::{Dated, Late},
    text::Language,
};
use jiff::{
    Span, Timestamp, ZonedDateTime,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

/// The most days for which something late is taken.
pub(crate) const MOST_DAYS: u32 = 3660;

/// The dates of an assignment, understood.
#[derive(Debug, Clone)]
pub(crate) struct Deadline {
    /// When it opens.
    pub(crate) opens: ZonedDateTime,
    /// Until when it can be handed in without loss, this moment included.
    pub(crate) due: ZonedDateTime,
    /// The policy for late submissions; without one, late submissions are not accepted.
    pub(crate) late: Option<Late>,
}

/// The relation of a moment to the dates of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lateness {
    /// It is not open yet.
    NotOpen,
    /// In time.
    InTime,
    /// Late, but accepted.
    Late {
        /// Days that have begun since it was due, from 1.
        days: u32,
        /// Hundredths of the points that are lost, 0 to 100.
        percent: u32,
    },
    /// Too late: nothing is taken any more.
    Closed {
        /// Days that have begun since it was due, from 1.
        days: u32,
    },
}

impl Lateness {
    /// What is left of so many points, rounded down.
    pub(crate) fn left(self, points: u32) -> u32 {
        let percent = match self {
            Self::NotOpen | Self::InTime => 0,
            Self::Late { percent, .. } => percent.min(100),
            Self::Closed { .. } => 100,
        };
        let left = u64::from(points) * u64::from(100 - percent) / 100;
        u32::try_from(left).unwrap_or(points)
    }
}

impl Deadline {
    /// Reads the dates of a pack; says what is wrong with them.
    pub(crate) fn of(assignment: &Dated) -> Result<Self, String> {
        let moment = |text: &str| {
            text.parse::<ZonedDateTime>()
                .map_err(|error| format!("`{text}` is not a date and time: {error}"))
        };
        Self::new(
            moment(&assignment.opens)?,
            moment(&assignment.due)?,
            assignment.late.clone(),
        )
    }

    /// Puts dates and policy together; says what is wrong with them.
    pub(crate) fn new(
        opens: ZonedDateTime,
        due: ZonedDateTime,
        late: Option<Late>,
    ) -> Result<Self, String> {
        if due <= opens {
            let form = |moment: &ZonedDateTime| moment.strftime("%Y-%m-%d %H:%M").to_string();
            return Err(format!(
                "it is due ({}) before it opens ({})",
                form(&due),
                form(&opens)
            ));
        }
        Ok(Self { opens, due, late })
    }

    /// The relation of this moment to the dates. A day is one of the calendar of the assignment's
    /// time zone: it ends when its clocks show the time of the due date again.
    pub(crate) fn lateness(&self, moment: Timestamp) -> Lateness {
        if moment < self.opens.timestamp() {
            return Lateness::NotOpen;
        }
        if moment <= self.due.timestamp() {
            return Lateness::InTime;
        }
        let days = self.days_begun(moment);
        match &self.late {
            Some(late) if days <= late.days => Lateness::Late {
                days,
                percent: days.saturating_mul(late.percent_per_day).min(100),
            },
            _ => Lateness::Closed { days },
        }
    }

    /// Days that have begun between the due date and a later moment.
    fn days_begun(&self, moment: Timestamp) -> u32 {
        let seconds = moment.as_second() - self.due.timestamp().as_second();
        // A day of the calendar has 23 to 25 hours, so that the count is off by little.
        let mut days = (seconds / (24 * 60 * 60) - 2).max(0);
        let ended = |days: i64| {
            let span = Span::new().try_days(days).ok()?;
            self.due.checked_add(span).ok()
        };
        loop {
            match ended(days) {
                Some(end) if end.timestamp() < moment => days += 1,
                _ => return u32::try_from(days).unwrap_or(u32::MAX),
            }
        }
    }

    /// A moment as a user writes it: with an offset, or else by the clocks of the
    /// assignment's time zone.
    pub(crate) fn moment(&self, text: &str) -> Result<Timestamp, Unclear> {
        let text = text.trim();
        if let Ok(zoned) = text.parse::<ZonedDateTime>() {
            return Ok(zoned.timestamp());
        }
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(timestamp);
        }
        let zone = self.due.time_zone();
        // A date without a time is no moment.
        let time: DateTime = match text.parse() {
            Ok(time) if text.contains(':') => time,
            _ => return Err(Unclear::Form),
        };
        civil(zone, time)
    }
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unclear {
    /// It is not written like one.
    Form,
    /// The clocks were put forward over it.
    Never,
    /// The clocks were put back, and showed it twice.
    Twice,
}

/// The moment at which the clocks of a time zone show this.
pub(crate) fn civil(zone: &TimeZone, time: DateTime) -> Result<Timestamp, Unclear> {
    let ambiguous = zone.to_ambiguous_zoned_datetime(time);
    let why = match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => Unclear::Never,
        _ => Unclear::Twice,
    };
    ambiguous
        .unambiguous()
        .map(|zoned| zoned.timestamp())
        .map_err(|_| why)
}

/// A moment as people read it: by the clocks of its time zone, without the offset. Seconds
/// are shown if there are any.
pub(crate) fn shown(moment: &ZonedDateTime, language: Language) -> String {
    let zone = moment.time_zone().iana_name().unwrap_or("UTC");
    let form = if moment.second() == 0 {
        "%Y-%m-%d %H:%M"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    let time = moment.strftime(form);
    match language {
        Language::English => format!("{time} ({zone})"),
        Language::Chinese => format!("{time}（{zone}）"),
    }
}

/// What time it is: the same for everything that one run of the program says.
pub(crate) fn now() -> Timestamp {
    static NOW: OnceLock<Timestamp> = OnceLock::new();
    *NOW.get_or_init(Timestamp::now)
}

#[cfg(test)]
mod tests {
    use grader_schema::assignment::Late;

    use super::{Deadline, Lateness, Unclear};

    fn deadline(opens: &str, due: &str, late: Option<(u32, u32)>) -> Deadline {
        let late = late.map(|(days, percent_per_day)| Late {
            days,
            percent_per_day,
        });
        Deadline::new(opens.parse().unwrap(), due.parse().unwrap(), late).unwrap()
    }

    fn october(late: Option<(u32, u32)>) -> Deadline {
        deadline(
            "2026-10-01T08:00[Europe/Berlin]",
            "2026-10-14T23:59[Europe/Berlin]",
            late,
        )
    }

    fn at(deadline: &Deadline, text: &str) -> Lateness {
        deadline.lateness(deadline.moment(text).unwrap())
    }

    #[test]
    fn the_due_moment_is_in_time_and_the_next_second_is_late() {
        let own = october(Some((3, 10)));
        assert_eq!(at(&own, "2026-10-01 07:59:59"), Lateness::NotOpen);
        assert_eq!(at(&own, "2026-10-01 08:00"), Lateness::InTime);
        assert_eq!(at(&own, "2026-10-14 23:59"), Lateness::InTime);
        let late = |days, percent| Lateness::Late { days, percent };
        assert_eq!(at(&own, "2026-10-14 23:59:01"), late(1, 10));
        assert_eq!(at(&own, "2026-10-15 23:59"), late(1, 10));
        assert_eq!(at(&own, "2026-10-15 23:59:01"), late(2, 20));
        assert_eq!(at(&own, "2026-10-17 23:59"), late(3, 30));
        assert_eq!(
            at(&own, "2026-10-17 23:59:01"),
            Lateness::Closed { days: 4 }
        );
    }

    #[test]
    fn without_a_policy_nothing_late_is_taken() {
        let own = october(None);
        assert_eq!(
            at(&own, "2026-10-14 23:59:01"),
            Lateness::Closed { days: 1 }
        );
    }

    #[test]
    fn moments_are_compared_wherever_their_clocks_are() {
        let own = october(Some((3, 10)));
        for (text, in_time) in [
            ("2026-10-14T14:59:00-07:00", true),
            ("2026-10-14T15:00:00-07:00", false),
            ("2026-10-14T21:59:00Z", true),
            ("2026-10-14T21:59:01Z", false),
            ("2026-10-15T05:59:00+08:00[Asia/Shanghai]", true),
            ("2026-10-15T05:59:00.5+08:00", false),
        ] {
            assert_eq!(at(&own, text) == Lateness::InTime, in_time, "{text}");
        }
    }

    #[test]
    fn a_day_over_the_change_of_the_clocks_is_one_day() {
        let late = |days| Lateness::Late {
            days,
            percent: days * 10,
        };
        let back = deadline(
            "2026-10-01T08:00[Europe/Berlin]",
            "2026-10-24T23:59[Europe/Berlin]",
            Some((5, 10)),
        );
        assert_eq!(at(&back, "2026-10-25 23:59"), late(1));
        assert_eq!(at(&back, "2026-10-25 23:59:01"), late(2));
        let forward = deadline(
            "2026-03-01T08:00[Europe/Berlin]",
            "2026-03-28T23:59[Europe/Berlin]",
            Some((5, 10)),
        );
        assert_eq!(at(&forward, "2026-03-29 23:59"), late(1));
        assert_eq!(at(&forward, "2026-03-29 23:59:01"), late(2));
    }

    #[test]
    fn a_leap_day_is_a_day() {
        let own = deadline(
            "2028-02-01T08:00[Asia/Shanghai]",
            "2028-02-28T12:00[Asia/Shanghai]",
            Some((2, 25)),
        );
        let late = |days, percent| Lateness::Late { days, percent };
        assert_eq!(at(&own, "2028-02-29 12:00"), late(1, 25));
        assert_eq!(at(&own, "2028-03-01 12:00"), late(2, 50));
        assert_eq!(own.moment("2027-02-29 12:00"), Err(Unclear::Form));
    }

    #[test]
    fn what_is_no_moment_is_told_from_what_is() {
        let own = october(None);
        for text in [
            "",
            "tomorrow",
            "2026-13-01 10:00",
            "2026-10-14",
            "10:00",
            "99999-01-01 10:00",
            "2026-10-14 24:61",
            "-1",
        ] {
            assert_eq!(own.moment(text), Err(Unclear::Form), "{text}");
        }
        assert_eq!(own.moment("2026-10-25 02:30"), Err(Unclear::Twice));
        assert_eq!(own.moment("2026-03-29 02:30"), Err(Unclear::Never));
        assert!(own.moment("2026-10-25T02:30:00+01:00").is_ok());
    }

    #[test]
    fn no_moment_and_no_policy_is_too_far_away() {
        for late in [None, Some((u32::MAX, u32::MAX)), Some((1, 0))] {
            let own = october(late);
            for text in ["9999-12-30T00:00:00Z", "-009999-01-03T00:00:00Z"] {
                let lateness = at(&own, text);
                assert!(lateness.left(40) <= 40, "{lateness:?}");
            }
        }
        let own = october(Some((10, 60)));
        assert_eq!(at(&own, "2026-10-20 00:00").left(40), 0);
        assert_eq!(at(&own, "2026-10-15 00:00").left(25), 10);
    }
}
