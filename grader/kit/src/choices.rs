//! A schedule as protocols and tokens have it: its text, after the marks of its grain.

use interleave::{Grain, Schedule, ScheduleError};

/// What marks the grains that go with any other, in this order.
const MARKS: [(char, Grain); 3] = [
    ('@', Grain::Counts),
    ('%', Grain::Drops),
    (':', Grain::Clocks),
];

/// The text of a schedule of this grain. A `+` before it says that operations on condition
/// variables are parts of other steps, a `~` that releases are steps.
pub(crate) fn write(schedule: &Schedule, grain: Grain) -> String {
    let mut text = String::new();
    if grain.has(Grain::Releases) {
        text.push('~');
    } else if !grain.has(Grain::Signals) {
        text.push('+');
    }
    for (mark, grain_of) in MARKS {
        if grain.has(grain_of) {
            text.push(mark);
        }
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
    let (mut grain, mut text) = (steps, text);
    for (mark, grain_of) in MARKS {
        if let Some(rest) = text.strip_prefix(mark) {
            (grain, text) = (grain.and(grain_of), rest);
        }
    }
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
            clocks in prop::sample::select(vec![Grain::Coarse, Grain::Clocks]),
        ) {
            let grain = steps.and(counts).and(clocks);
            let choices = tasks.into_iter().map(|task| Choice::Run(task, Wake::Normal));
            let schedule = Schedule(choices.collect());
            prop_assert_eq!(read(&write(&schedule, grain)), Ok((schedule, grain)));
        }
    }
}
