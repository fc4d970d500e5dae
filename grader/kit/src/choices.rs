//! A schedule as protocols and tokens have it: its text, after the marks of its granularity.

use interleave::{Granularity, Schedule, ScheduleError};

/// What marks the granularities that go with any other, in this order.
const MARKS: [(char, Granularity); 3] = [
    ('@', Granularity::Counts),
    ('%', Granularity::Drops),
    (':', Granularity::Clocks),
];

/// The text of a schedule of this granularity. A `+` before it says that operations on condition
/// variables are parts of other steps, a `~` that releases are steps.
pub(crate) fn write(schedule: &Schedule, granularity: Granularity) -> String {
    let mut text = String::new();
    if granularity.has(Granularity::Releases) {
        text.push('~');
    } else if !granularity.has(Granularity::CondvarOps) {
        text.push('+');
    }
    for (mark, grain_of) in MARKS {
        if granularity.has(grain_of) {
            text.push(mark);
        }
    }
    text.push_str(&schedule.encode());
    text
}

/// The schedule of a text, and its granularity.
pub(crate) fn read(text: &str) -> Result<(Schedule, Granularity), ScheduleError> {
    let (steps, text) = match text.split_at_checked(1) {
        Some(("~", rest)) => (Granularity::Releases, rest),
        Some(("+", rest)) => (Granularity::Coarse, rest),
        _ => (Granularity::CondvarOps, text),
    };
    let (mut granularity, mut text) = (steps, text);
    for (mark, grain_of) in MARKS {
        if let Some(rest) = text.strip_prefix(mark) {
            (granularity, text) = (granularity.and(grain_of), rest);
        }
    }
    Ok((Schedule::decode(text)?, granularity))
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
            steps in prop::sample::select(vec![Granularity::Coarse, Granularity::CondvarOps, Granularity::Releases]),
            counts in prop::sample::select(vec![Granularity::Coarse, Granularity::Counts, Granularity::Drops]),
            clocks in prop::sample::select(vec![Granularity::Coarse, Granularity::Clocks]),
        ) {
            let granularity = steps.and(counts).and(clocks);
            let choices = tasks.into_iter().map(|task| Choice::Run(task, Wake::Normal));
            let schedule = Schedule(choices.collect());
            prop_assert_eq!(read(&write(&schedule, granularity)), Ok((schedule, granularity)));
        }
    }
}
