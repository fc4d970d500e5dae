//! Judges generated programs: all small ones, then some larger ones. The first that fails is made
//! smaller before it is shown.

use std::time::Duration;

use grader_schema::{
    plan::PlannedCheck,
    protocol::{Ending, Observation, Outside, Run, Search},
    report::{Evidence, FailureKind, Verdict},
};
use serde_json::Value;

use super::{BrokenPromise, Checker, run};
use crate::{
    Oracle, Property,
    programs::{Ended, Programs, Refuted, Shape},
    verdict::{
        explaining::{self, Names, sentences},
        running::{
            driver::{Driver, DriverFailure},
            token::CaseName,
        },
    },
};

/// Executions that the search of all interleavings of a small program may take, and of a larger
/// one.
const COMPLETE: [u64; 2] = [3000, 500];

/// Schedules that are tried of a program whose interleavings are more.
const SAMPLED: u64 = 128;

/// How many programs are tried to make a failing one smaller.
const MOST_SMALLER: usize = 300;

/// What came of a program.
struct Explored {
    executions: u64,
    complete: bool,
    outside: Option<Outside>,
    failed: Option<(Observation, BrokenPromise)>,
    /// Whether the answer asks again and again where it must wait, which it may.
    polls: bool,
}

impl Checker<'_> {
    /// The verdict on all programs; with it, how many executions there were until one failed.
    pub(super) fn explore_programs(
        &self,
        driver: &mut Driver,
        check: &PlannedCheck,
        oracle: &Oracle,
        programs: &dyn Programs,
    ) -> Result<(Verdict, Option<u64>), DriverFailure> {
        // No seed makes a difference to programs that are not drawn.
        let (small, mut larger) = if check.searched {
            (Vec::new(), Vec::new())
        } else {
            (programs.small(), programs.wide())
        };
        larger.extend(programs.larger(self.plan.seed));
        let (mut executions, mut sampled, mut polls) = (0, 0, false);
        let mut outside = None;
        for (index, shape) in small.iter().chain(&larger).enumerate() {
            let run = run(check, &programs.case(shape), oracle);
            if polls && programs.may_be_stuck(&run.case) {
                sampled += u64::from(index < small.len());
                continue;
            }
            let most = COMPLETE[usize::from(index >= small.len())];
            let explored = self.explore_program(driver, oracle, programs, (&run, most))?;
            if let Some((observation, broken)) = explored.failed {
                let found = executions + explored.executions;
                let (shape, run, observation, broken) = self.smallest(
                    driver,
                    check,
                    oracle,
                    programs,
                    (shape, run, observation, broken),
                )?;
                let name = CaseName::Program(shape);
                let failure =
                    self.failure(driver, oracle, &run, name, check, &observation, &broken)?;
                return Ok((failure, Some(found)));
            }
            executions += explored.executions;
            polls |= explored.polls;
            outside = outside.or(explored.outside);
            sampled += u64::from(!explored.complete && index < small.len());
        }
        let (threads, calls) = programs.bound();
        let evidence = Evidence::Programs {
            programs: small.len() as u64,
            threads: threads as u64,
            calls: calls as u64,
            sampled,
            larger: larger.len() as u64,
            executions,
            outside,
        };
        Ok((Verdict::Passed { evidence }, None))
    }

    fn explore_program(
        &self,
        driver: &mut Driver,
        oracle: &Oracle,
        programs: &dyn Programs,
        (run, most): (&Run, u64),
    ) -> Result<Explored, DriverFailure> {
        let sample = Search::Portfolio {
            seed: self.plan.seed,
        };
        let mut whole = Explored {
            executions: 0,
            complete: false,
            outside: None,
            failed: None,
            polls: false,
        };
        for (search, count) in [(Search::Reduced, most), (sample, SAMPLED)] {
            driver.allow(Duration::from_millis(self.plan.time_limit_ms));
            let explored = driver.explore(run.clone(), search, 0, count)?;
            whole.executions += explored.executions;
            whole.complete = explored.complete;
            whole.outside = whole.outside.or(explored.outside);
            for seen in explored.seen {
                whole.polls |= polls(programs, &run.case, &seen);
                if let Some(broken) = self.broken(&self.names, oracle, &run.case, &seen) {
                    whole.failed = Some((seen, broken));
                    return Ok(whole);
                }
            }
            if whole.complete || whole.polls {
                break;
            }
        }
        Ok(whole)
    }

    /// The smallest program found that fails too, and how.
    fn smallest(
        &self,
        driver: &mut Driver,
        check: &PlannedCheck,
        oracle: &Oracle,
        programs: &dyn Programs,
        (shape, run, observation, broken): (&Shape, Run, Observation, BrokenPromise),
    ) -> Result<(Shape, Run, Observation, BrokenPromise), DriverFailure> {
        let mut best = (shape.clone(), run, observation, broken);
        let mut tried = 0;
        'smaller: loop {
            for shape in programs.smaller(&best.0) {
                if tried == MOST_SMALLER {
                    break 'smaller;
                }
                tried += 1;
                let run = self::run(check, &programs.case(&shape), oracle);
                let explored =
                    self.explore_program(driver, oracle, programs, (&run, COMPLETE[0]))?;
                if let Some((observation, broken)) = explored.failed {
                    best = (shape, run, observation, broken);
                    continue 'smaller;
                }
            }
            break;
        }
        Ok(best)
    }

    /// The promise that an execution of a program breaks, if it breaks one.
    pub(super) fn broken_program(
        &self,
        names: &Names<'_>,
        (index, property, programs): (usize, &Property, &dyn Programs),
        case: &Value,
        observation: &Observation,
    ) -> Option<BrokenPromise> {
        let ending = &observation.ending;
        let (kind, property_index, happened) = match ending {
            Ending::Completed | Ending::Deadlock(_) => {
                let history = self.history(names, case, observation);
                let ended = Ended {
                    stuck: matches!(ending, Ending::Deadlock(_)),
                    punctual: observation.punctual,
                };
                let judged = programs.judge(case, &history, ended);
                self.note(&property.promise, &history);
                match judged.err()? {
                    Refuted::Result(happened) => (FailureKind::Property, Some(index), happened),
                    Refuted::Waits(happened) => (FailureKind::Deadlock, None, happened),
                }
            }
            _ if polls(programs, case, observation) => return None,
            ending => {
                let (kind, happened) = explaining::ending(ending, names)?;
                (kind, None, happened)
            }
        };
        let promise = match kind {
            FailureKind::Property
            | FailureKind::Deadlock
            | FailureKind::Panic
            | FailureKind::NoProgress => property.promise.clone(),
            kind => sentences::promise(kind),
        };
        Some(BrokenPromise {
            kind,
            property: property_index,
            promise,
            happened,
            program: Some(programs.source(case)),
        })
    }
}

/// Virtual time that an execution takes which never ends and asks again and again, in nanoseconds,
/// if it sleeps in between: the steps alone of an execution that is cut off take less.
const SLEEPS: u64 = 500_000_000;

/// Whether an execution went on forever because a thread that must wait asked again and again
/// and slept in between, where right answers may do so.
fn polls(programs: &dyn Programs, case: &Value, observation: &Observation) -> bool {
    programs.may_poll()
        && matches!(observation.ending, Ending::NoProgress { .. })
        && observation.time > SLEEPS
        && programs.may_be_stuck(case)
}
