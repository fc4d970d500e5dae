//! Uniform random walk: every interleaving of the threads' steps is equally likely, as
//! far as their number is known in advance.
//!
//! Source: Y. Zhao et al., "Selectively Uniform Concurrency Testing", ASPLOS 2025: a
//! thread is chosen with a probability in proportion to the steps that it has left. A
//! plain random walk gives each thread the same chance at each step instead, and so
//! hardly ever lets one thread go far while another waits.

use super::{Candidate, Pick, Strategy, View, chance::Luck};
use crate::{
    op::TaskId,
    schedule::{Choice, Schedule},
};

/// How many steps each thread of a program takes, going by some of its executions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lengths {
    /// Steps of each thread in all these executions together.
    steps: Vec<u32>,
    executions: u32,
}

impl Lengths {
    /// The lengths of the threads in an execution with these choices.
    pub fn of(schedule: &Schedule) -> Self {
        let mut lengths = Self::default();
        lengths.add(schedule);
        lengths
    }

    /// Takes one more execution into account.
    pub fn add(&mut self, schedule: &Schedule) {
        self.executions += 1;
        for choice in &schedule.0 {
            if let Choice::Run(task, _) = *choice {
                if self.steps.len() <= task {
                    self.steps.resize(task + 1, 0);
                }
                self.steps[task] += 1;
            }
        }
    }

    /// What each thread takes on average, rounded up.
    fn average(&self) -> impl Iterator<Item = u32> {
        let executions = self.executions.max(1);
        self.steps
            .iter()
            .map(move |steps| steps.div_ceil(executions))
    }

    /// Steps of all threads together; zero if nothing is known.
    pub(super) fn total(&self) -> usize {
        self.average().map(|steps| steps as usize).sum()
    }
}

/// The uniform random walk.
#[derive(Debug)]
pub struct Urw {
    rng: fastrand::Rng,
    luck: Luck,
    /// Steps that each thread is thought to have left.
    left: Vec<u32>,
}

impl Urw {
    /// A walk that depends on `seed` and `lengths` alone.
    pub fn new(seed: u64, lengths: &Lengths) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        Self {
            luck: Luck::draw(&mut rng),
            rng,
            left: lengths.average().collect(),
        }
    }
}

impl Strategy for Urw {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        let from = self.luck.split(view, &mut self.rng);
        // A thread that goes on for longer than it was thought to has one more step left.
        let left = |task: TaskId| self.left.get(task).copied().unwrap_or(1).max(1);
        let total: u32 = from.iter().map(|candidate| left(candidate.task)).sum();
        let mut at = self.rng.u32(..total.max(1));
        let chosen = from.iter().find(|candidate| {
            let weight = left(candidate.task);
            let here = at < weight;
            at = at.saturating_sub(weight);
            here
        })?;
        if let Some(left) = self.left.get_mut(chosen.task) {
            *left = left.saturating_sub(1);
        }
        Some(chosen)
    }

    fn pick(&mut self, count: usize, what: Pick) -> usize {
        self.luck.pick(&mut self.rng, count, what)
    }
}
