//! This engine. Everything that the benchmark asks of it is here.

use std::time::Instant;

use interleave::{
    Config, Executed, Granularity, Outcome, Schedule, Strategy,
    strategy::{Bounded, Dpor, Lengths, Pct, Portfolio, Pos, RandomWalk, Urw},
};
pub(crate) use modelled::{sync, thread};

use crate::{End, Limits, Method, Trial, Variant, measure::Stopwatch};

#[path = "../programs/mod.rs"]
pub(super) mod programs;

/// Samples with a strategy made anew for each execution, as the grader does.
macro_rules! sampler {
    ($name:literal, $make:expr) => {
        Method {
            engine: "ours",
            name: $name,
            bound: None,
            run: |program, variant, seed, limits| {
                let make: fn(u64, u64) -> Box<dyn Strategy> = $make;
                run(
                    &Config::default(),
                    program,
                    variant,
                    limits,
                    |config, number, body| {
                        let mut strategy = make(seed, number);
                        Some(interleave::run(config, &mut *strategy, body).into())
                    },
                )
            },
        }
    };
}

/// Samples with a strategy that has seen one execution first, which counts as one.
macro_rules! scouted {
    ($name:literal, $make:expr) => {
        Method {
            engine: "ours",
            name: $name,
            bound: None,
            run: |program, variant, seed, limits| {
                let make: fn(u64, u64, &Schedule) -> Box<dyn Strategy> = $make;
                let mut scouted = None;
                run(
                    &Config::default(),
                    program,
                    variant,
                    limits,
                    |config, number, body| {
                        let Some(schedule) = &scouted else {
                            let mut walk = RandomWalk::new(seed);
                            let executed = interleave::run(config, &mut walk, body);
                            scouted = Some(executed.schedule.clone());
                            return Some(executed.into());
                        };
                        let mut strategy = make(seed, number, schedule);
                        Some(interleave::run(config, &mut *strategy, body).into())
                    },
                )
            },
        }
    };
}

/// Searches until nothing is left. Spurious wake-ups are left out, because the peers do
/// not know them. An execution that partial-order reduction gives up counts as well.
macro_rules! search {
    ($name:literal, $bound:expr, $new:expr) => {
        Method {
            engine: "ours",
            name: $name,
            bound: $bound,
            run: |program, variant, _, limits| {
                let mut search = $new;
                let mut begun = false;
                let config = Config {
                    granularity: Granularity::Coarse,
                    max_spurious: 0,
                    ..Config::default()
                };
                run(&config, program, variant, limits, |config, _, body| {
                    if std::mem::replace(&mut begun, true) && !search.advance() {
                        return None;
                    }
                    let executed = interleave::run(config, &mut search, body);
                    if executed.finer.is_some() {
                        // As in the grader, the search begins anew with finer steps.
                        (search, begun) = ($new, false);
                    }
                    Some(executed.into())
                })
            },
        }
    };
}

/// What samples schedules.
pub const SAMPLERS: &[Method] = &[
    sampler!("random", |seed, n| Box::new(RandomWalk::new(mix(seed, n)))),
    sampler!("POS", |seed, n| Box::new(Pos::new(mix(seed, n)))),
    scouted!("PCT 2", |seed, n, scouted| Box::new(Pct::new(
        mix(seed, n),
        2,
        &Lengths::of(scouted)
    ))),
    scouted!("PCT 3", |seed, n, scouted| Box::new(Pct::new(
        mix(seed, n),
        3,
        &Lengths::of(scouted)
    ))),
    scouted!("URW", |seed, n, scouted| Box::new(Urw::new(
        mix(seed, n),
        &Lengths::of(scouted)
    ))),
    PORTFOLIO,
];

/// What the grader does first.
pub const PORTFOLIO: Method = Method {
    engine: "ours",
    name: "portfolio",
    bound: None,
    run: |program, variant, seed, limits| {
        let mut portfolio = Portfolio::new(seed);
        let execute = |config, number, body: fn()| {
            // What would repeat what was seen counts like an execution.
            let executed = portfolio.run(number, config, body);
            Some(executed.map_or(Ran::NOTHING_NEW, Ran::from))
        };
        run(&Config::default(), program, variant, limits, execute)
    },
};

/// All schedules, depth first.
pub const DFS: Method = search!("DFS", None, Bounded::exhaustive());

/// One schedule for each partial order.
pub const DPOR: Method = search!("DPOR", None, Dpor::new());

/// What goes through all schedules, or all with few preemptions.
pub const SEARCHES: &[Method] = &[
    search!("≤ 2 preemptions", Some(2), Bounded::new(2)),
    DFS,
    DPOR,
];

/// What is asked of an execution.
struct Ran {
    outcome: Outcome,
    /// How fine the steps of the next ones must be, if that is new.
    finer: Option<Granularity>,
}

impl Ran {
    /// An execution that was given up because it would repeat another.
    const NOTHING_NEW: Self = Self {
        outcome: Outcome::Completed,
        finer: None,
    };
}

impl From<Executed> for Ran {
    fn from(executed: Executed) -> Self {
        Self {
            outcome: executed.outcome,
            finer: executed.finer,
        }
    }
}

/// Runs a program until an execution fails or there is none.
fn run(
    config: &Config,
    program: usize,
    variant: Variant,
    limits: Limits,
    mut execute: impl FnMut(Config, u64, fn()) -> Option<Ran>,
) -> Trial {
    let body = programs::PROGRAMS[program].body(variant);
    let start = Instant::now();
    let stopwatch = Stopwatch::start();
    let mut executions = 0;
    let mut config = config.clone();
    let end = loop {
        if executions == limits.executions || start.elapsed() >= limits.time {
            break End::Stopped;
        }
        let Some(ran) = execute(config.clone(), executions, body) else {
            break End::Exhausted;
        };
        executions += 1;
        config.granularity = ran.finer.unwrap_or(config.granularity);
        // Only partial-order reduction diverges: from what it has seen elsewhere.
        if !matches!(ran.outcome, Outcome::Completed | Outcome::Diverged { .. }) {
            break End::Failed;
        }
    };
    Trial {
        executions,
        elapsed: stopwatch.elapsed(),
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
    interleave::run(Config::default(), &mut RandomWalk::new(0), || {});
}
