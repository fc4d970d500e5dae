//! What comes of a case on the modelled library.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use interleave::{
    Config, Executed, Granularity, Outcome,
    strategy::{Bounded, Dpor, Portfolio},
};

use crate::table::programs::{Case, Mode};

/// Steps of an execution that is not a part of a complete search. Cases have fewer by far,
/// unless they spin.
const SHORT: usize = 16_000;

/// How many executions samplers have where a search does not come to its end.
const SAMPLES: u64 = 2000;

/// All that was found.
#[derive(Debug, Default)]
pub(crate) struct Explored {
    /// The results, in the words of the table.
    pub(crate) results: BTreeSet<String>,
    /// How many executions showed them.
    pub(crate) executions: usize,
    /// Whether they are the results of all interleavings.
    pub(crate) complete: bool,
}

/// Explores a case: all interleavings if reduction comes to its end within so many `steps`,
/// else what it has seen by then and what samplers and a bounded search add.
pub(crate) fn explore(case: &Case, steps: usize) -> Explored {
    let mut explored = Explored::default();
    let mut config = config(case.mode);
    while let Some(finer) = explored.reduce(case, &config, steps) {
        explored = Explored::default();
        config.granularity = finer;
    }
    if !explored.complete {
        // Samplers find more where steps are fine, and spinning must come to an end soon.
        config.granularity = config.granularity.and(Granularity::default());
        config.max_steps = SHORT;
        explored.sample(case, &config, steps / 2);
        explored.bound(case, &config, steps / 4);
    }
    explored
}

/// What is asked of the engine.
fn config(mode: Mode) -> Config {
    let max_spurious = match mode {
        Mode::NoSpurious => 0,
        Mode::Sc | Mode::Weak => Config::default().max_spurious,
    };
    Config {
        max_spurious,
        weak_memory: mode == Mode::Weak,
        granularity: Granularity::Coarse,
        ..Config::default()
    }
}

impl Explored {
    /// Partial-order reduction. Says which granularity the program needs if it is a finer one.
    fn reduce(&mut self, case: &Case, config: &Config, steps: usize) -> Option<Granularity> {
        let mut search = Dpor::new();
        let (mut taken, mut opaque) = (0, false);
        while taken < steps {
            let (result, executed) = execute(case, |body| {
                interleave::run(config.clone(), &mut search, body)
            });
            if executed.finer.is_some() {
                return executed.finer;
            }
            taken += executed.steps;
            opaque |= executed.opaque;
            if search.exceeds_thread_limit() || astray(&executed.outcome) && !search.was_pruned() {
                return None;
            }
            if !search.was_pruned() {
                self.add(result);
            }
            if !search.advance() {
                self.complete = !opaque;
                return None;
            }
        }
        None
    }

    /// Samplers. They are fair, so that what makes no progress with them never does.
    fn sample(&mut self, case: &Case, config: &Config, steps: usize) {
        let mut config = config.clone();
        let mut portfolio = Portfolio::new(7);
        let mut taken = 0;
        for number in 0..SAMPLES {
            if taken > steps {
                break;
            }
            let (result, executed) = execute(case, |body| {
                interleave::run(config.clone(), portfolio.strategy(number), body)
            });
            taken += executed.steps;
            config.granularity = executed.finer.unwrap_or(config.granularity);
            if portfolio.learn(number, &executed) {
                self.add(result);
            }
        }
    }

    /// Schedules with few preemptions, as many as so many `steps` allow.
    fn bound(&mut self, case: &Case, config: &Config, steps: usize) {
        let mut search = Bounded::new(2);
        let mut taken = 0;
        while taken < steps {
            let (result, executed) = execute(case, |body| {
                interleave::run(config.clone(), &mut search, body)
            });
            taken += executed.steps;
            if !astray(&executed.outcome) {
                self.add(result);
            }
            if !search.advance() {
                break;
            }
        }
    }

    fn add(&mut self, result: String) {
        self.executions += 1;
        self.results.insert(result);
    }
}

/// Whether the end says something about the search, and nothing about the program: who is
/// not fair may never come to an end.
fn astray(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NoProgress(_) | Outcome::Diverged { .. })
}

/// One execution, and what came of it in the words of the table.
fn execute(case: &Case, run: impl FnOnce(Box<dyn FnOnce()>) -> Executed) -> (String, Executed) {
    let value = Rc::new(Cell::new(None));
    let (slot, body) = (Rc::clone(&value), case.run);
    let executed = run(Box::new(move || slot.set(Some(body()))));
    let result = match &executed.outcome {
        Outcome::Completed => value.take().unwrap_or_else(|| "no result".to_owned()),
        Outcome::Deadlock(_) => "deadlock".to_owned(),
        Outcome::DataRace(..) => "data race".to_owned(),
        Outcome::Panicked(panic) => format!("panic: {}", panic.message),
        Outcome::NoProgress(_) => "no progress".to_owned(),
        other => format!("{other:?}"),
    };
    (result, executed)
}
