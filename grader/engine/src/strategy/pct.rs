//! Probabilistic concurrency testing: random thread priorities, lowered at a few
//! random steps.
//!
//! Source: S. Burckhardt et al., "A Randomized Scheduler with Probabilistic
//! Guarantees of Finding Bugs", ASPLOS 2010. The length of the execution is not
//! known in advance: half of the samplers draw their change points from as many steps as
//! an earlier execution had, the others from a random power of two, because a bug may
//! lie near the beginning.

use super::{Candidate, Lengths, Pick, Strategy, TIRED, View, chance::Luck};
use crate::op::TaskId;

/// PCT of a given depth.
#[derive(Debug)]
pub struct Pct {
    rng: fastrand::Rng,
    luck: Luck,
    /// Higher goes first. New threads draw from the upper half.
    priorities: Vec<u64>,
    changes: Vec<usize>,
    /// Counts down, so that each lowered thread is below all others.
    lowest: u64,
}

impl Pct {
    /// A sampler for bugs of `depth` ordering constraints in programs of about these
    /// lengths, from `seed` alone.
    pub fn new(seed: u64, depth: u32, lengths: &Lengths) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let length = lengths.total();
        let change = |_| {
            let range = if length > 0 && rng.bool() {
                length
            } else {
                1 << rng.u32(2..7)
            };
            rng.usize(..range)
        };
        let changes = (1..depth).map(change).collect();
        Self {
            luck: Luck::draw(&mut rng),
            rng,
            priorities: Vec::new(),
            changes,
            lowest: u64::MAX / 2,
        }
    }

    fn priority(&mut self, task: TaskId) -> u64 {
        while self.priorities.len() <= task {
            self.priorities.push(self.rng.u64(u64::MAX / 2 + 1..));
        }
        self.priorities[task]
    }

    fn lower(&mut self, task: TaskId) {
        self.priority(task);
        self.lowest -= 1;
        self.priorities[task] = self.lowest;
    }
}

impl Strategy for Pct {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        // A loop without an end would keep all others from going on.
        if let Some(current) = view.current
            && (self.changes.contains(&view.step) || view.streak >= TIRED)
        {
            self.lower(current);
        }
        let from = self.luck.split(view, &mut self.rng);
        let chosen = from
            .iter()
            .max_by_key(|candidate| self.priority(candidate.task))?;
        if view.op(chosen.task).kind.gives_way() {
            self.lower(chosen.task);
        }
        Some(chosen)
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        self.luck.pick(&mut self.rng, count, what)
    }
}
