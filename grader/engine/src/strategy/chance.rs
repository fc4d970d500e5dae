//! How samplers deal with what no thread causes: spurious wake-ups, weak exchanges that fail
//! for no reason, time-outs that fire though another thread could go on.

use super::{Candidate, Pick, RareWakes, View};
use crate::op::Wake;

/// Whether an execution has unforced choices: spurious wake-ups and weak exchanges that fail.
///
/// Most executions have none, as with most programs on most days. A thread that wakes for no reason often
/// repairs what was about to go wrong, a lost wake-up for example. So they come
/// rarely but then close together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Luck {
    unforced: bool,
}

impl Luck {
    /// One execution without unforced choices.
    pub(super) const GOOD: Self = Self { unforced: false };

    /// The luck of one execution: one in four has unforced choices.
    pub(super) fn draw(rng: &mut fastrand::Rng) -> Self {
        Self {
            unforced: rng.u32(..4) == 0,
        }
    }

    /// Picks waiters by equal chance, accidents rarely, old values often.
    pub(super) fn pick(self, rng: &mut fastrand::Rng, count: usize, what: Pick) -> usize {
        match what {
            Pick::Waiter | Pick::Policy => rng.usize(..count),
            Pick::Chance if !self.unforced || rng.u32(..4) > 0 => 0,
            Pick::Value if rng.bool() => 0,
            Pick::Chance | Pick::Value => rng.usize(1..count),
        }
    }

    /// The candidates to choose from. With a small probability they are steps that only
    /// chance brings about, otherwise the samplers look at the others alone.
    #[inline]
    pub(super) fn split<'a>(self, view: &View<'a>, rng: &mut fastrand::Rng) -> Among<'a> {
        match self.rare(view, rng) {
            Some(wanted) => Among::RareWakes(view.rare, wanted),
            None => Among::Normal(view.normal),
        }
    }

    /// Whether it is to be a step that needs a time-out or luck, and which of them.
    #[inline]
    fn rare(self, view: &View<'_>, rng: &mut fastrand::Rng) -> Option<Wake> {
        // If no other thread can go on, only a time-out brings the execution on.
        if view.rare.has(Wake::Timeout) && (view.normal.is_empty() || rng.u32(..12) == 0) {
            return Some(Wake::Timeout);
        }
        let surprise = self.unforced
            && !view.rare.is_empty()
            && rng.u32(..8) == 0
            && view.rare.has(Wake::Spurious);
        surprise.then_some(Wake::Spurious)
    }

    /// The choice of a random walk. A thread that was woken and wants its lock back is
    /// slow: it goes on with a quarter of the chance of the others, because whoever
    /// comes in between, and takes what it was woken for, finds more mistakes.
    #[inline]
    pub(super) fn walk(self, view: &View<'_>, rng: &mut fastrand::Rng) -> Option<Candidate> {
        match self.split(view, rng) {
            Among::Normal(candidates) => walk(view, rng, |rng| any(candidates, rng)),
            rare @ Among::RareWakes(..) => walk(view, rng, |rng| rare.any(rng)),
        }
    }
}

/// The choice of a random walk among those that `any` draws from.
#[inline]
fn walk(
    view: &View<'_>,
    rng: &mut fastrand::Rng,
    any: impl Fn(&mut fastrand::Rng) -> Option<Candidate>,
) -> Option<Candidate> {
    for _ in 0..3 {
        let chosen = any(rng)?;
        if !view.op(chosen.task).kind.is_reacquiring() || rng.u32(..4) == 0 {
            return Some(chosen);
        }
    }
    any(rng)
}

/// One of `candidates` by equal chance.
#[inline]
fn any(candidates: &[Candidate], rng: &mut fastrand::Rng) -> Option<Candidate> {
    candidates.get(rng.usize(..candidates.len())).copied()
}

/// The candidates among which a sampler chooses.
#[derive(Debug, Clone, Copy)]
pub(super) enum Among<'a> {
    /// These.
    Normal(&'a [Candidate]),
    /// Those of the rare ones that need a certain wake-up.
    RareWakes(RareWakes<'a>, Wake),
}

impl<'a> Among<'a> {
    /// The candidates one by one.
    pub(super) fn iter(self) -> impl Iterator<Item = Candidate> + Clone + use<'a> {
        let (normal, rare) = match self {
            Self::Normal(candidates) => (candidates, None),
            Self::RareWakes(candidates, wake) => (&[][..], Some((candidates, wake))),
        };
        let rare = rare.into_iter();
        let rare = rare.flat_map(|(all, wake)| all.iter().filter(move |c| c.wake == wake));
        normal.iter().copied().chain(rare)
    }

    /// One of them by equal chance.
    #[cold]
    fn any(self, rng: &mut fastrand::Rng) -> Option<Candidate> {
        let count = self.iter().count();
        self.iter().nth(rng.usize(..count))
    }
}
