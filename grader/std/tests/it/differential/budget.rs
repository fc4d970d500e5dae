//! How much is compared. The variables of the environment ask for more.

use std::env;

use crate::random::program::Kind;

fn asked(name: &str) -> Option<usize> {
    env::var(name).ok()?.parse().ok()
}

/// How much more often than others a kind is tried: there is most to be mistaken about where
/// threads meet in threes.
fn weight(kind: Kind) -> usize {
    match kind {
        Kind::Readers | Kind::Tries | Kind::Channels | Kind::Rendezvous | Kind::Shared => 3,
        Kind::Poison => 2,
        _ => 1,
    }
}

/// The same on real threads. What becomes visible only between two destructors takes many
/// programs until a thread looks at the right moment.
fn real_weight(kind: Kind) -> usize {
    match kind {
        Kind::Poison | Kind::Locals => 6,
        _ => weight(kind),
    }
}

/// The part of `all` that is of this kind.
fn share(all: usize, kind: Kind, weight: fn(Kind) -> usize) -> usize {
    let weights: usize = Kind::all().map(weight).sum();
    (all * weight(kind)).div_ceil(weights)
}

/// How many programs of all kinds there are, by a variable or else in the short or the long form
/// of the tests. `INTERLEAVE_LONG` asks for the latter, as `bash .ci/run --long` does.
fn all(name: &str, short: usize, long: usize) -> usize {
    let is_long = env::var_os("INTERLEAVE_LONG").is_some();
    asked(name).unwrap_or(if is_long { long } else { short })
}

/// How many programs of a kind reduction is tried on: `INTERLEAVE_PROGRAMS` for all kinds
/// together.
pub(crate) fn programs(kind: Kind) -> usize {
    share(all("INTERLEAVE_PROGRAMS", 300, 20_000), kind, weight)
}

/// How many programs of a kind run on real threads: `INTERLEAVE_REAL_PROGRAMS` for all kinds
/// together.
pub(crate) fn real_programs(kind: Kind) -> usize {
    share(all("INTERLEAVE_REAL_PROGRAMS", 60, 2000), kind, real_weight)
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
