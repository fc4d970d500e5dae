//! Finds the shortest schedule that fails in the same way.

use std::time::Duration;

use grader_schema::protocol::{Observation, Replayed, Run, Search};
use interleave::Schedule;

use super::{BrokenPromise, Checker};
use crate::{
    Oracle, choices,
    verdict::running::{
        driver::{Driver, DriverFailure},
        minimise::{Failing, minimise},
    },
};

/// Most preemptions that the search for a short failing schedule tries.
const MOST_PREEMPTIONS: u32 = 2;

/// Steps that schedules may take together by which a failing one is cut down: an execution without an end is cut at its limit.
const MINIMISE_STEPS: u64 = 500_000;

impl Checker<'_> {
    /// The choices of the shortest schedule found that fails like `observation`, or,
    /// if a simpler failure is found on the way, like that one.
    pub(super) fn shortest(
        &self,
        driver: &mut Driver,
        oracle: &Oracle,
        run: &Run,
        observation: &Observation,
        broken: &BrokenPromise,
    ) -> Result<String, DriverFailure> {
        let limit = Duration::from_millis(self.plan.time_limit_ms);
        let budget = self.plan.mode.traits().shortening;
        let mut start = (observation.choices.clone(), broken.clone());
        'search: for preemptions in 0..=MOST_PREEMPTIONS {
            driver.allow(limit);
            let search = Search::Bounded { preemptions };
            let explored = driver.explore(run.clone(), search, 0, budget.searched)?;
            for seen in explored.seen {
                if let Some(broken) = self.broken(&self.names, oracle, &run.case, &seen) {
                    start = (seen.choices, broken);
                    break 'search;
                }
            }
        }
        let (choices, broken) = start;
        let (whole, granularity) = choices::read(&choices).unwrap_or_default();
        let encode = |schedule: &Schedule| choices::write(schedule, granularity);
        let (mut failure, mut steps) = (None, 0);
        driver.allow(limit);
        let mut follow = |schedule: &Schedule| -> Option<Failing> {
            if failure.is_some() || steps > MINIMISE_STEPS {
                return None;
            }
            match driver.replay(run.clone(), &encode(schedule), false, false) {
                Ok(replayed) => {
                    steps += u64::from(replayed.steps);
                    let found =
                        self.broken(&self.names, oracle, &run.case, &replayed.observation)?;
                    found.same(&broken).then(|| failing(&replayed))
                }
                Err(error) => {
                    failure = Some(error);
                    None
                }
            }
        };
        let Some(first) = follow(&whole) else {
            return failure.map_or(Ok(choices), Err);
        };
        let shortest = minimise(first, budget.cut, &mut follow);
        let trimmed = trim(shortest, &mut follow);
        failure.map_or_else(|| Ok(encode(&trimmed)), Err)
    }
}

/// The shortest beginning of a failing schedule from which the failure follows
/// without further preemptions.
fn trim(failing: Failing, follow: &mut impl FnMut(&Schedule) -> Option<Failing>) -> Schedule {
    let whole = failing.schedule.0;
    let (mut fails, mut passes) = (whole.len(), None);
    while passes.map_or(0, |passes: usize| passes + 1) < fails {
        let middle = passes.map_or(0, |passes| passes + 1).midpoint(fails - 1);
        let beginning = Schedule(whole[..middle].to_vec());
        if follow(&beginning).is_some_and(|found| found.cost == failing.cost) {
            fails = middle;
        } else {
            passes = Some(middle);
        }
    }
    Schedule(whole[..fails].to_vec())
}

fn failing(replayed: &Replayed) -> Failing {
    let (schedule, _) = choices::read(&replayed.observation.choices).unwrap_or_default();
    Failing {
        schedule,
        cost: (
            replayed.preemptions + replayed.unforced,
            replayed.switches,
            replayed.steps,
        ),
    }
}
