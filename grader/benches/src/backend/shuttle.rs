//! Shuttle.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use shuttle::{
    Config, FailurePersistence, Runner,
    scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Scheduler, UrwRandomScheduler},
};
pub(crate) use shuttle::{sync, thread};

use super::silence_panics;
use crate::{End, Limits, Method, Trial, Variant, measure::Stopwatch};

#[path = "../programs/mod.rs"]
mod programs;

macro_rules! method {
    ($name:literal, $new:expr) => {
        Method {
            engine: "shuttle",
            name: $name,
            bound: None,
            run: |program, variant, seed, limits| {
                let most = usize::try_from(limits.executions).unwrap_or(usize::MAX);
                let new: fn(u64, usize) -> _ = $new;
                run(new(seed, most), program, variant, limits)
            },
        }
    };
}

/// What samples schedules.
pub const SAMPLERS: &[Method] = &[
    method!("random", RandomScheduler::new_from_seed),
    method!("PCT 2", |seed, most| {
        PctScheduler::new_from_seed(seed, 2, most)
    }),
    method!("PCT 3", |seed, most| {
        PctScheduler::new_from_seed(seed, 3, most)
    }),
    method!("URW", UrwRandomScheduler::new_from_seed),
];

/// All schedules, depth first.
pub const DFS: Method = method!("DFS", |_, most| DfsScheduler::new(Some(most), false));

/// What goes through all schedules.
pub const SEARCHES: &[Method] = &[DFS];

fn run(
    scheduler: impl Scheduler + 'static,
    program: usize,
    variant: Variant,
    limits: Limits,
) -> Trial {
    silence_panics();
    let body = programs::PROGRAMS[program].body(variant);
    let executions = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&executions);
    let mut config = config();
    config.max_time = Some(limits.time);
    let runner = Runner::new(scheduler, config);
    let start = Instant::now();
    let stopwatch = Stopwatch::start();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        runner.run(move || {
            count.fetch_add(1, Ordering::Relaxed);
            body();
        })
    }));
    let timed_out = start.elapsed() >= limits.time;
    let elapsed = stopwatch.elapsed();
    let executions = executions.load(Ordering::Relaxed);
    let end = match ended {
        Err(_) => End::Failed,
        Ok(_) if timed_out || executions >= limits.executions => End::Stopped,
        Ok(_) => End::Exhausted,
    };
    Trial {
        executions,
        elapsed,
        end,
    }
}

/// As fast as it can be told to be: a failing schedule is not kept, and a failing
/// execution ends at once.
fn config() -> Config {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config
        .ungraceful_shutdown_config
        .immediately_return_on_panic = true;
    config
}

/// Lets shuttle install its hook, which it does once.
pub(super) fn install_hook() {
    Runner::new(RandomScheduler::new_from_seed(0, 1), config()).run(|| {});
}
