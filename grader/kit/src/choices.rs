//! A schedule as protocols and tokens have it: its text, after the mark of its grain.

use interleave::{Grain, Schedule, ScheduleError};

/// What marks the choices that were made among coarser or finer steps than usual.
const MARKS: [(char, Grain); 2] = [('+', Grain::Coarse), ('~', Grain::Releases)];

/// The text of a schedule of this grain.
pub(crate) fn write(schedule: &Schedule, grain: Grain) -> String {
    let mark = MARKS.iter().find(|&&(_, marked)| marked == grain);
    let mut text = schedule.encode();
    if let Some(&(mark, _)) = mark {
        text.insert(0, mark);
    }
    text
}

/// The schedule of a text, and its grain.
pub(crate) fn read(text: &str) -> Result<(Schedule, Grain), ScheduleError> {
    let marked = |&(mark, grain)| Some((grain, text.strip_prefix(mark)?));
    let (grain, text) = MARKS
        .iter()
        .find_map(marked)
        .unwrap_or((Grain::default(), text));
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
            grain in prop::sample::select(vec![Grain::Coarse, Grain::Signals, Grain::Releases]),
        ) {
            let choices = tasks.into_iter().map(|task| Choice::Run(task, Wake::Normal));
            let schedule = Schedule(choices.collect());
            prop_assert_eq!(read(&write(&schedule, grain)), Ok((schedule, grain)));
        }
    }
}
