//! A round robin of samplers: none is best on every program.

use super::{Pct, Pos, RandomWalk, Strategy};

/// Makes the sampler for each execution of a search.
#[derive(Debug, Clone, Copy)]
pub struct Portfolio {
    seed: u64,
}

impl Portfolio {
    /// A portfolio that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The sampler for execution `number`. It depends on the seed and the number, not
    /// on other executions, so that any one of them can be run again alone.
    pub fn sampler(&self, number: u64) -> Box<dyn Strategy> {
        let seed = mix(self.seed ^ mix(number));
        match number % 4 {
            0 => Box::new(RandomWalk::new(seed)),
            1 => Box::new(Pos::new(seed)),
            2 => Box::new(Pct::new(seed, 2)),
            _ => Box::new(Pct::new(seed, 3)),
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
