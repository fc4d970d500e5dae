//! How much is compared. The variables of the environment ask for more.

use std::env;

use crate::random::program::Kind;

fn asked(name: &str) -> Option<usize> {
    env::var(name).ok()?.parse().ok()
}

fn share(all: usize, share: usize) -> usize {
    all.div_ceil(Kind::COUNT * share)
}

/// How many programs of one kind reduction is tried on, where only every so many are to be:
/// `INTERLEAVE_PROGRAMS` for all kinds together, else 300.
pub(crate) fn programs(every: usize) -> usize {
    share(asked("INTERLEAVE_PROGRAMS").unwrap_or(300), every)
}

/// How many programs of one kind run on real threads: `INTERLEAVE_REAL_PROGRAMS` for all kinds
/// together, else 40.
pub(crate) fn real_programs() -> usize {
    share(asked("INTERLEAVE_REAL_PROGRAMS").unwrap_or(40), 1)
}

/// How often each of these runs: `INTERLEAVE_REAL_RUNS`, else 60 times.
pub(crate) fn real_runs() -> usize {
    asked("INTERLEAVE_REAL_RUNS").unwrap_or(60)
}

/// After so many failing programs of a kind no more are looked for: `INTERLEAVE_FAILURES`,
/// else one.
pub(crate) fn failures() -> usize {
    asked("INTERLEAVE_FAILURES").unwrap_or(1)
}

/// The seed of the first program of each kind: `INTERLEAVE_FIRST`, else 0.
pub(crate) fn first() -> u64 {
    asked("INTERLEAVE_FIRST").unwrap_or(0) as u64
}
