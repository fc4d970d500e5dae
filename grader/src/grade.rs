//! Computes the points of verdicts: an assignment sets the points of an exercise, and lateness
//! takes some off. No IO.

#[cfg(feature = "teacher")]
use grader_schema::assignment::Packed;
use grader_schema::{
    progress::ExerciseProgress,
    report::{ExerciseReport, Verdict},
};

use crate::{course::Exercise, lateness::Lateness};

/// Shares so many points out to parts of these weights: whole numbers, which together are all
/// of them if any weight is more than nothing.
fn shares(weights: &[u32], points: u32) -> Vec<u32> {
    let whole: u128 = weights.iter().copied().map(u128::from).sum();
    let mut before = 0;
    let mut given = 0;
    let share = |weight: &u32| {
        before += u128::from(*weight);
        let until = (u128::from(points) * before)
            .checked_div(whole)
            .unwrap_or(0);
        let share = u32::try_from(until - given).unwrap_or(0);
        given = until;
        share
    };
    weights.iter().map(share).collect()
}

/// The points of the checks of an exercise, in their order, and those of hidden checks that are
/// not here.
fn worth(exercise: &Exercise) -> (Vec<(&str, u32)>, u32) {
    let checks: Vec<_> = exercise.checks().map(|(_, check)| check).collect();
    let mut weights: Vec<u32> = checks.iter().map(|check| check.points).collect();
    weights.push(exercise.unjudged_points());
    let mut shares = shares(&weights, exercise.worth());
    let unjudged = shares.pop().unwrap_or_default();
    let names = checks.into_iter().map(|check| check.id.as_str());
    (names.zip(shares).collect(), unjudged)
}

/// Writes into a report what its exercise is worth, what was earned, and what is lost because it
/// is late.
pub(crate) fn grade(exercise: &Exercise, report: &mut ExerciseReport, lateness: Option<Lateness>) {
    let unjudged = share_out(exercise, report);
    let earned = report.points;
    report.points = lateness.map_or(earned, |lateness| lateness.left(earned));
    report.lost_to_lateness = earned - report.points;
    report.max_points = exercise.worth();
    report.unjudged_points = unjudged;
}

/// Writes into a report what the checks that are in it are worth, and what they have earned
/// together; says how many points hidden checks judge which are not here.
pub(crate) fn share_out(exercise: &Exercise, report: &mut ExerciseReport) -> u32 {
    let (shares, unjudged) = worth(exercise);
    for check in &mut report.checks {
        let share = shares.iter().find(|(id, _)| *id == check.id);
        check.max_points = share.map_or(0, |(_, points)| *points);
        check.points = match check.verdict {
            Verdict::Passed { .. } => check.max_points,
            Verdict::Failed(_) => 0,
        };
    }
    report.points = report.checks.iter().map(|check| check.points).sum();
    report.max_points = report.checks.iter().map(|check| check.max_points).sum();
    unjudged
}

/// What is remembered of an exercise, in points that it is worth now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Remembered {
    /// Points of the last check.
    pub(crate) points: u32,
    /// The most points ever earned.
    pub(crate) best: u32,
    /// Points that hidden checks judge which were not there.
    pub(crate) unjudged_points: u32,
}

/// What is known of an exercise from earlier checks.
pub(crate) fn remembered(exercise: &Exercise, known: Option<&ExerciseProgress>) -> Remembered {
    let (worth, unjudged) = (exercise.worth(), worth(exercise).1);
    known.map_or(
        Remembered {
            unjudged_points: unjudged,
            ..Remembered::default()
        },
        |known| converted(known, worth, unjudged),
    )
}

/// Points of a file are converted to what an exercise is worth now, which may be something else
/// than at that check, and never exceed it.
fn converted(known: &ExerciseProgress, worth: u32, unjudged: u32) -> Remembered {
    let now = |points: u32| match known.unjudged_points {
        Some(_) if known.max_points > 0 => {
            let points = u64::from(points) * u64::from(worth) / u64::from(known.max_points);
            u32::try_from(points).unwrap_or(worth).min(worth)
        }
        _ => points.min(worth),
    };
    let points = now(known.points);
    Remembered {
        points,
        best: now(known.best),
        unjudged_points: match known.unjudged_points {
            Some(0) => 0,
            // What was earned is judged, whatever a file says.
            _ => unjudged.min(worth - points),
        },
    }
}

/// Points of an exercise in a pack that its hidden checks judge.
#[cfg(feature = "teacher")]
pub(crate) fn hidden(packed: &Packed) -> u32 {
    let weights = [packed.public_points, packed.hidden_points];
    shares(&weights, packed.points).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use grader_schema::progress::ExerciseProgress;

    use super::{Remembered, converted, shares};

    fn known(points: u32, max_points: u32, unjudged_points: Option<u32>) -> ExerciseProgress {
        ExerciseProgress {
            points,
            best: points,
            max_points,
            unjudged_points,
            ..ExerciseProgress::default()
        }
    }

    #[test]
    fn what_was_earned_is_converted_to_what_it_is_worth_now() {
        let check = |known: ExerciseProgress, worth, unjudged, expected: (u32, u32)| {
            let found = converted(&known, worth, unjudged);
            let expected = Remembered {
                points: expected.0,
                best: expected.0,
                unjudged_points: expected.1,
            };
            assert_eq!(found, expected);
        };
        check(known(4, 10, Some(6)), 10, 6, (4, 6));
        check(known(4, 10, Some(6)), 25, 15, (10, 15));
        check(known(10, 10, Some(0)), 25, 15, (25, 0));
        // An older grader knew nothing of hidden points.
        check(known(4, 4, None), 10, 6, (4, 6));
        check(known(10, 10, None), 10, 6, (10, 0));
        check(known(40, 22, None), 22, 0, (22, 0));
        let most = u32::MAX;
        check(known(most, 1, Some(most)), most, most, (most, 0));
        check(known(most, 0, Some(most)), 0, 0, (0, 0));
    }

    #[test]
    fn points_are_shared_out_by_weight() {
        assert_eq!(shares(&[4, 4, 4, 8], 20), [4, 4, 4, 8]);
        assert_eq!(shares(&[4, 4, 4, 8], 40), [8, 8, 8, 16]);
        assert_eq!(shares(&[1, 1, 1], 10), [3, 3, 4]);
        assert_eq!(shares(&[10, 10], 1), [0, 1]);
        assert_eq!(shares(&[0, 0], 10), [0, 0]);
        assert_eq!(shares(&[], 10), [0; 0]);
    }

    proptest! {
        #[test]
        fn all_parts_together_are_all_points(
            weights in prop::collection::vec(any::<u32>(), 1..40),
            points: u32,
        ) {
            let shares = shares(&weights, points);
            let sum: u64 = shares.iter().copied().map(u64::from).sum();
            let whole: u64 = weights.iter().copied().map(u64::from).sum();
            prop_assert_eq!(sum, if whole == 0 { 0 } else { u64::from(points) });
            for (share, weight) in shares.iter().zip(&weights) {
                prop_assert!(*weight > 0 || *share == 0);
                // No part is off by a whole point.
                let fair = u128::from(points) * u128::from(*weight);
                let off = (u128::from(*share) * u128::from(whole)).abs_diff(fair);
                prop_assert!(off < u128::from(whole.max(1)));
            }
        }
    }
}
