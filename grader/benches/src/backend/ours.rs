//! This engine. Everything that the benchmark asks of it is here.

use std::time::Instant;

use interleave::{
    Config, Outcome, Strategy,
    strategy::{Bounded, Pct, Portfolio, Pos, RandomWalk},
};
pub(crate) use modelled::{sync, thread};

use crate::{End, Limits, Method, Trial, Variant};

#[path = "../programs/mod.rs"]
pub(super) mod programs;

/// Makes the strategy of an execution from a seed and the number of the execution.
type Sampler = fn(u64, u64) -> Box<dyn Strategy>;

/// Samples with a strategy made anew for each execution, as the grader does.
macro_rules! sampler {
    ($name:literal, $make:expr) => {
        Method {
            engine: "ours",
            name: $name,
            bound: None,
            run: |program, variant, seed, limits| {
                let make: Sampler = $make;
                let config = Config::default();
                run(&config, program, variant, limits, |n| Some(make(seed, n)))
            },
        }
    };
}

/// Searches until there is no further schedule. Spurious wake-ups are left out, because
/// the peers do not know them.
macro_rules! search {
    ($name:literal, $bound:expr, $new:expr) => {
        Method {
            engine: "ours",
            name: $name,
            bound: $bound,
            run: |program, variant, _, limits| {
                let search = $new;
                let config = Config {
                    max_spurious: 0,
                    ..Config::default()
                };
                run(&config, program, variant, limits, |n| {
                    (n == 0 || search.advance()).then(|| search.strategy())
                })
            },
        }
    };
}

/// What samples schedules.
pub const SAMPLERS: &[Method] = &[
    sampler!("random", |seed, n| Box::new(RandomWalk::new(mix(seed, n)))),
    sampler!("POS", |seed, n| Box::new(Pos::new(mix(seed, n)))),
    sampler!("PCT 2", |seed, n| Box::new(Pct::new(mix(seed, n), 2))),
    sampler!("PCT 3", |seed, n| Box::new(Pct::new(mix(seed, n), 3))),
    sampler!("portfolio", |seed, n| Portfolio::new(seed).sampler(n)),
];

/// All schedules, depth first.
pub const DFS: Method = search!("DFS", None, Bounded::new(u32::MAX));

/// What goes through all schedules, or all with few preemptions.
pub const SEARCHES: &[Method] = &[search!("≤ 2 preemptions", Some(2), Bounded::new(2)), DFS];

/// Runs a program under the strategies of `next` until one fails or there are no more.
fn run(
    config: &Config,
    program: usize,
    variant: Variant,
    limits: Limits,
    mut next: impl FnMut(u64) -> Option<Box<dyn Strategy>>,
) -> Trial {
    let body = programs::PROGRAMS[program].body(variant);
    let start = Instant::now();
    let mut executions = 0;
    let mut visible_unlocks = false;
    let end = loop {
        if executions == limits.executions || start.elapsed() >= limits.time {
            break End::Stopped;
        }
        let Some(strategy) = next(executions) else {
            break End::Exhausted;
        };
        let (executed, tried) = interleave::run(config.clone(), strategy, visible_unlocks, body);
        visible_unlocks |= tried;
        executions += 1;
        match executed.outcome {
            Outcome::Completed => {}
            Outcome::Diverged { step } => panic!("nothing was to be followed at step {step}"),
            _ => break End::Failed,
        }
    };
    Trial {
        executions,
        elapsed: start.elapsed(),
        end,
    }
}

/// A seed for execution `number`; the finaliser of `SplitMix64`.
fn mix(seed: u64, number: u64) -> u64 {
    let z = (seed << 32 ^ number).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Lets the engine install its hook around the one that is there.
pub(super) fn install_hook() {
    let strategy = Box::new(RandomWalk::new(0));
    interleave::run(Config::default(), strategy, false, || {});
}
