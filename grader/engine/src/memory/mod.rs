//! Weakly ordered memory: what an atomic load may see when the orderings of the program
//! are taken by their word.
//!
//! Every store is kept. A load may see any store that coherence and the total order of
//! the sequentially consistent operations do not hide from it, and which one is a choice
//! of the [`Strategy`](crate::Strategy), like the schedule. Only what is acquired from a
//! release orders anything.
//!
//! Two things that the language allows never happen here: a load sees no store that is
//! executed later ("load buffering"), and all threads see the stores to one variable in
//! the order in which they are executed. So a program that is right is never found
//! wrong, and what is found wrong is.
//!
//! Sources: ISO C++20 [atomics.order] and [intro.races], which Rust follows; C. Lidbury
//! and A. Donaldson, "Dynamic Race Detection for C++11" (POPL 2017), for the operational
//! form; O. Lahav et al., "Repairing Sequential Consistency in C/C++11" (PLDI 2017), for
//! the fences.

mod stores;

use std::sync::atomic::Ordering;

pub(crate) use stores::Stores;

use crate::{
    VectorClock,
    access::{Access, Resource},
    execution::Execution,
    object::{ObjectId, State},
    strategy::Pick,
    task::Task,
};

/// What fences have done to one thread.
#[derive(Debug, Default)]
pub(crate) struct Fences {
    /// What the thread knew at its last release fence: its later stores hand it on.
    released: VectorClock,
    /// What came with its loads that did not acquire: a fence may yet acquire it.
    pending: VectorClock,
}

/// What a load saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// The value.
    pub value: u64,
    /// The newest value, if it was not that.
    pub missed: Option<u64>,
}

fn acquires(order: Ordering) -> bool {
    matches!(
        order,
        Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst
    )
}

fn releases(order: Ordering) -> bool {
    matches!(
        order,
        Ordering::Release | Ordering::AcqRel | Ordering::SeqCst
    )
}

impl Execution {
    /// Whether orderings are taken by their word. Not while the execution is taken apart.
    pub(crate) fn is_weak(&self) -> bool {
        self.config.weak_memory && !self.over
    }

    /// Notes what an access to an atomic touches.
    ///
    /// A sequentially consistent load hides older values from the next one, so two of
    /// them are not independent; and all of them meet the fences.
    fn touch_atomic(&mut self, object: ObjectId, order: Ordering, writes: bool) {
        let consistent = order == Ordering::SeqCst;
        let access = if writes || consistent {
            Access::Write
        } else {
            Access::Read
        };
        self.touch(object, access);
        if consistent {
            self.access(Resource::FENCES, Access::Read);
        }
    }

    /// A load, while `newest` is in memory.
    pub(crate) fn weak_load(&mut self, object: ObjectId, order: Ordering, newest: u64) -> Loaded {
        self.touch_atomic(object, order, false);
        let task = self.current;
        let consistent = order == Ordering::SeqCst;
        let State::Atomic(stores) = &mut self.objects[object.0 as usize].state else {
            unreachable!("an atomic has stores")
        };
        stores.settle(newest);
        let mut oldest = stores.oldest(&self.tasks[task].clock);
        if consistent {
            oldest = oldest
                .max(stores.last_consistent())
                .max(stores.oldest(&self.fenced));
        }
        if stores.is_due(task) {
            oldest = stores.newest();
        }
        let index = stores.newest();
        let index = index - self.pick(index - oldest + 1, Pick::Value);
        self.see(object, index, order)
    }

    /// A failed exchange, which sees the newest store.
    fn see_newest(&mut self, object: ObjectId, order: Ordering) {
        let State::Atomic(stores) = &self.objects[object.0 as usize].state else {
            unreachable!("an atomic has stores")
        };
        let newest = stores.newest();
        self.see(object, newest, order);
    }

    fn see(&mut self, object: ObjectId, index: usize, order: Ordering) -> Loaded {
        let current = self.current;
        let task = &mut self.tasks[current];
        let State::Atomic(stores) = &mut self.objects[object.0 as usize].state else {
            unreachable!("an atomic has stores")
        };
        let newest = stores.newest();
        let missed = (index < newest).then(|| stores.value(newest));
        let consistent = order == Ordering::SeqCst;
        let seen = stores.see(index, current, &task.clock, consistent);
        task.clock.advance_to(seen.time);
        if acquires(order) {
            task.clock.join(seen.message);
        } else {
            task.fences
                .get_or_insert_default()
                .pending
                .join(seen.message);
        }
        Loaded {
            value: seen.value,
            missed,
        }
    }

    /// A store, or a read-modify-write: memory held `before` and now holds `after`;
    /// `wrote` is false if it was an exchange that failed.
    pub(crate) fn weak_update(
        &mut self,
        object: ObjectId,
        order: Ordering,
        reads: bool,
        wrote: bool,
        before: u64,
        after: u64,
    ) {
        self.touch_atomic(object, order, true);
        if let State::Atomic(stores) = &mut self.object(object).state {
            stores.settle(before);
        }
        if reads {
            self.see_newest(object, order);
        }
        if !wrote {
            return;
        }
        let current = self.current;
        let task = &self.tasks[current];
        let message = if releases(order) {
            task.clock.clone()
        } else {
            let fences = task.fences.as_ref();
            fences.map_or_else(VectorClock::default, |fences| fences.released.clone())
        };
        let consistent = order == Ordering::SeqCst;
        let State::Atomic(stores) = &mut self.objects[object.0 as usize].state else {
            unreachable!("an atomic has stores")
        };
        stores.push(after, current, &task.clock, message, consistent, reads);
    }

    /// A fence.
    pub(crate) fn weak_fence(&mut self, order: Ordering) {
        let current = self.current;
        let task = &mut self.tasks[current];
        if acquires(order) {
            let Task { clock, fences, .. } = task;
            clock.join(&fences.get_or_insert_default().pending);
        }
        if releases(order) {
            let Task { clock, fences, .. } = task;
            fences.get_or_insert_default().released.clone_from(clock);
        }
        if order == Ordering::SeqCst {
            self.consistent_fence();
        }
    }

    /// What comes after the fence sees, of every variable, what sequentially consistent
    /// operations wrote or saw before it, and what was known at earlier such fences.
    fn consistent_fence(&mut self) {
        self.access(Resource::FENCES, Access::Write);
        let current = self.current;
        let clock = &self.tasks[current].clock;
        for object in &mut self.objects {
            if let State::Atomic(stores) = &mut object.state
                && !stores.is_empty()
            {
                let index = stores.last_consistent().max(stores.oldest(&self.fenced));
                stores.mark(index, current, clock);
            }
        }
        self.fenced.join(clock);
    }
}
