//! The time of a submission, and its relation to the dates of the assignment.

use grader_schema::{
    Text,
    report::{Handed, Standing},
};
use jiff::{Timestamp, ZonedDateTime};
use thiserror::Error;

use crate::{
    ExitCode,
    course::{self, Course, PACK},
    lateness::{Deadline, Lateness, Unclear, now},
    user_error::UserError,
};

/// A moment of submission and an assignment.
#[derive(Debug, Clone)]
pub(crate) struct SubmissionTime {
    /// The dates of the assignment.
    pub(crate) deadline: Deadline,
    /// When it was handed in, if that was said; else it is now.
    pub(crate) given: Option<Timestamp>,
    /// Its relation to the dates.
    pub(crate) lateness: Lateness,
}

/// Why a moment of submission cannot be used.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// There are no dates to hold it against.
    #[error("`--submitted` needs an assignment, and this course has no dates")]
    NoAssignment,
    /// Not written like a moment.
    #[error("`{0}` is not a date and time")]
    Form(String),
    /// The clocks of the assignment never showed it.
    #[error("`{0}` does not exist in {1}: the clocks are put forward there")]
    Never(String, String),
    /// The clocks of the assignment showed it twice.
    #[error("`{0}` exists twice in {1}: the clocks are put back there")]
    Twice(String, String),
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        ExitCode::Usage
    }

    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::NoAssignment => "`--submitted` 需要一份作业，而这份课程没有日期".to_owned(),
            Self::Form(text) => format!("`{text}` 不是一个时刻"),
            Self::Never(text, zone) => format!("`{text}` 在 {zone} 不存在：那里的时钟正好拨快"),
            Self::Twice(text, zone) => format!("`{text}` 在 {zone} 出现两次：那里的时钟正好拨慢"),
        })
    }

    fn next(&self) -> Text {
        match self {
            Self::NoAssignment => Text::new(
                "run it in a pack that was made with `publish --assignment`, or leave out `--submitted`",
                "请在用 `publish --assignment` 生成的包中运行，或去掉 `--submitted`",
            ),
            Self::Form(_) | Self::Never(..) | Self::Twice(..) => Text::new(
                "write it as `2026-10-14T23:59` in the time zone of the assignment, or with an offset, `2026-10-14T23:59:00+02:00`",
                "请写成作业所在时区的时间 `2026-10-14T23:59`，或带时差的 `2026-10-14T23:59:00+02:00`",
            ),
        }
    }
}

/// The dates of the course's assignment, if the course is one.
pub(crate) fn deadline(course: &Course) -> Result<Option<Deadline>, course::Error> {
    let assignment = course.pack.as_ref().and_then(|it| it.assignment.as_ref());
    let Some(assignment) = assignment else {
        return Ok(None);
    };
    let deadline = Deadline::of(assignment).map_err(|what| course::Error::Manifest {
        file: PACK.to_owned(),
        line: 1,
        what,
    })?;
    Ok(Some(deadline))
}

/// The relation of a submission time, or of now, to the dates of the course's assignment.
pub(crate) fn of(
    course: &Course,
    submitted: Option<&str>,
) -> anyhow::Result<Option<SubmissionTime>> {
    let Some(deadline) = deadline(course)? else {
        return match submitted {
            Some(_) => Err(Error::NoAssignment.into()),
            None => Ok(None),
        };
    };
    let zone = deadline
        .due
        .time_zone()
        .iana_name()
        .unwrap_or("UTC")
        .to_owned();
    let given = submitted.map(|text| {
        let shown = text.to_owned();
        deadline.moment(text).map_err(|why| match why {
            Unclear::Form => Error::Form(shown),
            Unclear::Never => Error::Never(shown, zone),
            Unclear::Twice => Error::Twice(shown, zone),
        })
    });
    let given = given.transpose()?;
    Ok(Some(SubmissionTime {
        lateness: deadline.lateness(given.unwrap_or_else(now)),
        given,
        deadline,
    }))
}

impl SubmissionTime {
    /// What a report says; nothing if its dates are none.
    pub(crate) fn reported(handed: &Handed) -> Option<Self> {
        let days = handed.late_days;
        Some(Self {
            deadline: Deadline::of(&handed.assignment).ok()?,
            given: match &handed.submitted {
                Some(moment) => Some(moment.parse::<ZonedDateTime>().ok()?.timestamp()),
                None => None,
            },
            lateness: match handed.standing {
                Standing::NotOpen => Lateness::NotOpen,
                Standing::InTime => Lateness::InTime,
                Standing::Late => Lateness::Late {
                    days,
                    percent: handed.percent_lost,
                },
                Standing::Closed => Lateness::Closed { days },
            },
        })
    }

    /// Its entry in the JSON report.
    pub(crate) fn report(&self, course: &Course) -> Option<Handed> {
        let assignment = course.pack.as_ref()?.assignment.clone()?;
        let (standing, days, percent) = match self.lateness {
            Lateness::NotOpen => (Standing::NotOpen, 0, 0),
            Lateness::InTime => (Standing::InTime, 0, 0),
            Lateness::Late { days, percent } => (Standing::Late, days, percent),
            Lateness::Closed { days } => (Standing::Closed, days, 100),
        };
        let zone = self.deadline.due.time_zone();
        Some(Handed {
            assignment,
            submitted: self
                .given
                .map(|it| it.to_zoned_datetime(zone.clone()).to_string()),
            standing,
            late_days: days,
            percent_lost: percent,
        })
    }
}
