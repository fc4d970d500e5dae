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
        if !view.unusual.is_empty()
            && let Some(wanted) = self.unusual(view, rng)
        {
            return Among::those(view, wanted);
        }
        Among {
            candidates: view.normal,
            wanted: Wake::Normal,
            count: view.normal.len(),
        }
    }

    /// Whether it is to be a step that needs a time-out or luck, and which of them.
    #[inline]
    fn unusual(self, view: &View<'_>, rng: &mut fastrand::Rng) -> Option<Wake> {
        // If nobody else can go on, only a time-out brings the execution on.
        if view.timeouts > 0 && (view.normal.is_empty() || rng.u32(..12) == 0) {
            return Some(Wake::Timeout);
        }
        if self.surprises && rng.u32(..8) == 0 && view.timeouts < view.unusual.len() {
            return Some(Wake::Spurious);
        }
        None
    }

    /// The choice of a random walk. A thread that was woken and wants its lock back is
    /// slow: it goes on with a quarter of the chance of the others, because whoever
    /// comes in between, and takes what it was woken for, finds more mistakes.
    #[inline]
    pub(super) fn walk(self, view: &View<'_>, rng: &mut fastrand::Rng) -> Option<Candidate> {
        let from = self.split(view, rng);
        for _ in 0..3 {
            let chosen = from.any(rng)?;
            if view.op(chosen.task).kind != OpKind::Reacquire || rng.u32(..4) == 0 {
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
    /// Which of these belong to them.
    wanted: Wake,
    /// How many do.
    count: usize,
}

impl<'a> Among<'a> {
    /// The unusual candidates that need `wake` to go on.
    #[cold]
    fn those(view: &View<'a>, wake: Wake) -> Self {
        Self {
            candidates: view.unusual,
            wanted: wake,
            count: view.unusual.iter().filter(|c| c.wake == wake).count(),
        }
    }

    /// The candidates one by one.
    pub(super) fn iter(self) -> impl Iterator<Item = Candidate> + Clone + use<'a> {
        let candidates = self.candidates.iter().copied();
        candidates.filter(move |c| c.wake == self.wanted)
    }

    /// One of them by equal chance.
    #[inline]
    pub(super) fn any(self, rng: &mut fastrand::Rng) -> Option<Candidate> {
        let nth = rng.usize(..self.count);
        if self.count == self.candidates.len() {
            return self.candidates.get(nth).copied();
        }
        self.iter().nth(nth)
    }
}
