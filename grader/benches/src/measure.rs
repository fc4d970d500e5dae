//! Medians of interleaved rounds, and means over seeds.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::{End, Limits, Method, Variant};

/// How many executions, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Rounds of a throughput; all methods take their turn in each.
    pub rounds: usize,
    /// The time of one method in one round.
    pub round: Duration,
    /// Seeds with which a bug is looked for.
    pub seeds: u64,
    /// Executions after which the search from one seed is given up.
    pub executions: u64,
    /// The time after which no further seed is tried.
    pub seeding: Duration,
    /// The time of an exhaustive search.
    pub search: Duration,
}

/// Time that this thread was given by the processor. Unlike the time on the wall it does
/// not grow when others want the processor too; all engines run on the thread that calls.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Duration);

impl Stopwatch {
    /// Begins to measure.
    pub fn start() -> Self {
        Self(Self::now())
    }

    /// The time since then.
    pub fn elapsed(self) -> Duration {
        Self::now().saturating_sub(self.0)
    }

    fn now() -> Duration {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        Duration::try_from(now).unwrap_or_default()
    }
}

/// Executions per second of each method on the right variant of a program; none where
/// the program cannot run.
pub fn throughput(methods: &[Method], program: usize, effort: Effort) -> Vec<Option<f64>> {
    let mut rates = vec![Vec::new(); methods.len()];
    for round in 0..effort.rounds {
        for (method, rates) in methods.iter().zip(&mut rates) {
            rates.extend(rate(method, program, round as u64, effort.round));
        }
    }
    rates.iter_mut().map(|rates| median(rates)).collect()
}

/// An exhaustive method may end early; then it begins anew.
fn rate(method: &Method, program: usize, seed: u64, time: Duration) -> Option<f64> {
    let start = Instant::now();
    let mut executions = 0;
    let mut elapsed = Duration::ZERO;
    while let Some(left) = time.checked_sub(start.elapsed()) {
        let limits = Limits {
            executions: u64::MAX,
            time: left,
        };
        let trial = (method.run)(program, Variant::Right, seed, limits);
        match trial.end {
            End::Impossible(_) => return None,
            End::Failed => panic!("{} {} fails what is right", method.engine, method.name),
            End::Exhausted | End::Stopped => {
                executions += trial.executions;
                elapsed += trial.elapsed;
            }
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    Some(executions as f64 / elapsed.as_secs_f64())
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// How long it took to find a bug, over several seeds.
#[derive(Debug, Clone, Copy)]
pub struct UntilFound {
    /// Seeds that were tried.
    pub tried: u64,
    /// Seeds that found it.
    pub found: u64,
    /// Executions per seed, on average. Those of seeds that found nothing count, so that
    /// this is a lower bound if there are such seeds.
    pub executions: f64,
    /// Time per seed, in seconds, on average, in the same sense.
    pub seconds: f64,
}

/// Looks for the bug of the wrong variant from one seed after another.
pub fn until_found(method: &Method, program: usize, effort: Effort) -> UntilFound {
    let start = Instant::now();
    let (mut tried, mut found, mut executions) = (0, 0, 0);
    let mut time = Duration::ZERO;
    while tried < effort.seeds
        && let Some(left) = effort.seeding.checked_sub(start.elapsed())
    {
        let limits = Limits {
            executions: effort.executions,
            time: left,
        };
        let trial = (method.run)(program, Variant::Wrong, tried, limits);
        let in_full = trial.end == End::Failed || trial.executions == effort.executions;
        // A search that was cut short by the clock says nothing, unless it is the only one.
        if in_full || tried == 0 {
            tried += 1;
            found += u64::from(trial.end == End::Failed);
            executions += trial.executions;
            time += trial.elapsed;
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    UntilFound {
        tried,
        found,
        executions: executions as f64 / tried as f64,
        seconds: time.as_secs_f64() / tried as f64,
    }
}
