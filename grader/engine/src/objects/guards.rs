//! An operation on a condition variable needs no scheduling point while its thread holds the
//! mutex that guards the condition variable: every other operation on it needs that mutex, so
//! the operation commutes with the steps of all other threads and joins the step before it.
//!
//! The guarding mutex is inferred as Eraser does: it is in the intersection of the locks held at
//! each use so far. The inference covers executed code only, but the first use without the
//! mutex is noticed at any granularity; all uses before it followed the rule, so their larger steps
//! were sound. Partial-order reduction numbers objects at their first access, possibly in the
//! middle of such a step; the mutex already has its number then. Time-outs and spurious wake-ups
//! happen without the mutex. They only remove their own thread from the wait queue, which
//! commutes with enqueuing and waking other threads, so they are ordered before the step.
//!
//! Source: S. Stoller and E. Cohen, "Optimistic Synchronization-Based State-Space Reduction",
//! TACAS 2003; S. Savage et al., "Eraser", SOSP 1997; R. Lipton, "Reduction", CACM 1975.

use super::{Id, Listed, condvar::Condvar, mutex::Mutex};
use crate::{config::Granularity, execution::Execution};

/// Operations that a step can take in. A loop of more gives way to others.
const MOST: u32 = 64;

/// The mutexes that all held who used a condition variable so far.
#[derive(Debug, Default)]
pub(crate) struct Guards {
    /// One of them; nothing before the first use, and after one that broke the rule.
    first: Option<Id<Mutex>>,
    others: Vec<Id<Mutex>>,
}

impl Execution {
    /// Whether what the current thread is about to do to `condvar` becomes a part of the
    /// step at hand.
    pub(crate) fn joins_step(&mut self, condvar: Id<Condvar>) -> bool {
        let joins = !self.config.granularity.has(Granularity::CondvarOps)
            && !self.over
            && self.is_guarded(condvar)
            // An observer could tell what comes between two events.
            && !self.in_step.recorded_event
            && self.in_step.joined < MOST;
        self.in_step.joined += u32::from(joins);
        self.joins |= joins;
        joins
    }

    /// Whether all who used `condvar`, the current thread among them, held the same mutex.
    #[inline]
    fn is_guarded(&mut self, condvar: Id<Condvar>) -> bool {
        let guards = &self.state(condvar).guards;
        if let Some(mutex) = guards.first
            && guards.others.is_empty()
            && self.holds(mutex)
        {
            return true;
        }
        self.narrow(condvar)
    }

    #[cold]
    fn narrow(&mut self, condvar: Id<Condvar>) -> bool {
        let known = std::mem::take(&mut self.state(condvar).guards);
        let mut mutexes = known.others;
        match known.first {
            Some(first) => mutexes.push(first),
            None => mutexes.extend((0..Mutex::table(&self.objects).len()).map(Id::new)),
        }
        mutexes.retain(|mutex| self.holds(*mutex));
        let Some(first) = mutexes.pop() else {
            self.need(Granularity::CondvarOps);
            return false;
        };
        self.state(condvar).guards = Guards {
            first: Some(first),
            others: mutexes,
        };
        true
    }

    #[inline]
    fn holds(&self, mutex: Id<Mutex>) -> bool {
        Mutex::table(&self.objects)[mutex.index()]
            .state
            .is_held_by(self.current)
    }
}
