//! A round robin of samplers, the most successful more often: none is best on every
//! program. `docs/benchmarks.md` has what each needs on its own.

use super::{Follow, Lengths, Pct, Pos, RandomWalk, Strategy, Urw};
use crate::schedule::Schedule;

/// Makes the sampler for each execution of a search.
#[derive(Debug, Clone)]
pub struct Portfolio {
    seed: u64,
    lengths: Lengths,
}

impl Portfolio {
    /// A portfolio that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            lengths: Lengths::default(),
        }
    }

    /// The strategy of the execution that [`learn`](Self::learn) wants to see: the one
    /// without preemptions, which is the same for every seed.
    pub fn scout() -> Box<dyn Strategy + Send> {
        Box::new(Follow::loosely(Schedule::default()))
    }

    /// Takes over how long the threads of the program are. The portfolio depends on the
    /// seed and on that from now on.
    #[must_use]
    pub fn learn(self, scouted: &Schedule) -> Self {
        Self {
            lengths: Lengths::of(scouted),
            ..self
        }
    }

    /// The sampler for execution `number`. It depends on the seed, what was learned and
    /// the number, not on other executions, so that any one of them can be run again
    /// alone.
    pub fn sampler(&self, number: u64) -> Box<dyn Strategy> {
        let seed = mix(self.seed ^ mix(number));
        // Sorts of sampler take turns. The walks find most bugs soonest; the others find
        // what hardly any walk does, and are never left out for long.
        match number % 16 {
            1 | 3 | 9 | 11 => Box::new(RandomWalk::new(seed)),
            5 | 13 => Box::new(Pos::new(seed)),
            7 => Box::new(Pct::new(seed, 3, &self.lengths)),
            15 => Box::new(Pct::new(seed, 2, &self.lengths)),
            _ => Box::new(Urw::new(seed, &self.lengths)),
        }
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood, OOPSLA 2014).
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
