//! Runs scenarios on the modelled library.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    panic::Location as Place,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use grader_schema::protocol::{
    Answer, Blocked, Ending, Location, Observation, Operation, Replayed, Run, Search, Step,
    StepResult,
};
use interleave::{
    Config, Executed, Op, Outcome, Schedule, Strategy,
    strategy::{Bounded, Follow, Portfolio},
};

use super::{Case, channel::Channel, take_randomness};
use crate::record;

/// Marks choices made while releases of mutexes were visible.
const VISIBLE_UNLOCKS: char = '~';

/// Explores executions and sends each history that was not seen before. Ends early
/// after an execution that did not complete: it is a failure in any case.
pub(super) fn explore(
    channel: &Channel,
    scenario: fn(&Case),
    run: &Run,
    search: Search,
    first: u64,
    count: u64,
) {
    // No hash set: it would ask for randomness on this thread.
    let mut seen = BTreeSet::new();
    let mut visible_unlocks = false;
    let mut complete = false;
    let mut executions = 0;
    let bounded = match search {
        Search::Bounded { preemptions } => Some(Bounded::new(preemptions)),
        Search::Portfolio { .. } => None,
    };
    for number in first..first.saturating_add(count) {
        let choice = match (&bounded, search) {
            (Some(bounded), _) => Chooser::Bounded(bounded),
            (None, Search::Portfolio { seed }) => Chooser::Portfolio(seed, number),
            (None, Search::Bounded { .. }) => unreachable!("a bounded search has its state"),
        };
        let (observation, _, tried_locks) =
            execute(scenario, run, &choice, visible_unlocks, false, number);
        executions += 1;
        visible_unlocks |= tried_locks;
        let completed = observation.ending == Ending::Completed;
        if seen.insert(digest(&observation)) {
            channel.reply(Answer::Seen(observation));
        }
        if !completed {
            break;
        }
        if bounded.as_ref().is_some_and(|bounded| !bounded.advance()) {
            complete = true;
            break;
        }
    }
    channel.reply(Answer::Explored {
        executions,
        complete,
    });
}

/// Runs one schedule again.
pub(super) fn replay(
    scenario: fn(&Case),
    run: &Run,
    choices: &str,
    exact: bool,
    traced: bool,
) -> Replayed {
    let visible_unlocks = choices.starts_with(VISIBLE_UNLOCKS);
    let schedule = Schedule::decode(choices.trim_start_matches(VISIBLE_UNLOCKS));
    let schedule = schedule.unwrap_or_default();
    let choice = Chooser::Follow(&schedule, exact);
    let (observation, executed, _) = execute(scenario, run, &choice, visible_unlocks, traced, 0);
    Replayed {
        observation,
        preemptions: executed.preemptions,
        switches: executed.switches,
        surprises: executed.surprises,
        steps: executed.steps as u32,
        output: executed.output,
        threads: executed.threads,
        trace: executed.trace.into_iter().map(step).collect(),
    }
}

/// Who chooses the schedule, in a form that can cross to another thread.
enum Chooser<'a> {
    Portfolio(u64, u64),
    Bounded(&'a Bounded),
    Follow(&'a Schedule, bool),
}

impl Chooser<'_> {
    fn strategy(&self) -> Box<dyn Strategy> {
        match *self {
            Self::Portfolio(seed, number) => Portfolio::new(seed).sampler(number),
            Self::Bounded(bounded) => bounded.strategy(),
            Self::Follow(schedule, true) => Box::new(Follow::exactly(schedule.clone())),
            Self::Follow(schedule, false) => Box::new(Follow::loosely(schedule.clone())),
        }
    }
}

/// Whether a hash map was ever made by the program under test.
static HASHES: AtomicBool = AtomicBool::new(false);

/// Runs one execution.
///
/// The keys of hash maps begin anew on each operating-system thread and count up from
/// there. A program that uses them gets a thread of its own for each execution, so
/// that its maps iterate in the same order in all of them; the others save the time.
fn execute(
    scenario: fn(&Case),
    run: &Run,
    choice: &Chooser<'_>,
    visible_unlocks: bool,
    traced: bool,
    number: u64,
) -> (Observation, Executed, bool) {
    let job = || execute_here(scenario, run, choice, visible_unlocks, traced, number);
    let result = if HASHES.load(Ordering::Relaxed) {
        thread::scope(|scope| scope.spawn(job).join()).expect("the engine does not panic")
    } else {
        take_randomness();
        job()
    };
    if take_randomness() {
        HASHES.store(true, Ordering::Relaxed);
    }
    result
}

fn execute_here(
    scenario: fn(&Case),
    run: &Run,
    choice: &Chooser<'_>,
    visible_unlocks: bool,
    traced: bool,
    number: u64,
) -> (Observation, Executed, bool) {
    let config = Config {
        max_steps: run.max_steps as usize,
        traced,
        ..Config::default()
    };
    let case = Case(run.case.clone());
    let (executed, tried_locks) =
        interleave::run(config, choice.strategy(), visible_unlocks, move || {
            scenario(&case);
        });
    let mut choices = executed.schedule.encode();
    if visible_unlocks {
        choices.insert(0, VISIBLE_UNLOCKS);
    }
    let observation = Observation {
        number,
        ending: ending(&executed.outcome),
        history: record::take(),
        choices,
    };
    (observation, executed, tried_locks)
}

fn digest(observation: &Observation) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{:?}", observation.ending).hash(&mut hasher);
    for event in &observation.history {
        (event.thread, event.kind, &event.name).hash(&mut hasher);
        event.value.hash(&mut hasher);
        event.clock.hash(&mut hasher);
    }
    hasher.finish()
}

fn ending(outcome: &Outcome) -> Ending {
    match outcome {
        Outcome::Completed => Ending::Completed,
        Outcome::Deadlock(threads) => Ending::Deadlock(threads.iter().map(blocked).collect()),
        Outcome::Panicked(panic) => Ending::Panicked {
            thread: panic.task,
            message: panic.message.clone(),
            location: panic.place.clone().map(|(file, line, column)| Location {
                file,
                line,
                column,
            }),
        },
        Outcome::NoProgress(threads) => Ending::NoProgress {
            threads: threads.iter().map(blocked).collect(),
        },
        Outcome::OutputLimit => Ending::OutputLimit,
        Outcome::Diverged { step } => Ending::Diverged { step: *step },
    }
}

fn blocked(blocked: &interleave::Blocked) -> Blocked {
    Blocked {
        thread: blocked.task,
        operation: operation(&blocked.op, blocked.number),
        location: location(blocked.op.location),
        holder: blocked.holder,
        held_since: blocked.held_since.map(location),
    }
}

fn operation(op: &Op, number: Option<u32>) -> Operation {
    Operation {
        kind: op.kind.name().to_owned(),
        object: number,
        other: op.kind.other(),
    }
}

fn location(place: &Place<'_>) -> Location {
    Location {
        file: place.file().to_owned(),
        line: place.line(),
        column: place.column(),
    }
}

fn step(step: interleave::Step) -> Step {
    Step {
        thread: step.task,
        operation: operation(&step.op, step.number),
        location: location(step.op.location),
        result: match step.result {
            interleave::StepResult::Done => StepResult::Done,
            interleave::StepResult::Value(value) => StepResult::Value(value),
            interleave::StepResult::Blocked(holder) => StepResult::Blocked(holder),
            interleave::StepResult::Notified(by) => StepResult::Notified(by),
            interleave::StepResult::TimedOut => StepResult::TimedOut,
            interleave::StepResult::Spurious => StepResult::Spurious,
        },
    }
}
