//! What a thread does to a condition variable while it holds the mutex that goes with it
//! is no step of its own: nobody else does anything to the condition variable meanwhile, so
//! that it can as well be part of the step before.
//!
//! The mutex is found as Eraser finds it, by what all who use the condition variable hold.
//! That is known of what has been executed only. But the first use that breaks the rule is
//! seen at whatever grain: all before it keep the rule, and so can be put into larger steps.
//! Partial-order reduction knows what a step touches by numbers that are given at first touch,
//! maybe in the middle of such a step; the mutex, which has its number before, is always among
//! it. Time-outs and spurious wake-ups need no mutex: they take their thread out of the queue,
//! which makes no difference to another that is put in or woken before, and so can be thought
//! of as done before the step.
//!
//! Source: S. Stoller and E. Cohen, "Optimistic Synchronization-Based State-Space Reduction",
//! TACAS 2003; S. Savage et al., "Eraser", SOSP 1997; R. Lipton, "Reduction", CACM 1975.

use crate::{
    config::Grain,
    execution::Execution,
    object::{ObjectId, State},
};

/// Operations that a step can take in. A loop of more gives way to others.
const MOST: u32 = 64;

/// The mutexes that all held who used a condition variable so far.
#[derive(Debug, Default)]
pub(crate) struct Guards {
    /// One of them; nothing before the first use, and after one that broke the rule.
    first: Option<ObjectId>,
    others: Vec<ObjectId>,
}

impl Execution {
    /// Whether what the current thread is about to do to `condvar` becomes a part of the
    /// step at hand.
    pub(crate) fn joins_step(&mut self, condvar: ObjectId) -> bool {
        let joins = !self.config.grain.has(Grain::Signals)
            && !self.over
            && self.is_guarded(condvar)
            // An observer could tell what comes between two events.
            && !self.in_step.told
            && self.in_step.joined < MOST;
        self.in_step.joined += u32::from(joins);
        self.joins |= joins;
        joins
    }

    /// Whether all who used `condvar`, the current thread among them, held the same mutex.
    #[inline]
    fn is_guarded(&mut self, condvar: ObjectId) -> bool {
        if let State::Condvar { guards, .. } = &self.objects[condvar.0 as usize].state
            && let Some(mutex) = guards.first
            && guards.others.is_empty()
            && self.holds(mutex)
        {
            return true;
        }
        self.narrow(condvar)
    }

    #[cold]
    fn narrow(&mut self, condvar: ObjectId) -> bool {
        let known = match &mut self.object(condvar).state {
            State::Condvar { guards, .. } => std::mem::take(guards),
            _ => unreachable!("a condition variable has guards"),
        };
        let mut mutexes = known.others;
        match known.first {
            Some(first) => mutexes.push(first),
            None => mutexes.extend((0..self.objects.len() as u32).map(ObjectId)),
        }
        mutexes.retain(|mutex| self.holds(*mutex));
        let Some(first) = mutexes.pop() else {
            self.need(Grain::Signals);
            return false;
        };
        if let State::Condvar { guards, .. } = &mut self.object(condvar).state {
            *guards = Guards {
                first: Some(first),
                others: mutexes,
            };
        }
        true
    }

    #[inline]
    fn holds(&self, mutex: ObjectId) -> bool {
        let mutex = &self.objects[mutex.0 as usize].state;
        matches!(mutex, State::Mutex { owner: Some(held), .. } if held.by == self.current)
    }
}
