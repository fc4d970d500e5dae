//! All results that a program can have, by searches that go to their ends.

use std::{cell::RefCell, collections::BTreeSet, fmt::Debug, rc::Rc};

use interleave::{
    Config, Executed, Outcome, Strategy,
    strategy::{Bounded, Dpor, Portfolio},
};

use crate::explorer::word;

/// More executions than any of the programs has that go through all of them.
const MANY: usize = 200_000;

/// Runs `program` once; its result, or how else it ended.
pub(crate) fn once<R: Debug + 'static>(
    config: &Config,
    strategy: &mut dyn Strategy,
    program: fn() -> R,
) -> (String, Executed) {
    let result = Rc::new(RefCell::new(String::new()));
    let slot = Rc::clone(&result);
    let executed = interleave::run(config.clone(), strategy, move || {
        let result = format!("{:?}", program());
        *slot.borrow_mut() = result;
    });
    let said = match &executed.outcome {
        Outcome::Completed => result.take(),
        other => word(other).to_owned(),
    };
    (said, executed)
}

/// Goes through the executions of `search` until it says that there are no more.
fn exhaust<S: Strategy, R: Debug + 'static>(
    config: &Config,
    new: fn() -> S,
    advance: fn(&mut S) -> (bool, bool),
    program: fn() -> R,
) -> (BTreeSet<String>, usize) {
    let mut search = new();
    let mut results = BTreeSet::new();
    for count in 1..=MANY {
        let (said, executed) = once(config, &mut search, program);
        if let Some(granularity) = executed.finer {
            let config = config.clone();
            return exhaust(
                &Config {
                    granularity,
                    ..config
                },
                new,
                advance,
                program,
            );
        }
        let (is_new, goes_on) = advance(&mut search);
        if is_new {
            results.insert(said);
        }
        if !goes_on {
            return (results, count);
        }
    }
    panic!("there are more than {MANY} executions, with {results:?}");
}

/// All results, by partial-order reduction, and how many executions it took.
pub(crate) fn reduced<R: Debug + 'static>(
    config: &Config,
    program: fn() -> R,
) -> (BTreeSet<String>, usize) {
    let advance = |search: &mut Dpor| (!search.was_pruned(), search.advance());
    exhaust(config, Dpor::new, advance, program)
}

/// All results, by plain enumeration.
fn enumerated<R: Debug + 'static>(config: &Config, program: fn() -> R) -> BTreeSet<String> {
    let advance = |search: &mut Bounded| (true, search.advance());
    exhaust(config, Bounded::exhaustive, advance, program).0
}

/// Asserts that these are the results of `program`, whichever way all schedules are tried, and
/// that samplers see no others.
#[track_caller]
pub(crate) fn always_one_of<R: Debug + 'static>(expected: &[&str], program: fn() -> R) {
    let expected: BTreeSet<String> = expected.iter().map(ToString::to_string).collect();
    let config = Config::default();
    assert_eq!(reduced(&config, program).0, expected, "by reduction");
    assert_eq!(enumerated(&config, program), expected, "by enumeration");
    let seen = sampled(200, program);
    assert!(seen.is_subset(&expected), "by samples: {seen:?}");
}

/// The results of so many sampled executions.
pub(crate) fn sampled<R: Debug + 'static>(count: u64, program: fn() -> R) -> BTreeSet<String> {
    let mut config = Config::default();
    let mut portfolio = Portfolio::new(7);
    let mut results = BTreeSet::new();
    for number in 0..count {
        let (said, executed) = once(&config, portfolio.strategy(number), program);
        let is_new = portfolio.learn(number, &executed);
        if let Some(finer) = executed.finer {
            // What it came to may be none of the program's doings.
            config.granularity = finer;
        } else if is_new {
            results.insert(said);
        }
    }
    results
}
