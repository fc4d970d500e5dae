//! Judges one check: explores, looks for a broken promise, and finds the shortest
//! interleaving that breaks it.

mod broken_promise;
mod programs;
mod shortest;

use std::{
    cell::RefCell,
    collections::BTreeSet,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    time::Duration,
};

use grader_schema::{
    Text,
    plan::{About, Plan, PlannedCheck},
    protocol::{Ending, Observation, Replayed, Run, Search},
    report::{Evidence, Failure, FailureKind, Verdict},
    run_mode::Drive,
};
use serde_json::Value;

use super::{
    driver::{Driver, DriverFailure},
    token::{CaseName, Token},
};
use crate::{
    Oracle,
    oracle::{Pending, is_expected},
    threads::ThreadNames,
    verdict::{
        VerdictError,
        explaining::{
            self, Names,
            sentences::{self, Lanes},
        },
    },
};
use broken_promise::BrokenPromise;

/// Sizes of the first batches in which schedules are sampled: most wrong answers fail
/// in them, and then the rest need not be run.
const BATCHES: [u64; 2] = [64, 256];

/// How many times as many executions as are to be sampled a complete search may take
/// instead. It is about as fast, and says more.
const COMPLETE_SEARCH: u64 = 5;

/// Makes an oracle: it stays with the thread that made it.
type Make<'a> = &'a (dyn Fn() -> Oracle + Sync);

pub(crate) struct Checker<'a> {
    plan: &'a Plan,
    names: Names<'a>,
    /// What is known of the check, if that was asked for.
    about: Option<RefCell<About>>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            names: Names::new(&plan.source_root).with_sources(&plan.sources),
            about: plan.describes_checks.then(RefCell::default),
        }
    }

    /// What is known of the check after it was judged.
    pub(crate) fn about(self, oracle: &Oracle) -> Option<About> {
        let mut about = self.about?.into_inner();
        about.rests = oracle.needs().rest;
        about.sequential.clone_from(&oracle.sequential);
        Some(about)
    }

    /// The verdict on one check, or on the one schedule of it that `token` names; with it,
    /// how many executions there were until one failed. `make` makes the oracle once more for
    /// another thread.
    pub(crate) fn check(
        &self,
        check: &PlannedCheck,
        (oracle, make): (&Oracle, Make<'_>),
        token: Option<&Token>,
    ) -> Result<(Verdict, Option<u64>), VerdictError> {
        let limit = Duration::from_millis(self.plan.time_limit_ms);
        // Each check has a driver of its own, so that none inherits another's wreck.
        let started =
            Driver::start(&self.plan.driver, &check.id, limit).map_err(VerdictError::Driver)?;
        let judged = started.and_then(|mut driver| {
            if !driver.scenarios.contains(&check.id) {
                return Err(DriverFailure::Protocol);
            }
            let verdict = match token {
                Some(token) => (self.replay(&mut driver, check, oracle, token)?, None),
                None => match oracle.generated() {
                    Some((_, _, programs)) => {
                        self.explore_programs(&mut driver, check, (oracle, make), programs)?
                    }
                    None => self.explore(&mut driver, check, oracle)?,
                },
            };
            driver.allow(limit);
            driver.end()?;
            Ok(verdict)
        });
        Ok(judged.unwrap_or_else(|failure| {
            let (kind, happened) =
                explaining::driver_failure(&failure, &self.names, self.plan.time_limit_ms);
            let failure = Failure {
                kind,
                promise: sentences::promise(kind),
                happened,
                drawing: Vec::new(),
                program: None,
                test: None,
                cause: None,
                next: sentences::next(kind, Lanes::Nothing),
                token: None,
                trace: None,
                output: String::new(),
            };
            (Verdict::Failed(Box::new(failure)), None)
        }))
    }

    /// What a driver is asked to run.
    fn run(&self, check: &PlannedCheck, case: &Value, oracle: &Oracle) -> Run {
        Run {
            scenario: check.id.clone(),
            case: case.clone(),
            source_root: self.plan.source_root.clone(),
            max_steps: check.max_steps,
            weak_memory: oracle.is_weak(),
            system: oracle.system,
            needs: oracle.needs(),
        }
    }

    fn explore(
        &self,
        driver: &mut Driver,
        check: &PlannedCheck,
        oracle: &Oracle,
    ) -> Result<(Verdict, Option<u64>), DriverFailure> {
        let cases = (oracle.cases)(self.plan.seed);
        let (mut executions, mut histories) = (0, 0);
        let (mut interleavings, mut complete) = (0, true);
        let mut outside = None;
        for (index, case) in cases.iter().enumerate() {
            let run = self.run(check, case, oracle);
            let mut all_pending = oracle.all_pending(case);
            let mut digests = BTreeSet::new();
            let mut seen_all = false;
            for (search, first, count) in self.batches(check) {
                if seen_all {
                    break;
                }
                driver.allow(Duration::from_millis(self.plan.time_limit_ms));
                let explored = driver.explore(run.clone(), search, first, count)?;
                let before = executions;
                executions += explored.executions;
                outside = outside.or(explored.outside);
                if search == Search::Reduced {
                    seen_all = explored.complete;
                    interleavings += explored.executions;
                }
                for observation in &explored.seen {
                    digests.insert(
                        BuildHasherDefault::<DefaultHasher>::default()
                            .hash_one(&observation.history),
                    );
                    if let Some(broken) = self.broken(&self.names, oracle, case, observation) {
                        let found = before + (observation.number - first) + 1;
                        let failure = self.failure(
                            driver,
                            oracle,
                            &run,
                            CaseName::Number(index),
                            check,
                            observation,
                            &broken,
                        )?;
                        return Ok((failure, Some(found)));
                    }
                    if is_expected(&observation.ending, run.needs.rest) {
                        self.fulfil(&mut all_pending, case, observation);
                    }
                }
            }
            complete &= seen_all;
            histories += digests.len() as u64;
            if let Some((promise, missing)) = all_pending.first() {
                let failure = self.never(promise, missing, executions);
                return Ok((Verdict::Failed(Box::new(failure)), Some(executions)));
            }
        }
        let evidence = match self.plan.mode.traits().drive {
            Drive::Schedules if complete && outside.is_none() => Evidence::AllInterleavings {
                executions: interleavings,
            },
            Drive::Schedules => Evidence::Sampled {
                executions,
                histories,
                outside,
            },
            Drive::Cases => Evidence::Cases {
                cases: cases.len() as u64,
            },
        };
        Ok((Verdict::Passed { evidence }, None))
    }

    /// What is searched for each case, one after the other until all has been seen:
    /// kind of search, number of the first execution, and how many.
    ///
    /// Samplers come first, because a reduced search gets lost in the corners of a
    /// wide program, then the search that can be complete, then samplers for the rest.
    fn batches(&self, check: &PlannedCheck) -> Vec<(Search, u64, u64)> {
        let sample = Search::Portfolio {
            seed: self.plan.seed,
        };
        if !self.plan.mode.explores_schedules() {
            return vec![(sample, 0, 1)];
        }
        let total = u64::from(check.executions.max(1));
        let mut batches = Vec::new();
        let mut first = 0;
        for size in BATCHES {
            let count = size.min(total - first);
            batches.push((sample, first, count));
            first += count;
        }
        if !check.searched {
            batches.push((Search::Reduced, 0, total * COMPLETE_SEARCH));
        }
        batches.push((sample, first, total - first));
        batches.retain(|&(_, _, count)| count > 0);
        batches
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a failing execution and everything it came from"
    )]
    fn failure(
        &self,
        driver: &mut Driver,
        oracle: &Oracle,
        run: &Run,
        case: CaseName,
        check: &PlannedCheck,
        observation: &Observation,
        broken: &BrokenPromise,
    ) -> Result<Verdict, DriverFailure> {
        let model = self.plan.mode.explores_schedules();
        let mut choices = if model && broken.kind != FailureKind::NotStarted {
            self.shortest(driver, oracle, run, observation, broken)?
        } else {
            observation.choices.clone()
        };
        driver.allow(Duration::from_millis(self.plan.time_limit_ms));
        if !model {
            let broken = self.drawn(oracle, &run.case, observation, broken.clone());
            let broken = with_case(&broken, &run.case);
            return Ok(self.failed(check, (self.plan.seed, case), "", &broken, None));
        }
        let mut replayed = driver.replay(run.clone(), &choices, true, true)?;
        // The schedule that is shown speaks for itself.
        let mut shown = self.shown(oracle, &run.case, &replayed);
        if shown.is_none() && choices != observation.choices {
            // A search gives an execution up earlier than a replay does, so it may end after all.
            choices.clone_from(&observation.choices);
            replayed = driver.replay(run.clone(), &choices, true, true)?;
            shown = self.shown(oracle, &run.case, &replayed);
        }
        let Some(shown) = shown else {
            return Err(DriverFailure::Protocol);
        };
        let case = (self.plan.seed, case);
        Ok(self.failed(check, case, &choices, &shown, Some(&replayed)))
    }

    fn replay(
        &self,
        driver: &mut Driver,
        check: &PlannedCheck,
        oracle: &Oracle,
        token: &Token,
    ) -> Result<Verdict, DriverFailure> {
        let cases = (oracle.cases)(token.seed);
        let case = match (&token.case, oracle.generated()) {
            (CaseName::Program(shape), Some((_, _, programs))) if programs.has(shape) => {
                programs.case(shape)
            }
            (CaseName::Number(number), _) => cases.get(*number).cloned().unwrap_or_default(),
            (CaseName::Program(_), _) => Value::Null,
        };
        let run = self.run(check, &case, oracle);
        let replayed = driver.replay(run, &token.choices, true, true)?;
        let Some(broken) = self.shown(oracle, &case, &replayed) else {
            let evidence = match self.plan.mode.traits().drive {
                Drive::Schedules => Evidence::Sampled {
                    executions: 1,
                    histories: 1,
                    outside: None,
                },
                Drive::Cases => Evidence::Cases { cases: 1 },
            };
            return Ok(Verdict::Passed { evidence });
        };
        let broken = if self.plan.mode.explores_schedules() {
            broken
        } else {
            with_case(&broken, &case)
        };
        let replayed = self.plan.mode.explores_schedules().then_some(&replayed);
        let case = (token.seed, token.case.clone());
        Ok(self.failed(check, case, &token.choices, &broken, replayed))
    }

    /// Who is in an interleaving.
    fn lanes(&self, replayed: Option<&Replayed>) -> Lanes {
        match replayed.map(|replayed| replayed.threads.len()) {
            None => Lanes::Nothing,
            Some(0 | 1) => Lanes::OneThread,
            Some(_) if self.plan.mode.traits().has_kernel => Lanes::Processes,
            Some(_) => Lanes::Threads,
        }
    }

    fn failed(
        &self,
        check: &PlannedCheck,
        case: (u64, CaseName),
        choices: &str,
        broken: &BrokenPromise,
        replayed: Option<&Replayed>,
    ) -> Verdict {
        let token = Token::new(&check.id, case, &self.plan.source_digest, choices);
        let started = broken.kind != FailureKind::NotStarted;
        let diverged = replayed
            .is_some_and(|replayed| matches!(replayed.observation.ending, Ending::Diverged { .. }));
        let threads = replayed.map_or_else(ThreadNames::default, |replayed| {
            ThreadNames::new(&replayed.threads)
        });
        let names = self.names.with_threads(&threads);
        let trace = replayed.map(|replayed| explaining::trace(replayed, &names));
        let written = broken.program.as_ref();
        Verdict::Failed(Box::new(Failure {
            kind: broken.kind,
            promise: broken.promise.clone(),
            happened: broken.happened.clone(),
            drawing: broken.drawing.clone(),
            program: written.map(|program| program.main.clone()),
            test: written.map(|program| program.test.clone()),
            cause: replayed.and_then(|replayed| explaining::cause(replayed, &names)),
            next: if diverged {
                sentences::diverged()
            } else {
                sentences::next(broken.kind, self.lanes(replayed))
            },
            token: started.then(|| token.to_string()),
            trace: trace.filter(|_| started),
            output: replayed.map_or_else(String::new, |replayed| replayed.output.clone()),
        }))
    }

    /// The failure of what no execution has shown.
    fn never(&self, promise: &Text, missing: &Pending<'_>, executions: u64) -> Failure {
        let never = missing.never();
        let happened = Text::new(
            format!("{} ({executions} schedules tried)", never.en),
            format!("{}（已尝试 {executions} 种调度）", never.zh),
        );
        Failure {
            kind: FailureKind::Property,
            promise: promise.clone(),
            happened,
            drawing: Vec::new(),
            program: None,
            test: None,
            cause: None,
            next: sentences::never_happened(self.plan.mode.traits().has_kernel),
            token: None,
            trace: None,
            output: String::new(),
        }
    }
}

/// Says which input made the code panic: without schedules nothing else tells it.
fn with_case(broken: &BrokenPromise, case: &Value) -> BrokenPromise {
    /// Longer inputs are cut, in characters.
    const SHOWN: usize = 400;
    let mut broken = broken.clone();
    if broken.kind == FailureKind::Panic && !case.is_null() {
        let whole = case.to_string();
        let mut shown: String = whole.chars().take(SHOWN).collect();
        if shown.len() < whole.len() {
            shown.push('…');
        }
        broken.happened.en = format!("{}. Input: {shown}", broken.happened.en);
        broken.happened.zh = format!("{}。输入：{shown}", broken.happened.zh);
    }
    broken
}
