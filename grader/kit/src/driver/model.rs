//! Runs scenarios on the modelled library.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use grader_schema::{
    RunMode,
    protocol::{
        Answer, Causality, Ending, Event, Needs, Observation, Observes, Outside, Replayed, Run,
        Search,
    },
    system_choices::SystemChoices,
};
use interleave::{
    Config, Executed, Granularity, OtherAddresses, Outcome, Strategy,
    strategy::{Bounded, Dpor, Follow, Portfolio},
};
use kernel::Limits;
use processes::Memory;

use super::{
    Case, addresses,
    channel::Channel,
    manner::Manner,
    memory,
    places::Places,
    repeated::{self, Repeated},
    take_randomness,
    translate::{ending, leaked, left_behind, outside, panicked, step, used},
};
use crate::{choices, record};

/// Steps that the executions of a bounded search may take on average.
const LENGTH: u64 = 200;

/// Steps that the executions of any search may take together. Few programs are so long, and
/// of those fewer executions must do.
const MOST_STEPS: u64 = 6_000_000;

/// The same if executions are longer than usual, so that a step takes longer, too: what each
/// thread has done is kept.
const MOST_LONG_STEPS: u64 = 1_500_000;

/// A scenario and its input.
pub(super) struct ScenarioRun<'a> {
    scenario: fn(&Case),
    run: &'a Run,
    /// The input, which all executions share.
    case: Arc<Case>,
    /// Whether there is a kernel, of which the scenario is the first process.
    has_kernel: bool,
    /// Of what program and input it is what processes do.
    memory: Memory,
}

impl<'a> ScenarioRun<'a> {
    pub(super) fn new(scenario: fn(&Case), run: &'a Run, mode: RunMode) -> Self {
        Self {
            scenario,
            run,
            case: Arc::new(Case::new(run.case.clone())),
            has_kernel: mode.traits().has_kernel,
            memory: memory::of(run),
        }
    }

    /// What was asked for.
    pub(super) fn run(&self) -> &'a Run {
        self.run
    }
}

/// Explores executions and sends each history that was not seen before. Ends early
/// after an execution that did not complete: it is a failure in any case.
pub(super) fn explore(
    channel: &Channel,
    work: &ScenarioRun<'_>,
    search: Search,
    first: u64,
    count: u64,
) {
    processes::forget();
    // No hash set: it would ask for randomness on this thread.
    let mut seen = BTreeSet::new();
    let mut complete = false;
    let mut outside = None;
    let mut repeated = Vec::new();
    let mut executions = 0;
    let mut shortest = usize::MAX;
    let mut steps = 0;
    let mut chooser = Chooser::new(search);
    let mut manner = Manner::new(chooser.granularity());
    if first > 0 && matches!(chooser, Chooser::Portfolio(_)) {
        // What was learned from these in an earlier call, it learns again.
        for number in 0..Portfolio::LEARNING {
            let (_, executed) = execute_to_the_end(work, &mut chooser, &mut manner, number);
            manner.refine(&executed);
            chooser.learn(number, &executed);
        }
    }
    let mut number = first;
    while number < first.saturating_add(count) {
        let (mut observation, executed) =
            execute_to_the_end(work, &mut chooser, &mut manner, number);
        let is_new = chooser.learn(number, &executed);
        number += 1;
        steps += executed.steps as u64;
        outside = outside.or(executed.outside.map(self::outside));
        let bounded = matches!(chooser, Chooser::Bounded(_));
        if bounded && steps > count.saturating_mul(LENGTH) {
            // A loop that waits for others makes executions so long that few must do.
            break;
        }
        manner.refine(&executed);
        if executed.finer.is_some() && !matches!(chooser, Chooser::Portfolio(_)) {
            // The steps were too large to tell all interleavings apart: begin anew.
            chooser = Chooser::new(search);
            executions = 0;
            continue;
        }
        if executed.is_provisional() {
            continue;
        }
        if let Chooser::Reduced(search) = &mut chooser {
            let endless = matches!(executed.outcome, Outcome::NoProgress(_))
                || goes_round(executed.steps, shortest);
            if !search.was_pruned() {
                shortest = shortest.min(executed.steps);
            }
            if endless || executed.opaque || search.exceeds_thread_limit() {
                // Nothing is wrong, but this search cannot see the whole.
                break;
            }
            if is_hopeless(search.progress(), number - first, count) {
                break;
            }
            if search.was_pruned() {
                complete = !search.advance();
                if complete {
                    break;
                }
                continue;
            }
        }
        if !is_new {
            continue;
        }
        if matches!(executed.outcome, Outcome::Diverged { .. }) {
            // The program does not repeat itself, so no search can go on.
            break;
        }
        executions += 1;
        if repeated.len() < repeated::COUNT {
            repeated.push(Repeated::new(&observation, &executed));
        }
        let ended = match observation.ending {
            Ending::Completed => true,
            Ending::Deadlock(_) => work.run.needs.rest,
            _ => false,
        };
        if seen.insert(digest(&observation)) {
            // Most executions show what was seen before, so their choices are not written down.
            observation.choices = choices::write(&executed.schedule, executed.granularity);
            channel.reply(Answer::Seen(observation));
        }
        if !ended {
            break;
        }
        let most = if manner.has_room() {
            MOST_LONG_STEPS
        } else {
            MOST_STEPS
        };
        if steps > most {
            break;
        }
        complete = match &mut chooser {
            Chooser::Bounded(search) => !search.advance(),
            Chooser::Reduced(search) => !search.advance(),
            Chooser::Portfolio(_) | Chooser::Follow(_) | Chooser::Elsewhere(_) => false,
        };
        if complete {
            break;
        }
    }
    if outside.is_none() && repeated.iter().any(|first| !first.repeats(work)) {
        outside = Some(Outside::Addresses);
    }
    channel.reply(Answer::Explored {
        executions,
        complete,
        outside,
    });
}

/// Whether an execution of `steps` steps goes round in a loop that waits for others, when
/// another one took `shortest`. There is no end to how often it can, and so none to a
/// search of all interleavings.
fn goes_round(steps: usize, shortest: usize) -> bool {
    steps > shortest.saturating_mul(3).saturating_add(100)
}

/// Whether a search that is to take `budget` executions and has taken `taken` is so far
/// from its end that it will not come there.
fn is_hopeless(progress: f64, taken: u64, budget: u64) -> bool {
    let checked = [(16, 0.02), (4, 0.12), (2, 0.35)];
    checked
        .iter()
        .any(|&(part, least)| taken == budget / part && progress < least)
}

/// Runs one schedule again.
pub(super) fn replay(work: &ScenarioRun<'_>, choices: &str, exact: bool, traced: bool) -> Replayed {
    let (schedule, granularity) = choices::read(choices).unwrap_or_default();
    let mut manner = Manner::of(&schedule, granularity, work.run);
    let follow = |manner| {
        let follow = if exact {
            Follow::exactly
        } else {
            Follow::loosely
        };
        let mut chooser = Chooser::Follow(follow(schedule.clone()));
        execute(work, &mut chooser, manner, 0)
    };
    if IS_LONG.load(Ordering::Relaxed) {
        manner = manner.with_room();
    }
    manner.traced = traced;
    let (mut observation, executed) = follow(manner);
    observation.choices = choices::write(&executed.schedule, executed.granularity);
    let mut places = Places::new(&work.run.source_root);
    let trace = executed.trace.into_iter();
    let mut trace: Vec<_> = trace.map(|told| step(told, &mut places)).collect();
    addresses::number(&mut trace);
    Replayed {
        observation,
        preemptions: executed.preemptions,
        switches: executed.switches,
        unforced: executed.unforced,
        steps: executed.steps as u32,
        output: executed.output,
        threads: names(executed.threads, executed.names),
        trace,
    }
}

/// The threads, with the names that the program gave them.
fn names(threads: usize, given: Vec<(usize, String)>) -> Vec<Option<String>> {
    let mut names = vec![None; threads];
    for (index, name) in given {
        names[index] = Some(name);
    }
    names
}

/// Who chooses the schedules.
pub(super) enum Chooser {
    Portfolio(Portfolio),
    Bounded(Bounded),
    Reduced(Box<Dpor>),
    Follow(Follow),
    /// The same with the values of the program at other addresses.
    Elsewhere(Follow),
}

impl Chooser {
    fn new(search: Search) -> Self {
        match search {
            Search::Portfolio { seed } => Self::Portfolio(Portfolio::new(seed)),
            Search::Bounded { preemptions } => Self::Bounded(Bounded::new(preemptions)),
            Search::Reduced => Self::Reduced(Box::default()),
        }
    }

    /// How fine the steps are at first.
    fn granularity(&self) -> Granularity {
        match self {
            Self::Portfolio(_) | Self::Follow(_) | Self::Elsewhere(_) => Granularity::default(),
            Self::Bounded(_) | Self::Reduced(_) => Granularity::Coarse,
        }
    }

    /// Takes in what came of execution `number`; whether the portfolio has not seen it before.
    fn learn(&mut self, number: u64, executed: &Executed) -> bool {
        match self {
            Self::Portfolio(portfolio) => portfolio.learn(number, executed),
            Self::Bounded(_) | Self::Reduced(_) | Self::Follow(_) | Self::Elsewhere(_) => true,
        }
    }
}

/// Whether the program under test has executions that end, but are longer than usual.
static IS_LONG: AtomicBool = AtomicBool::new(false);

/// Runs one execution. If it is cut off though it makes progress, it is run once more with more
/// room; if it ends then, those that follow have as much. If not, the one that was cut off is
/// shown, for it is shorter and no less endless.
fn execute_to_the_end(
    work: &ScenarioRun<'_>,
    chooser: &mut Chooser,
    manner: &mut Manner,
    number: u64,
) -> (Observation, Executed) {
    let shown = execute(work, chooser, *manner, number);
    if !shown.1.cut_off || manner.has_room() {
        return shown;
    }
    let longer = manner.with_room();
    let again = execute(work, chooser, longer, number);
    if again.1.cut_off {
        return shown;
    }
    IS_LONG.store(true, Ordering::Relaxed);
    *manner = longer;
    again
}

/// Whether a hash map was ever made by the program under test.
static HASHES: AtomicBool = AtomicBool::new(false);

/// Runs one execution. The choices of what was observed are left out.
///
/// The keys of hash maps begin anew on each operating-system thread and count up from
/// there. A program that uses them gets a thread of its own for each execution, so
/// that its maps iterate in the same order in all of them; the others save the time.
pub(super) fn execute(
    work: &ScenarioRun<'_>,
    chooser: &mut Chooser,
    manner: Manner,
    number: u64,
) -> (Observation, Executed) {
    let mut job = || execute_here(work, chooser, manner, number);
    let result = if HASHES.load(Ordering::Relaxed) {
        thread::scope(|scope| scope.spawn(&mut job).join()).expect("the engine does not panic")
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
    work: &ScenarioRun<'_>,
    chooser: &mut Chooser,
    manner: Manner,
    number: u64,
) -> (Observation, Executed) {
    let run = work.run;
    let config = Config {
        max_steps: run.max_steps as usize,
        longest: manner.longest(run),
        traced: manner.traced,
        granularity: manner.granularity,
        weak_memory: run.weak_memory,
        system: interleave::SystemChoices {
            short_transfers: run.system.short_transfers,
            interrupted_calls: run.system.interrupted_calls,
            connection_resets: run.system.connection_resets,
            reaping_order: run.system.reaping_order,
        },
        lists_uses: run.needs.uses,
        observes: match run.needs.observes {
            Observes::Results => interleave::Observes::Results,
            Observes::Intervals => interleave::Observes::Intervals,
            Observes::Order => interleave::Observes::Order,
        },
        ..Config::default()
    };
    let elsewhere = matches!(chooser, Chooser::Elsewhere(_));
    let _others_are_taken = elsewhere.then(OtherAddresses::new);
    let (scenario, case, has_kernel) = (work.scenario, Arc::clone(&work.case), work.has_kernel);
    // What a process did with its values at other addresses is what it did there. And an execution on
    // a thread of its own would have nothing to remember.
    let forgets = elsewhere || HASHES.load(Ordering::Relaxed);
    let memory = if forgets { Memory::Unused } else { work.memory };
    let strategy: &mut dyn Strategy = match chooser {
        Chooser::Portfolio(portfolio) => portfolio.strategy(number),
        Chooser::Bounded(bounded) => bounded,
        Chooser::Reduced(search) => &mut **search,
        Chooser::Follow(follow) | Chooser::Elsewhere(follow) => follow,
    };
    let limits = limits(run.system);
    let executed = interleave::run(config, strategy, move || {
        if has_kernel {
            processes::stage(limits, memory).expect("there is memory to share with processes");
            // Each execution can be on another thread of the system.
            processes::listen(record::hear);
        }
        scenario(&case);
        // As at the end of each program.
        interleave::flush_output();
    });
    let observation = Observation {
        number,
        ending: match &executed.unhandled {
            // The program goes on without that thread, but not as it was meant to.
            Some(panic) => panicked(panic),
            None => ending(&executed.outcome, &mut Places::new(&run.source_root)),
        },
        history: history(run.needs),
        punctual: executed.unforced == 0,
        time: executed.time,
        choices: String::new(),
        uses: executed.uses.iter().map(used).collect(),
        leaked: if run.needs.leaked {
            executed.leaked.iter().map(leaked).collect()
        } else {
            Vec::new()
        },
        left: left_behind(&executed.left, run.needs.left),
    };
    (observation, executed)
}

/// How much a kernel has of what the check may ask for less of.
fn limits(asked: SystemChoices) -> Limits {
    let usual = Limits::default();
    let descriptors = asked
        .descriptors
        .map_or(usual.descriptors, |most| most as usize);
    Limits {
        descriptors: descriptors.min(usual.descriptors),
        ..usual
    }
}

/// What was recorded, without what no property asks for: it would make histories differ that are
/// judged alike.
fn history(needs: Needs) -> Vec<Event> {
    let mut history = record::take();
    if needs.causality == Causality::Ignored {
        for event in &mut history {
            event.clock = Vec::new();
        }
    }
    history
}

pub(super) fn digest(observation: &Observation) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{:?}", observation.ending).hash(&mut hasher);
    observation.punctual.hash(&mut hasher);
    observation.leaked.hash(&mut hasher);
    observation.left.hash(&mut hasher);
    observation.uses.hash(&mut hasher);
    // With its times: promises are about them as well, and the same values can come too early.
    observation.history.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use grader_schema::protocol::{Event, EventKind};
    use serde_json::json;

    use super::*;

    fn observed(change: fn(&mut Event)) -> u64 {
        let mut event = Event {
            thread: 1,
            kind: EventKind::Return,
            name: "result".to_owned(),
            value: json!(7),
            clock: vec![1, 2],
            time: 5,
        };
        change(&mut event);
        digest(&Observation {
            number: 0,
            ending: Ending::Completed,
            history: vec![event],
            choices: String::new(),
            uses: Vec::new(),
            punctual: true,
            time: 0,
            leaked: Vec::new(),
            left: Box::default(),
        })
    }

    #[test]
    fn whatever_a_promise_can_be_about_makes_a_history_a_new_one() {
        let all: BTreeSet<u64> = [
            observed(|_| ()),
            observed(|event| event.thread = 2),
            observed(|event| event.kind = EventKind::Mark),
            observed(|event| event.name = "other".to_owned()),
            observed(|event| event.value = json!(8)),
            observed(|event| event.clock = vec![2, 2]),
            observed(|event| event.time = 6),
        ]
        .into();
        assert_eq!(all.len(), 7);
    }
}
