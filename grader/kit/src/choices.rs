//! A schedule as protocols and tokens have it: its text, after the marks of its grain.

use interleave::{Grain, Schedule, ScheduleError};

/// The text of a schedule of this grain. A `+` says that operations on condition variables are
/// parts of other steps, a `~` that releases are steps, an `@` that changes of counts are, and
/// a `%` that drops depend on one another as well.
pub(crate) fn write(schedule: &Schedule, grain: Grain) -> String {
    let mut text = String::new();
    if grain.has(Grain::Releases) {
        text.push('~');
    } else if !grain.has(Grain::Signals) {
        text.push('+');
    }
    if grain.has(Grain::Drops) {
        text.push('%');
    } else if grain.has(Grain::Counts) {
        text.push('@');
    }
    text.push_str(&schedule.encode());
    text
}

/// The schedule of a text, and its grain.
pub(crate) fn read(text: &str) -> Result<(Schedule, Grain), ScheduleError> {
    let (steps, text) = match text.split_at_checked(1) {
        Some(("~", rest)) => (Grain::Releases, rest),
        Some(("+", rest)) => (Grain::Coarse, rest),
        _ => (Grain::Signals, text),
    };
    let (grain, text) = match text.split_at_checked(1) {
        Some(("@", rest)) => (steps.and(Grain::Counts), rest),
        Some(("%", rest)) => (steps.and(Grain::Drops), rest),
        _ => (steps, text),
    };
    Ok((Schedule::decode(text)?, grain))
}

#[cfg(test)]
mod tests {
    use interleave::{Choice, Wake};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_schedule_survives_its_text_whatever_its_grain(
            tasks in prop::collection::vec(0usize..9, 0..40),
            steps in prop::sample::select(vec![Grain::Coarse, Grain::Signals, Grain::Releases]),
            counts in prop::sample::select(vec![Grain::Coarse, Grain::Counts, Grain::Drops]),
        ) {
            let grain = steps.and(counts);
            let choices = tasks.into_iter().map(|task| Choice::Run(task, Wake::Normal));
            let schedule = Schedule(choices.collect());
            prop_assert_eq!(read(&write(&schedule, grain)), Ok((schedule, grain)));
        }
    }
}
