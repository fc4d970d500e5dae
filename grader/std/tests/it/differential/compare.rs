//! Reduction against enumeration: both must see the same results.

use std::fmt::Write;

use interleave::{Config, Granularity};

use super::{
    budget,
    search::{self, Results},
};
use crate::random::{
    self,
    program::{Kind, Program},
};

/// More schedules than this are not enumerated.
pub(crate) const LIMIT: usize = 4000;

/// What a comparison came to.
#[derive(Debug)]
enum Verdict {
    Same,
    /// There are too many schedules.
    TooLarge,
    /// Nothing is claimed.
    Opaque,
    Different {
        missing: Results,
        extra: Results,
    },
}

/// How a program is run.
pub(crate) fn config(program: &Program, spurious: usize) -> Config {
    Config {
        max_spurious: spurious,
        weak_memory: program.weak,
        ..Config::default()
    }
}

fn verdict(program: &Program, spurious: usize, counts: &mut [usize; 3]) -> Verdict {
    let ready = program.ready();
    let config = config(program, spurious);
    let Some((all, enumerated)) = search::enumerate(&ready, config.clone(), LIMIT) else {
        return Verdict::TooLarge;
    };
    let coarse = Config {
        granularity: Granularity::Coarse,
        ..config
    };
    let reduced = search::reduce(&ready, coarse, 3 * LIMIT);
    counts[0] += enumerated;
    counts[1] += reduced.executions;
    counts[2] += reduced.pruned;
    if reduced.opaque {
        return Verdict::Opaque;
    }
    let some = reduced.results;
    if all == some {
        return Verdict::Same;
    }
    Verdict::Different {
        missing: all.difference(&some).cloned().collect(),
        extra: some.difference(&all).cloned().collect(),
    }
}

/// Compares both searches on as many programs of a kind as are asked for.
#[track_caller]
pub(crate) fn compare(kind: Kind, spurious: usize) {
    let count = budget::programs(kind);
    let (mut seed, mut compared, mut too_large, mut opaque) = (budget::first(), 0, 0, 0);
    let mut counts = [0; 3];
    let mut failures = Vec::new();
    while compared < count {
        let program = random::program(kind, seed);
        match verdict(&program, spurious, &mut counts) {
            Verdict::Same => compared += 1,
            Verdict::TooLarge => too_large += 1,
            Verdict::Opaque => opaque += 1,
            Verdict::Different { .. } => {
                failures.push(report(program, seed, spurious));
                if failures.len() >= budget::failures() {
                    break;
                }
                compared += 1;
            }
        }
        seed += 1;
        assert!(
            too_large < 20 * (count + 10),
            "most programs are too large: {too_large}"
        );
        assert!(
            opaque < 20 + compared / 20,
            "nothing is claimed of {opaque} programs, and something only of {compared}"
        );
    }
    let [enumerated, reduced, pruned] = counts;
    println!(
        "{kind:?}: {compared} programs ({too_large} too large, {opaque} opaque), \
         {enumerated} executions against {reduced} of which {pruned} were pruned"
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Cuts the program down and shows it.
fn report(program: Program, seed: u64, spurious: usize) -> String {
    let kind = program.kind;
    let differs = |program: &Program| match verdict(program, spurious, &mut [0; 3]) {
        Verdict::Different { missing, extra } => Some((missing, extra)),
        _ => None,
    };
    let small = random::smaller(program, &mut |program| differs(program).is_some());
    let (missing, extra) = differs(&small).expect("what was cut down still differs");
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{kind:?} {seed}: the searches differ (weak: {})",
        small.weak
    );
    let _ = writeln!(text, "only enumeration sees {missing:#?}");
    let _ = writeln!(text, "only reduction sees {extra:#?}");
    let _ = writeln!(text, "{}", random::source(&small));
    text
}
