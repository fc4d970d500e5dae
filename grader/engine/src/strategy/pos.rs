//! Partial-order sampling: random priorities of operations, drawn anew after a race.
//!
//! Source: X. Yuan, J. Yang, R. Gu, "Partial Order Aware Concurrency Sampling",
//! CAV 2018; the form is that of Fray's `POSScheduler` (OOPSLA 2025).

use super::{Candidate, Pick, Strategy, View, chance::Luck};
use crate::op::{TaskId, racing};

/// Partial-order sampling.
#[derive(Debug)]
pub struct Pos {
    rng: fastrand::Rng,
    luck: Luck,
    /// Priority of each thread's announced operation.
    priorities: Vec<Option<u64>>,
}

impl Pos {
    /// A sampler that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        Self {
            luck: Luck::draw(&mut rng),
            rng,
            priorities: Vec::new(),
        }
    }

    fn priority(&mut self, task: TaskId) -> u64 {
        if self.priorities.len() <= task {
            self.priorities.resize(task + 1, None);
        }
        *self.priorities[task].get_or_insert_with(|| self.rng.u64(..))
    }
}

impl Strategy for Pos {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        let from = self.luck.split(view, &mut self.rng);
        let chosen = from.iter().max_by_key(|candidate| {
            // A thread that says it has nothing to do comes after all others.
            let keen = !view.op(candidate.task).kind.gives_way() || self.rng.u32(..4) == 0;
            (keen, self.priority(candidate.task))
        })?;
        let op = view.op(chosen.task);
        self.priorities[chosen.task] = None;
        for candidate in view.candidates() {
            if racing(op, view.op(candidate.task)) {
                self.priority(candidate.task);
                self.priorities[candidate.task] = None;
            }
        }
        Some(chosen)
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        self.luck.pick(&mut self.rng, count, what)
    }
}
