//! All results of a random program, by either search.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use interleave::{
    Config, Granularity, OpKind, Outcome, Strategy,
    objects::{once, thread::Operation},
    strategy::{Bounded, Dpor},
};

use crate::random::{Plain, interpret, program::Ready};

/// What all executions of a program end with, in words.
pub(crate) type Results = BTreeSet<String>;

/// Results of the reduced search, and what it took.
#[derive(Debug, Default)]
pub(crate) struct Reduced {
    pub(crate) results: Results,
    pub(crate) executions: usize,
    /// How many of them were given up.
    pub(crate) pruned: usize,
    /// Whether some did what footprints do not tell, so that nothing is claimed.
    pub(crate) opaque: bool,
}

/// How one execution ended.
struct Ended {
    said: String,
    finer: Option<Granularity>,
    opaque: bool,
}

/// What a thread waits to do, without what only numbers the operation.
fn waits_for(kind: OpKind) -> String {
    let said = match kind {
        OpKind::Thread(Operation::Join(_) | Operation::JoinScoped(_)) => "Join".to_owned(),
        OpKind::Once(_, once::Operation::Wait | once::Operation::WaitForce) => {
            "OnceWait".to_owned()
        }
        kind => format!("{kind:?}"),
    };
    // Objects and messages have their numbers in the order in which threads come to them.
    said.replace(|c: char| c.is_ascii_digit(), "")
}

/// Runs a program once. Who is blocked where is a part of the result.
fn execute(ready: &Plain<Ready>, config: &Config, strategy: &mut dyn Strategy) -> Ended {
    let result = Rc::new(Cell::new(String::new()));
    // Threads have their numbers in the order in which they are spawned, which is nothing that
    // a program can tell.
    let numbered = !ready.uses.trees;
    let (ready, slot) = (Plain::clone(ready), Rc::clone(&result));
    let executed = interleave::run(config.clone(), strategy, move || {
        slot.set(interpret::run(&ready, || {}));
    });
    let said = match executed.outcome {
        Outcome::Completed => result.take(),
        Outcome::Deadlock(blocked) => {
            let who = blocked.iter().map(|b| (b.task, waits_for(b.op.kind)));
            let mut who: Vec<_> = if numbered {
                who.collect()
            } else {
                who.map(|(_, what)| (0, what)).collect()
            };
            who.sort_unstable();
            format!("deadlock {who:?}")
        }
        Outcome::Panicked(_) => "panicked".to_owned(),
        other => format!("{other:?}"),
    };
    Ended {
        said,
        finer: executed.finer,
        opaque: executed.opaque,
    }
}

/// All results by enumeration, or nothing if there are more than `limit` schedules.
pub(crate) fn enumerate(
    ready: &Plain<Ready>,
    mut config: Config,
    limit: usize,
) -> Option<(Results, usize)> {
    let mut search = Bounded::exhaustive();
    let mut results = Results::new();
    for count in 1..=limit {
        let ended = execute(ready, &config, &mut search);
        if let Some(finer) = ended.finer {
            config.granularity = finer;
            return enumerate(ready, config, limit);
        }
        results.insert(ended.said);
        if !search.advance() {
            return Some((results, count));
        }
    }
    None
}

/// All results by partial-order reduction, which has to find out itself how coarse its steps
/// can be. It gives up after `limit` executions, which is as good as an endless search.
pub(crate) fn reduce(ready: &Plain<Ready>, mut config: Config, limit: usize) -> Reduced {
    let mut search = Dpor::new();
    let mut reduced = Reduced::default();
    loop {
        let ended = execute(ready, &config, &mut search);
        if let Some(finer) = ended.finer {
            config.granularity = finer;
            return reduce(ready, config, limit);
        }
        reduced.executions += 1;
        reduced.opaque |= ended.opaque;
        if search.was_pruned() {
            reduced.pruned += 1;
        } else {
            reduced.results.insert(ended.said);
        }
        if !search.advance() {
            return reduced;
        }
        if reduced.executions >= limit {
            reduced
                .results
                .insert(format!("more than {limit} executions"));
            return reduced;
        }
    }
}
