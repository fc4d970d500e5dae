//! Runs a program under many schedules and says how each ended.

use std::collections::BTreeSet;

use interleave::{
    Config, Executed, Granularity, Outcome, Schedule,
    strategy::{Bounded, Dpor, Follow, Portfolio},
};

/// How an execution ended, in a word.
pub(crate) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Deadlock(_) => "deadlock",
        Outcome::Panicked(_) => "panicked",
        Outcome::NoProgress(_) => "no progress",
        Outcome::DataRace(..) => "data race",
        Outcome::OutputLimit => "output limit",
        Outcome::Killed(_) => "killed",
        Outcome::Diverged { .. } => "diverged",
    }
}

/// The endings of `program` under `count` sampled schedules.
pub(crate) fn endings(count: u64, program: fn()) -> BTreeSet<&'static str> {
    let mut config = Config::default();
    let mut portfolio = Portfolio::new(7);
    (0..count)
        .filter_map(|number| {
            let executed = portfolio.run(number, config.clone(), program)?;
            config.granularity = executed.finer.unwrap_or(config.granularity);
            Some(word(&executed.outcome))
        })
        .collect()
}

/// Asserts that `program` completes under every sampled schedule and every one with
/// few preemptions.
#[track_caller]
pub(crate) fn always_completes(program: fn()) {
    assert_eq!(endings(400, program), BTreeSet::from(["completed"]));
    let (_, words) = bounded(2, 3000, program);
    assert_eq!(words, BTreeSet::from(["completed"]));
    let words = reduced(Config::default(), 3000, program).1;
    assert_eq!(words, BTreeSet::from(["completed"]));
}

/// How many interleavings partial-order reduction finds, up to `limit`, and how they end.
pub(crate) fn reduced(
    mut config: Config,
    limit: usize,
    program: fn(),
) -> (usize, BTreeSet<&'static str>) {
    let mut search = Dpor::new();
    let mut words = BTreeSet::new();
    let mut count = 0;
    for _ in 0..limit {
        let executed = interleave::run(config.clone(), &mut search, program);
        if let Some(finer) = executed.finer {
            config.granularity = finer;
            return reduced(config, limit, program);
        }
        // A loop that only others can end may go on for as long as nobody is fair.
        if matches!(executed.outcome, Outcome::NoProgress(_)) {
            break;
        }
        if !search.was_pruned() {
            words.insert(word(&executed.outcome));
            count += 1;
        }
        if !search.advance() {
            break;
        }
    }
    (count, words)
}

/// Asserts that `program` ends in this way under some schedule, and that the schedule
/// repeats exactly.
#[track_caller]
pub(crate) fn sometimes(word_: &str, program: fn()) -> Executed {
    let mut config = Config::default();
    let mut portfolio = Portfolio::new(7);
    let failing = (0..2000).find_map(|number| {
        let executed = portfolio.run(number, config.clone(), program)?;
        config.granularity = executed.finer.unwrap_or(config.granularity);
        (word(&executed.outcome) == word_).then_some(executed)
    });
    let failing = failing.unwrap_or_else(|| panic!("no schedule ends in `{word_}`"));
    let again = replay_at(failing.granularity, &failing.schedule, program);
    assert_eq!(word(&again.outcome), word_);
    assert_eq!(again.schedule, failing.schedule);
    again
}

/// Follows `schedule` exactly, with a trace.
pub(crate) fn replay(schedule: &Schedule, program: fn()) -> Executed {
    replay_at(Granularity::default(), schedule, program)
}

/// Follows a `schedule` of this granularity exactly, with a trace.
fn replay_at(granularity: Granularity, schedule: &Schedule, program: fn()) -> Executed {
    let config = Config {
        traced: true,
        granularity,
        ..Config::default()
    };
    let mut follow = Follow::exactly(schedule.clone());
    interleave::run(config, &mut follow, program)
}

/// How many schedules with at most `preemptions` there are, up to `limit`, and how they end.
pub(crate) fn bounded(
    preemptions: u32,
    limit: usize,
    program: fn(),
) -> (usize, BTreeSet<&'static str>) {
    let mut search = Bounded::new(preemptions);
    let mut words = BTreeSet::new();
    for count in 1..=limit {
        let executed = interleave::run(Config::default(), &mut search, program);
        words.insert(word(&executed.outcome));
        if !search.advance() {
            return (count, words);
        }
    }
    (limit, words)
}
