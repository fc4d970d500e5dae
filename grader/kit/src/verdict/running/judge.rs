//! Judges one check: explores, looks for a broken promise, and finds the shortest
//! interleaving that breaks it.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    path::Path,
    time::Duration,
};

use grader_schema::{
    Text,
    manifest::Engine,
    plan::{About, Asked, Plan, PlannedCheck},
    protocol::{Ending, Observation, Replayed, Run, Search, Use},
    report::{Evidence, Failure, FailureKind, Verdict},
};
use interleave::Schedule;
use serde_json::Value;

use super::{
    driver::{Driver, Silence},
    minimise::{Failing, minimise},
    token::Token,
};
use crate::{
    History, Oracle, choices,
    oracle::{Hope, Violation, is_expected},
    threads::ThreadNames,
    verdict::{
        VerdictError,
        explaining::{self, Names, sentences},
    },
};

/// Sizes of the first batches in which schedules are sampled: most wrong answers fail
/// in them, and then the rest need not be run.
const BATCHES: [u64; 2] = [64, 256];

/// How many times as many executions as are to be sampled a complete search may take
/// instead. It is about as fast, and says more.
const COMPLETE_SEARCH: u64 = 5;

/// Most preemptions that the search for a short failing schedule tries.
const MOST_PREEMPTIONS: u32 = 2;

/// Schedules that this search may run for each number of preemptions.
const BOUNDED_BUDGET: u64 = 1500;

/// Schedules that may be run to cut a failing one down.
const MINIMISE_BUDGET: usize = 400;

/// Steps that these may take together: an execution without an end is cut at its limit.
const MINIMISE_STEPS: u64 = 500_000;

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Broken {
    kind: FailureKind,
    /// Index of the property, for broken ones.
    property: Option<usize>,
    promise: Text,
    happened: Text,
}

impl Broken {
    fn same(&self, other: &Self) -> bool {
        (self.kind, self.property, &self.promise) == (other.kind, other.property, &other.promise)
    }
}

pub(crate) struct Judge<'a> {
    plan: &'a Plan,
    names: Names<'a>,
    /// What is known of the check, if that was asked for.
    about: Option<RefCell<About>>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            names: Names::new(&plan.source_root).with_sources(&plan.sources),
            about: plan.lists_asked.then(RefCell::default),
        }
    }

    /// What is known of the check after it was judged.
    pub(crate) fn about(self, oracle: &Oracle) -> Option<About> {
        let mut about = self.about?.into_inner();
        about.rests = oracle.needs().rest;
        about.sequential.clone_from(&oracle.sequential);
        Some(about)
    }

    /// The history of an execution, which listens if somebody wants to know what it is asked.
    fn history(&self, names: &Names<'_>, case: &Value, observation: &Observation) -> History {
        let history = History::new(case.clone(), observation.history.clone());
        let history = names.name_threads_of(history);
        let Some(about) = &self.about else {
            return history;
        };
        about.borrow_mut().recorded.extend(history.recorded());
        history.listening()
    }

    /// Takes note of what the property with this promise has asked a history for.
    fn note(&self, promise: &Text, history: &History) {
        let Some(about) = &self.about else { return };
        let asked = &mut about.borrow_mut().asked;
        for (record, found) in history.take_asked() {
            let question = |found| Asked {
                promise: promise.clone(),
                record: record.clone(),
                found,
            };
            if found {
                asked.remove(&question(false));
                asked.insert(question(true));
            } else if !asked.contains(&question(true)) {
                asked.insert(question(false));
            }
        }
    }

    /// The verdict on one check, or on the one schedule of it that `token` names; with it,
    /// how many executions there were until one failed.
    pub(crate) fn check(
        &self,
        check: &PlannedCheck,
        oracle: &Oracle,
        token: Option<&Token>,
    ) -> Result<(Verdict, Option<u64>), VerdictError> {
        let limit = Duration::from_millis(self.plan.time_limit_ms);
        // Each check has a driver of its own, so that none inherits another's wreck.
        let directory = Path::new(&self.plan.directory).join(&check.id);
        let started = Driver::start(&self.plan.driver, &directory, limit);
        let started =
            started.map_err(|error| VerdictError::Driver(self.plan.driver.clone(), error))?;
        let judged = started.and_then(|mut driver| {
            if !driver.scenarios.contains(&check.id) {
                return Err(Silence::Protocol);
            }
            let verdict = match token {
                Some(token) => (self.replay(&mut driver, check, oracle, token)?, None),
                None => self.explore(&mut driver, check, oracle)?,
            };
            driver.allow(limit);
            driver.end()?;
            Ok(verdict)
        });
        Ok(judged.unwrap_or_else(|silence| {
            let (kind, happened) =
                explaining::silence(&silence, &self.names, self.plan.time_limit_ms);
            let failure = Failure {
                kind,
                promise: sentences::promise(kind),
                happened,
                cause: None,
                next: sentences::next(kind, false),
                token: None,
                trace: None,
                output: String::new(),
            };
            (Verdict::Failed(Box::new(failure)), None)
        }))
    }

    fn explore(
        &self,
        driver: &mut Driver,
        check: &PlannedCheck,
        oracle: &Oracle,
    ) -> Result<(Verdict, Option<u64>), Silence> {
        let cases = (oracle.cases)(self.plan.seed);
        let (mut executions, mut histories) = (0, 0);
        let (mut interleavings, mut complete) = (0, true);
        let mut outside = None;
        for (index, case) in cases.iter().enumerate() {
            let run = run(check, case, oracle);
            let mut hopes = oracle.hopes(case);
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
                        let failure =
                            self.failure(driver, oracle, &run, index, check, observation, &broken)?;
                        return Ok((failure, Some(found)));
                    }
                    if is_expected(&observation.ending, run.needs.rest) {
                        self.fulfil(&mut hopes, case, observation);
                    }
                }
            }
            complete &= seen_all;
            histories += digests.len() as u64;
            if let Some((promise, missing)) = hopes.first() {
                let failure = never(promise, missing, executions);
                return Ok((Verdict::Failed(Box::new(failure)), Some(executions)));
            }
        }
        let evidence = match self.plan.engine {
            Engine::Model if complete && outside.is_none() => Evidence::AllInterleavings {
                executions: interleavings,
            },
            Engine::Model => Evidence::Sampled {
                executions,
                histories,
                outside,
            },
            Engine::Pure | Engine::Process => Evidence::Cases {
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
        if self.plan.engine != Engine::Model {
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

    /// The promise that an execution breaks, if it breaks one.
    fn broken(
        &self,
        names: &Names<'_>,
        oracle: &Oracle,
        case: &Value,
        observation: &Observation,
    ) -> Option<Broken> {
        let Some((kind, happened)) = unexpected(names, oracle, &observation.ending) else {
            return self.broken_property(names, oracle, case, observation);
        };
        let promise = match kind {
            FailureKind::Property => oracle.promise_of_rest(),
            FailureKind::Deadlock | FailureKind::Panic | FailureKind::NoProgress => {
                oracle.promise_of_end()
            }
            _ => None,
        };
        let promise = promise.cloned();
        Some(Broken {
            kind,
            property: None,
            promise: promise.unwrap_or_else(|| sentences::promise(kind)),
            happened,
        })
    }

    /// The promise that a replayed execution breaks, said with the names of its threads.
    fn shown(&self, oracle: &Oracle, case: &Value, replayed: &Replayed) -> Option<Broken> {
        let threads = ThreadNames::new(&replayed.threads);
        let names = self.names.with_threads(&threads);
        self.broken(&names, oracle, case, &replayed.observation)
    }

    /// The first property that an execution breaks, which ended as it was to.
    fn broken_property(
        &self,
        names: &Names<'_>,
        oracle: &Oracle,
        case: &Value,
        observation: &Observation,
    ) -> Option<Broken> {
        let history = self.history(names, case, observation);
        let is_of_answer = |used: &Use| names.is_of_answer(&used.location);
        oracle.in_order().into_iter().find_map(|(index, property)| {
            let judged = property.judge(&history, observation, is_of_answer);
            self.note(&property.promise, &history);
            let happened = match judged.err()? {
                Violation::Said(text) => text,
                Violation::Uses(used) => explaining::foreign(used, names),
                Violation::LeavesThreads => explaining::left(&observation.leaked, names)?,
            };
            Some(Broken {
                kind: FailureKind::Property,
                property: Some(index),
                promise: property.promise.clone(),
                happened,
            })
        })
    }

    /// Strikes out what `observation` shows to be possible.
    fn fulfil(&self, hopes: &mut Vec<(&Text, Hope<'_>)>, case: &Value, seen: &Observation) {
        if hopes.is_empty() {
            return;
        }
        let history = self.history(&self.names, case, seen);
        hopes.retain_mut(|(promise, hope)| {
            let fulfilled = hope.fulfil(&history);
            self.note(promise, &history);
            !fulfilled
        });
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
        case: usize,
        check: &PlannedCheck,
        observation: &Observation,
        broken: &Broken,
    ) -> Result<Verdict, Silence> {
        let model = self.plan.engine == Engine::Model;
        let mut choices = if model && broken.kind != FailureKind::NotStarted {
            self.shortest(driver, oracle, run, observation, broken)?
        } else {
            observation.choices.clone()
        };
        driver.allow(Duration::from_millis(self.plan.time_limit_ms));
        if !model {
            let broken = with_case(broken, &run.case);
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
            return Err(Silence::Protocol);
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
    ) -> Result<Verdict, Silence> {
        let cases = (oracle.cases)(token.seed);
        let case = cases.get(token.case).cloned().unwrap_or_default();
        let run = run(check, &case, oracle);
        let replayed = driver.replay(run, &token.choices, true, true)?;
        let Some(broken) = self.shown(oracle, &case, &replayed) else {
            let evidence = match self.plan.engine {
                Engine::Model => Evidence::Sampled {
                    executions: 1,
                    histories: 1,
                    outside: None,
                },
                Engine::Pure | Engine::Process => Evidence::Cases { cases: 1 },
            };
            return Ok(Verdict::Passed { evidence });
        };
        let broken = if self.plan.engine == Engine::Model {
            broken
        } else {
            with_case(&broken, &case)
        };
        let replayed = (self.plan.engine == Engine::Model).then_some(&replayed);
        let case = (token.seed, token.case);
        Ok(self.failed(check, case, &token.choices, &broken, replayed))
    }

    fn failed(
        &self,
        check: &PlannedCheck,
        case: (u64, usize),
        choices: &str,
        broken: &Broken,
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
        Verdict::Failed(Box::new(Failure {
            kind: broken.kind,
            promise: broken.promise.clone(),
            happened: broken.happened.clone(),
            cause: replayed.and_then(|replayed| explaining::cause(replayed, &names)),
            next: if diverged {
                sentences::diverged()
            } else {
                sentences::next(broken.kind, replayed.is_some())
            },
            token: started.then(|| token.to_string()),
            trace: trace.filter(|_| started),
            output: replayed.map_or_else(String::new, |replayed| replayed.output.clone()),
        }))
    }

    /// The choices of the shortest schedule found that fails like `observation`, or,
    /// if a simpler failure is found on the way, like that one.
    fn shortest(
        &self,
        driver: &mut Driver,
        oracle: &Oracle,
        run: &Run,
        observation: &Observation,
        broken: &Broken,
    ) -> Result<String, Silence> {
        let limit = Duration::from_millis(self.plan.time_limit_ms);
        let mut start = (observation.choices.clone(), broken.clone());
        'search: for preemptions in 0..=MOST_PREEMPTIONS {
            driver.allow(limit);
            let search = Search::Bounded { preemptions };
            let explored = driver.explore(run.clone(), search, 0, BOUNDED_BUDGET)?;
            for seen in explored.seen {
                if let Some(broken) = self.broken(&self.names, oracle, &run.case, &seen) {
                    start = (seen.choices, broken);
                    break 'search;
                }
            }
        }
        let (choices, broken) = start;
        let (whole, grain) = choices::read(&choices).unwrap_or_default();
        let encode = |schedule: &Schedule| choices::write(schedule, grain);
        let (mut silence, mut steps) = (None, 0);
        driver.allow(limit);
        let mut follow = |schedule: &Schedule| -> Option<Failing> {
            if silence.is_some() || steps > MINIMISE_STEPS {
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
                    silence = Some(error);
                    None
                }
            }
        };
        let Some(first) = follow(&whole) else {
            return silence.map_or(Ok(choices), Err);
        };
        let shortest = minimise(first, MINIMISE_BUDGET, &mut follow);
        let trimmed = trim(shortest, &mut follow);
        silence.map_or_else(|| Ok(encode(&trimmed)), Err)
    }
}

/// Says which input made the code panic: without schedules nothing else tells it.
fn with_case(broken: &Broken, case: &Value) -> Broken {
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

/// The failure that an ending is, unless it is how the scenario is to end.
fn unexpected(names: &Names<'_>, oracle: &Oracle, ending: &Ending) -> Option<(FailureKind, Text)> {
    if is_expected(ending, oracle.needs().rest) {
        return None;
    }
    if matches!(ending, Ending::Completed) {
        return Some((FailureKind::Property, sentences::no_rest()));
    }
    explaining::ending(ending, names)
}

fn run(check: &PlannedCheck, case: &Value, oracle: &Oracle) -> Run {
    Run {
        scenario: check.id.clone(),
        case: case.clone(),
        max_steps: check.max_steps,
        weak_memory: oracle.is_weak(),
        needs: oracle.needs(),
    }
}

fn failing(replayed: &Replayed) -> Failing {
    let (schedule, _) = choices::read(&replayed.observation.choices).unwrap_or_default();
    Failing {
        schedule,
        cost: (
            replayed.preemptions + replayed.surprises,
            replayed.switches,
            replayed.steps,
        ),
    }
}

/// The failure of a hope that no execution fulfilled.
fn never(promise: &Text, missing: &Hope<'_>, executions: u64) -> Failure {
    let never = missing.never();
    let happened = Text::new(
        format!("{} ({executions} schedules tried)", never.en),
        format!("{}（已尝试 {executions} 种调度）", never.zh),
    );
    Failure {
        kind: FailureKind::Property,
        promise: promise.clone(),
        happened,
        cause: None,
        next: sentences::never_happened(),
        token: None,
        trace: None,
        output: String::new(),
    }
}
