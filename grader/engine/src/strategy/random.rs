//! Random walk: each possible step is equally likely.

use super::{Pick, Strategy, View, pick_by_chance, split_by_chance};

/// The random walk.
#[derive(Debug)]
pub struct RandomWalk(fastrand::Rng);

impl RandomWalk {
    /// A walk that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }
}

impl Strategy for RandomWalk {
    fn choose(&mut self, view: &View<'_>) -> Option<usize> {
        split_by_chance(view, &mut self.0).any(&mut self.0)
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        pick_by_chance(&mut self.0, count, what)
    }
}
