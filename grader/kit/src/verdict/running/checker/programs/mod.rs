//! Judges generated programs: all small ones, then some larger ones. The first that fails is made
//! smaller before it is shown.

mod lane;

use std::{
    mem,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use grader_schema::{
    plan::PlannedCheck,
    protocol::{Ending, Observation, Outside, Run, Search},
    report::{Evidence, FailureKind, Verdict},
};
use serde_json::Value;

use self::lane::Judged;
use super::{BrokenPromise, Checker, Make};
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

/// How many executions of a program there may be.
#[derive(Debug, Clone, Copy)]
struct Budget {
    /// Of the search of all interleavings.
    complete: u64,
    /// Of schedules that are tried if the interleavings are more.
    sampled: u64,
}

impl Budget {
    /// For a small program: that all its interleavings were judged is part of the verdict.
    const SMALL: Self = Self {
        complete: 2000,
        sampled: 64,
    };

    /// For one that the author of the model has chosen: it is known to meet mistakes, some of
    /// which need that a thread is slow at several moments.
    const CHOSEN: Self = Self {
        complete: 300,
        sampled: 2000,
    };

    /// For a larger one: with a third of it, programs that take five calls to fail pass.
    const LARGER: Self = Self {
        complete: 300,
        sampled: 64,
    };
}

/// Executions of a program by which mutants of the model are judged: most histories of a program
/// are much alike.
const EXAMPLES: usize = 16;

/// How many programs are tried to make a failing one smaller.
const MOST_SMALLER: usize = 300;

/// What came of a program.
struct Explored {
    executions: u64,
    complete: bool,
    outside: Option<Outside>,
    failed: Option<(Observation, BrokenPromise)>,
    /// The first executions that broke nothing, for mutants of the model.
    examples: Vec<Observation>,
    /// Whether the answer asks again and again where it must wait, which it may.
    polls: bool,
}

/// The programs of a check, and what is common to all of them.
struct Work<'a> {
    check: &'a PlannedCheck,
    make: Make<'a>,
    shapes: &'a [Shape],
    /// How many of the first are small.
    small: usize,
    /// How many of the next are chosen.
    chosen: usize,
    /// Whether the answer asks again and again where it must wait: then a program in which
    /// somebody must wait forever tells nothing and takes long.
    polls: bool,
    /// The first program that fails, as far as is known: later ones need not be judged.
    first_failure: AtomicUsize,
}

impl Work<'_> {
    fn budget(&self, index: usize) -> Budget {
        if index < self.small {
            Budget::SMALL
        } else if index < self.small + self.chosen {
            Budget::CHOSEN
        } else {
            Budget::LARGER
        }
    }
}

impl Checker<'_> {
    /// The verdict on all programs; with it, how many executions there were until one failed.
    pub(super) fn explore_programs(
        &self,
        driver: &mut Driver,
        check: &PlannedCheck,
        (oracle, make): (&Oracle, Make<'_>),
        programs: &dyn Programs,
    ) -> Result<(Verdict, Option<u64>), DriverFailure> {
        // No seed makes a difference to programs that are not drawn.
        let mut shapes = Vec::new();
        let (mut small, mut chosen) = (0, 0);
        if !check.searched {
            shapes = programs.small();
            small = shapes.len();
            // What somebody has chosen is likely to fail, so it comes soon.
            let known = programs.chosen();
            chosen = known.len();
            shapes.extend(known);
            shapes.extend(programs.wide());
        }
        shapes.extend(programs.larger(self.plan.seed));
        let work = Work {
            check,
            make,
            shapes: &shapes,
            small,
            chosen,
            polls: self.polls(driver, check, oracle, programs, &shapes)?,
            first_failure: AtomicUsize::new(usize::MAX),
        };
        let (mut executions, mut sampled, mut judged) = (0, 0, 0);
        let mut outside = None;
        let Judged {
            results,
            unrefuted,
            about,
        } = self.in_lanes(&work);
        if let (Some(known), Some(about)) = (&self.about, about) {
            known.borrow_mut().add(about);
        }
        for (index, explored) in results {
            let explored = explored?;
            executions += explored.executions;
            if let Some((observation, broken)) = explored.failed {
                let shape = &shapes[index];
                let run = self.run(check, &programs.case(shape), oracle);
                let failing = (shape, run, observation, broken);
                // Those before it do not fail.
                let passed = &shapes[..index];
                let (shape, run, observation, broken) =
                    self.smallest(driver, check, oracle, programs, passed, failing)?;
                let name = CaseName::Program(shape);
                let failure =
                    self.failure(driver, oracle, &run, name, check, &observation, &broken)?;
                return Ok((failure, Some(executions)));
            }
            outside = outside.or(explored.outside);
            if index < small {
                judged += 1;
                sampled += u64::from(!explored.complete);
            }
        }
        if let Some(about) = &self.about {
            let differing = unrefuted.into_values().filter(|(_, differs)| *differs);
            about.borrow_mut().unrefuted = Some(differing.map(|(said, _)| said).collect());
        }
        let (threads, calls) = programs.bound();
        let evidence = Evidence::Programs {
            programs: small as u64,
            threads: threads as u64,
            calls: calls as u64,
            // Those that were passed over are none of those that were searched.
            sampled: sampled + (small as u64 - judged),
            larger: (shapes.len() - small) as u64,
            executions,
            outside,
        };
        Ok((Verdict::Passed { evidence }, None))
    }

    /// Whether the answer polls, by the first program in which somebody must wait forever.
    fn polls(
        &self,
        driver: &mut Driver,
        check: &PlannedCheck,
        oracle: &Oracle,
        programs: &dyn Programs,
        shapes: &[Shape],
    ) -> Result<bool, DriverFailure> {
        if !programs.may_poll() {
            return Ok(false);
        }
        let mut cases = shapes.iter().map(|shape| programs.case(shape));
        let Some(case) = cases.find(|case| programs.may_be_stuck(case)) else {
            return Ok(false);
        };
        let run = self.run(check, &case, oracle);
        let explored = self.explore_program(driver, oracle, programs, (&run, Budget::SMALL))?;
        Ok(explored.polls)
    }

    /// What came of the programs, in their order, up to the first that failed.
    ///
    /// The programs are dealt to two lanes, each with a driver of its own, whatever the number of
    /// processors: what a driver has learned of the answer must not depend on that.
    fn in_lanes(&self, work: &Work<'_>) -> Judged {
        let [mut one, mut other] = if self.plan.jobs > 1 {
            thread::scope(|scope| {
                let other = scope.spawn(|| lane::judge(self.plan, work, 1));
                let one = lane::judge(self.plan, work, 0);
                match other.join() {
                    Ok(other) => [one, other],
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            })
        } else {
            lane::judge_in_turn(self.plan, work)
        };
        let mut results = mem::take(&mut one.results);
        results.append(&mut other.results);
        results.sort_by_key(|(index, _)| *index);
        let first = work.first_failure.load(Ordering::Relaxed);
        results.retain(|(index, _)| *index <= first);
        // One history that refutes a mutant is enough.
        one.unrefuted.retain(|number, (_, differs)| {
            let there = other.unrefuted.get(number);
            *differs |= there.is_some_and(|(_, differs)| *differs);
            there.is_some()
        });
        if let (Some(about), Some(other)) = (&mut one.about, other.about) {
            about.add(other);
        }
        Judged { results, ..one }
    }

    fn explore_program(
        &self,
        driver: &mut Driver,
        oracle: &Oracle,
        programs: &dyn Programs,
        (run, budget): (&Run, Budget),
    ) -> Result<Explored, DriverFailure> {
        let sample = Search::Portfolio {
            seed: self.plan.seed,
        };
        let mut whole = Explored {
            executions: 0,
            complete: false,
            outside: None,
            failed: None,
            examples: Vec::new(),
            polls: false,
        };
        let has_schedules = self.plan.mode.explores_schedules();
        let searches = if has_schedules {
            vec![(Search::Reduced, budget.complete), (sample, budget.sampled)]
        } else {
            // It does the same each time.
            vec![(sample, 1)]
        };
        for (search, count) in searches {
            driver.allow(Duration::from_millis(self.plan.time_limit_ms));
            let explored = driver.explore(run.clone(), search, 0, count)?;
            whole.executions += explored.executions;
            whole.complete = explored.complete || !has_schedules;
            whole.outside = whole.outside.or(explored.outside);
            for seen in explored.seen {
                whole.polls |= polls(programs, &run.case, &seen);
                if let Some(broken) = self.broken(&self.names, oracle, &run.case, &seen) {
                    whole.failed = Some((seen, broken));
                    return Ok(whole);
                }
                if whole.examples.len() < EXAMPLES {
                    whole.examples.push(seen);
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
        passed: &[Shape],
        (shape, run, observation, broken): (&Shape, Run, Observation, BrokenPromise),
    ) -> Result<(Shape, Run, Observation, BrokenPromise), DriverFailure> {
        let mut best = (shape.clone(), run, observation, broken);
        let mut tried = 0;
        'smaller: loop {
            for shape in programs.smaller(&best.0) {
                if tried == MOST_SMALLER {
                    break 'smaller;
                }
                if passed.contains(&shape) {
                    continue;
                }
                tried += 1;
                let run = self.run(check, &programs.case(&shape), oracle);
                let explored =
                    self.explore_program(driver, oracle, programs, (&run, Budget::SMALL))?;
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
                let judged = programs.judge(case, &history, ended(observation));
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
            drawing: Vec::new(),
            program: Some(programs.written(case)),
        })
    }
}

/// How an execution that came to an end, or to a halt, ended.
fn ended(observation: &Observation) -> Ended {
    Ended {
        stuck: matches!(observation.ending, Ending::Deadlock(_)),
        punctual: observation.punctual,
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
