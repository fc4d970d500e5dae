//! All executions of a program, and what came of them.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use interleave::{
    Config, Executed, Granularity, Outcome, Strategy, run,
    strategy::{Dpor, Portfolio},
};
use kernel::Limits;

use crate::harness::memory;

/// What the first process says came of the program.
pub(crate) type Said = Rc<RefCell<String>>;

/// Says what came of the program.
pub(crate) fn say(said: &Said, what: &str) {
    what.clone_into(&mut said.borrow_mut());
}

/// One execution, and what came of it.
pub(crate) fn execute(
    program: fn(&Said),
    granularity: Granularity,
    strategy: &mut dyn Strategy,
) -> (String, Executed) {
    let said = Said::default();
    let saying = Rc::clone(&said);
    let config = Config {
        granularity,
        ..Config::default()
    };
    let memory = memory(program as usize as u64);
    let executed = run(config, strategy, move || {
        processes::stage(Limits::default(), memory).expect("shared memory");
        program(&saying);
    });
    let ended = match &executed.outcome {
        Outcome::Completed => String::new(),
        Outcome::Deadlock(blocked) => format!(" {} wait", blocked.len()),
        other => format!(" {other:?}"),
    };
    (format!("{}{ended}", said.borrow()), executed)
}

/// All outcomes by reduction, and how many executions that took.
pub(crate) fn search(program: fn(&Said)) -> (BTreeMap<String, u64>, u64) {
    let mut granularity = Granularity::Coarse;
    'anew: loop {
        let mut search = Dpor::new();
        let (mut outcomes, mut executions) = (BTreeMap::new(), 0);
        loop {
            let (outcome, executed) = execute(program, granularity, &mut search);
            if let Some(finer) = executed.finer {
                granularity = finer;
                continue 'anew;
            }
            if !search.was_pruned() {
                executions += 1;
                *outcomes.entry(outcome).or_default() += 1;
            }
            if !search.advance() {
                return (outcomes, executions);
            }
        }
    }
}

/// The only outcome of a program.
pub(crate) fn only(program: fn(&Said)) -> String {
    let (outcomes, _) = search(program);
    assert_eq!(outcomes.len(), 1, "{outcomes:#?}");
    outcomes.into_keys().next().expect("there is one")
}

/// What comes of the first samples of a seed.
pub(crate) fn sampled(program: fn(&Said), seed: u64, samples: u64) -> Vec<String> {
    let mut portfolio = Portfolio::new(seed);
    let outcomes = (0..samples).filter_map(|number| {
        let strategy = portfolio.strategy(number);
        let (outcome, executed) = execute(program, Granularity::Releases, strategy);
        // A search among the samplers gives up what would repeat what it has seen.
        portfolio.learn(number, &executed).then_some(outcome)
    });
    outcomes.collect()
}
