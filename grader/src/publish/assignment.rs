//! Assignments: which exercises, what they are worth, from when to when.

use grader_schema::assignment::{Assignment, Chosen, Dated};
use jiff::{ZonedDateTime, civil::DateTime, fmt::strtime, tz::TimeZone};

use crate::{
    course::{Course, Entry, Error, MOST_POINTS, ManifestText, is_slug, read},
    lateness::{Deadline, MOST_DAYS, Unclear, civil},
};

/// An assignment that makes sense, and its exercises.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Its dates as moments.
    pub(crate) dated: Dated,
    /// The exercises in the order of the syllabus, with what they are worth if that was said.
    pub(crate) exercises: Vec<(Entry, Option<u32>)>,
}

/// Reads `assignment.toml` and looks for what the types cannot say.
pub(crate) fn check(course: &Course, file: &str, text: &str) -> Result<Checked, Error> {
    let assignment: Assignment = read(file, text)?;
    let source = ManifestText { file, text };
    if !is_slug(&assignment.id) {
        let what = format!(
            "`{}` cannot be an id: use lower-case letters, digits and hyphens",
            assignment.id
        );
        return Err(source.wrong("id", what));
    }
    if assignment.title.en.trim().is_empty() || assignment.title.zh.trim().is_empty() {
        return Err(source.wrong("title", "the title is missing in one language".to_owned()));
    }
    let zone = TimeZone::get(&assignment.time_zone).map_err(|_| {
        let what = format!(
            "there is no time zone `{}`; examples are `Europe/Berlin` and `Asia/Shanghai`",
            assignment.time_zone
        );
        source.wrong("time_zone", what)
    })?;
    let moment = |key: &str, text: &str| {
        moment(&zone, &assignment.time_zone, text).map_err(|what| source.wrong(key, what))
    };
    let opens = moment("opens", &assignment.opens)?;
    let due = moment("due", &assignment.due)?;
    Deadline::new(opens.clone(), due.clone(), assignment.late.clone())
        .map_err(|what| source.wrong("due", what))?;
    if let Some(late) = &assignment.late {
        if late.days == 0 {
            return Err(source.wrong("days", "the least number of days is 1".to_owned()));
        }
        if late.days > MOST_DAYS {
            let what = format!("{} days are too many: the limit is {MOST_DAYS}", late.days);
            return Err(source.wrong("days", what));
        }
        if late.percent_per_day > 100 {
            let what = format!(
                "{} % of the points are too many: the limit is 100",
                late.percent_per_day
            );
            return Err(source.wrong("percent_per_day", what));
        }
    }
    Ok(Checked {
        exercises: exercises(course, source, &assignment.exercises)?,
        dated: Dated {
            id: assignment.id,
            title: assignment.title,
            opens: opens.to_string(),
            due: due.to_string(),
            late: assignment.late,
        },
    })
}

/// A moment by the clocks of a time zone.
fn moment(zone: &TimeZone, name: &str, text: &str) -> Result<ZonedDateTime, String> {
    let form = "%Y-%m-%d %H:%M";
    let time = strtime::parse(form, text).and_then(|parsed| parsed.to_datetime());
    let time: DateTime = time
        .map_err(|_| format!("`{text}` is not a date and time; write it as `2026-10-14 23:59`"))?;
    let moment = civil(zone, time).map_err(|why| match why {
        Unclear::Never => {
            format!("`{text}` does not exist in {name}: the clocks are put forward there")
        }
        Unclear::Twice => format!("`{text}` exists twice in {name}: the clocks are put back there"),
        Unclear::Form => format!("`{text}` is not a date and time"),
    })?;
    Ok(moment.to_zoned_datetime(zone.clone()))
}

fn exercises(
    course: &Course,
    source: ManifestText<'_>,
    chosen: &[Chosen],
) -> Result<Vec<(Entry, Option<u32>)>, Error> {
    if chosen.is_empty() {
        return Err(source.wrong("format", "there is no exercise".to_owned()));
    }
    let mut exercises: Vec<(Entry, Option<u32>)> = Vec::new();
    for Chosen { name, points } in chosen {
        let found = course.select(std::slice::from_ref(name));
        let entry = match found.as_deref() {
            Ok([entry]) => (*entry).clone(),
            Ok(_) => {
                let what = format!("`{name}` names several exercises; write one entry for each");
                return Err(source.wrong_name(name, what));
            }
            Err(error) => return Err(source.wrong_name(name, error.to_string())),
        };
        if let Some(points) = points.filter(|points| !(1..=MOST_POINTS).contains(points)) {
            let what = format!(
                "`{name}` cannot be worth {points} points: 1 to {MOST_POINTS}, or leave `points` away"
            );
            return Err(source.wrong_beside(name, "points", what));
        }
        if exercises.iter().any(|(known, _)| *known == entry) {
            let what = format!("`{}` is listed twice", entry.directory());
            return Err(source.wrong_name(name, what));
        }
        exercises.push((entry, *points));
    }
    exercises.sort_by_key(|(entry, _)| entry.number);
    Ok(exercises)
}
