//! Real threads against the model: whatever they do must be among what the model can do.

use std::{fmt::Write, time::Duration};

use interleave::Config;

use super::{
    budget, compare,
    search::{self, Results},
};
use crate::random::{
    self, Plain, Real,
    program::{Kind, Program, Ready, Shape},
};

/// How long a program must do nothing until it hangs: if the model says that it can, and if
/// not.
const PATIENCE: [Duration; 2] = [Duration::from_millis(150), Duration::from_secs(8)];
/// Programs that hang leave threads behind.
const MOST_HANGS: usize = 3;

/// All that the model can do; nothing if that is too much.
///
/// Processors and waiting threads are less orderly than the model is when it is not asked.
fn model(program: &Program, ready: &Plain<Ready>) -> Option<Results> {
    let config = Config {
        weak_memory: true,
        ..compare::config(program, usize::from(ready.uses.wakes))
    };
    let (results, _) = search::enumerate(ready, config, compare::LIMIT)?;
    let plain = |said: String| {
        if said.starts_with("deadlock") {
            "deadlock".to_owned()
        } else {
            said
        }
    };
    Some(results.into_iter().map(plain).collect())
}

/// What real threads did in so many runs that the model does not; the first of these things.
fn surprise(ready: &Plain<Ready>, model: &Results, runs: usize) -> Option<String> {
    let mut hangs = 0;
    let patience = PATIENCE[usize::from(!model.contains("deadlock"))];
    for _ in 0..runs {
        match random::run_once(ready, patience) {
            Real::Ended(said) if !model.contains(&said) => return Some(said),
            Real::Ended(_) => {}
            Real::Hangs if !model.contains("deadlock") => return Some("deadlock".to_owned()),
            Real::Hangs => {
                hangs += 1;
                if hangs == MOST_HANGS {
                    break;
                }
            }
        }
    }
    None
}

/// Runs as many programs of a kind as are asked for.
#[track_caller]
pub(crate) fn compare(kind: Kind) {
    let (count, runs) = (budget::real_programs(kind), budget::real_runs());
    let (mut seed, mut compared) = (budget::first(), 0);
    let mut failures = Vec::new();
    while compared < count {
        let program = random::program(kind, seed);
        seed += 1;
        // What a detached thread goes on to do is not over with the program.
        if program.shape == Shape::Detached {
            continue;
        }
        let ready = program.ready();
        let Some(model) = model(&program, &ready) else {
            continue;
        };
        if let Some(said) = surprise(&ready, &model, runs) {
            failures.push(report(program, seed - 1, said));
            if failures.len() >= budget::failures() {
                break;
            }
        }
        compared += 1;
    }
    println!("{kind:?}: {compared} programs, {runs} runs each");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Cuts the program down and shows it.
fn report(program: Program, seed: u64, mut said: String) -> String {
    let kind = program.kind;
    let mut known = Results::new();
    let runs = 4 * budget::real_runs();
    let small = random::smaller(program, &mut |program| {
        let ready = program.ready();
        let Some(model) = model(program, &ready) else {
            return false;
        };
        let Some(surprise) = surprise(&ready, &model, runs) else {
            return false;
        };
        (said, known) = (surprise, model);
        true
    });
    let mut text = String::new();
    let _ = writeln!(text, "{kind:?} {seed}: real threads end with {said:?}");
    let _ = writeln!(text, "the model knows {known:#?}");
    let _ = writeln!(text, "{}", random::source(&small));
    text
}
