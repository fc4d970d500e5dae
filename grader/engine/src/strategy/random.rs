//! Random walk: each possible step is equally likely.

use super::{Candidate, Pick, Strategy, View, chance::Luck};

/// The random walk.
#[derive(Debug)]
pub struct RandomWalk {
    rng: fastrand::Rng,
    luck: Luck,
}

impl RandomWalk {
    /// A walk that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let luck = Luck::draw(&mut rng);
        Self { rng, luck }
    }
}

impl Strategy for RandomWalk {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        self.luck.walk(view, &mut self.rng)
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        self.luck.pick(&mut self.rng, count, what)
    }
}
