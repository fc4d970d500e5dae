//! How samplers deal with what nobody causes: spurious wake-ups, weak exchanges that fail
//! for no reason, time-outs that fire though somebody could go on.

use super::{Candidate, Pick, View};
use crate::op::{OpKind, Wake};

/// Whether an execution has surprises: spurious wake-ups and weak exchanges that fail.
///
/// Most executions have none, as with most programs on most days. A thread that wakes for no reason often
/// mends what was about to go wrong, a lost wake-up for example. So surprises come
/// rarely but then close together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Luck {
    surprises: bool,
}

impl Luck {
    /// One execution without surprises.
    pub(super) const GOOD: Self = Self { surprises: false };

    /// The luck of one execution: one in four has surprises.
    pub(super) fn draw(rng: &mut fastrand::Rng) -> Self {
        Self {
            surprises: rng.u32(..4) == 0,
        }
    }

    /// Picks waiters by equal chance, accidents rarely, old values often.
    pub(super) fn pick(self, rng: &mut fastrand::Rng, count: usize, what: Pick) -> usize {
        match what {
            Pick::Waiter => rng.usize(..count),
            Pick::Chance if !self.surprises || rng.u32(..4) > 0 => 0,
            Pick::Value if rng.bool() => 0,
            Pick::Chance | Pick::Value => rng.usize(1..count),
        }
    }

    /// The candidates to choose from. With a small probability they are steps that only
    /// chance brings about, otherwise the samplers look at the others alone.
    #[inline]
    pub(super) fn split<'a>(self, view: &View<'a>, rng: &mut fastrand::Rng) -> Among<'a> {
        if view.normal < view.candidates.len()
            && let Some(unusual) = self.unusual(view, rng)
        {
            return unusual;
        }
        Among {
            candidates: &view.candidates[..view.normal],
            skipped: 0,
            wanted: None,
            count: view.normal,
        }
    }

    /// The candidates that need a time-out or luck, if one of them it is to be.
    fn unusual<'a>(self, view: &View<'a>, rng: &mut fastrand::Rng) -> Option<Among<'a>> {
        let timeouts = Among::those(view, Wake::Timeout);
        // If nobody else can go on, only a time-out brings the execution on.
        if timeouts.count > 0 && (view.normal == 0 || rng.u32(..12) == 0) {
            return Some(timeouts);
        }
        if self.surprises && rng.u32(..8) == 0 {
            let spurious = Among::those(view, Wake::Spurious);
            return (spurious.count > 0).then_some(spurious);
        }
        None
    }

    /// The choice of a random walk. A thread that was woken and wants its lock back is
    /// slow: it goes on with a quarter of the chance of the others, because whoever
    /// comes in between, and takes what it was woken for, finds more mistakes.
    #[inline]
    pub(super) fn walk(self, view: &View<'_>, rng: &mut fastrand::Rng) -> Option<usize> {
        let from = self.split(view, rng);
        for _ in 0..3 {
            let chosen = from.any(rng)?;
            let op = view.op(view.candidates[chosen].task);
            if op.kind != OpKind::Reacquire || rng.u32(..4) == 0 {
                return Some(chosen);
            }
        }
        from.any(rng)
    }
}

/// The candidates among which a sampler chooses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Among<'a> {
    candidates: &'a [Candidate],
    /// How many come before these.
    skipped: usize,
    /// Which of these belong to them; all do if nothing is said.
    wanted: Option<Wake>,
    /// How many there are.
    count: usize,
}

impl<'a> Among<'a> {
    /// The candidates that need `wake` to go on.
    fn those(view: &View<'a>, wake: Wake) -> Self {
        let candidates = &view.candidates[view.normal..];
        Self {
            candidates,
            skipped: view.normal,
            wanted: Some(wake),
            count: candidates.iter().filter(|c| c.wake == wake).count(),
        }
    }

    /// The indices of the candidates.
    pub(super) fn indices(self) -> impl Iterator<Item = usize> + Clone + use<'a> {
        let candidates = self.candidates.iter().enumerate();
        candidates
            .filter(move |(_, c)| self.wanted.is_none_or(|wake| c.wake == wake))
            .map(move |(index, _)| self.skipped + index)
    }

    /// One of the indices by equal chance.
    #[inline]
    pub(super) fn any(self, rng: &mut fastrand::Rng) -> Option<usize> {
        let nth = rng.usize(..self.count);
        match self.wanted {
            None => Some(nth),
            Some(_) => self.indices().nth(nth),
        }
    }
}
