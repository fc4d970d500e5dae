//! Weakly ordered memory: what an atomic load may see, and where a store may stand, when the
//! orderings of the program are taken by their word.
//!
//! Every store is kept, in modification order. A load may see any store that coherence and the
//! total order of the sequentially consistent operations do not hide from it. A store may
//! come before others that were executed earlier, so long as its thread need not know of them,
//! and a read-modify-write takes its place right after the store that it reads. Which it
//! is, is a choice of the [`Strategy`](crate::Strategy), like the schedule. Only what is
//! acquired from a release orders anything.
//!
//! Three things that the language allows never happen here: a load sees no store that is
//! executed later ("load buffering"); the sequentially consistent operations are ordered as they
//! are executed, although C++20 asks only for an order that agrees with what *strongly*
//! happens before; and a thread is not shown old values forever, see [`Stores`]. So a program
//! that is right is never found wrong, and what is found wrong is.
//!
//! Sources: ISO C++20 [atomics.order] and [intro.races], which Rust follows; C. Lidbury
//! and A. Donaldson, "Dynamic Race Detection for C++11" (POPL 2017), for the operational
//! form; O. Lahav et al., "Repairing Sequential Consistency in C/C++11" (PLDI 2017), for
//! the fences; J. Kang et al., "A Promising Semantics for Relaxed-Memory Concurrency"
//! (POPL 2017), for stores that take a place among earlier ones.

mod newest;
mod stores;

use std::sync::atomic::Ordering;

pub(crate) use stores::Stores;

use crate::{
    VectorClock,
    access::{Access, Resource},
    execution::Execution,
    objects::{
        Id, Listed,
        atomic::{Atomic, Exchange, Exchanged},
    },
    strategy::Pick,
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

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The value before it in modification order.
    pub old: u64,
    /// The value.
    pub new: u64,
    /// The newest value, if another store is newer.
    pub hidden_by: Option<u64>,
}

impl Written {
    /// The last store in modification order.
    pub(crate) fn last(old: u64, new: u64) -> Self {
        Self {
            old,
            new,
            hidden_by: None,
        }
    }
}

/// Where a read-modify-write takes place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlaceOfUpdate {
    /// Index of the store that it reads.
    reads: usize,
    /// The value of that, if it is not the one in memory.
    pub(crate) found_elsewhere: Option<u64>,
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
    fn touch_atomic(&mut self, object: Id<Atomic>, order: Ordering, writes: bool) {
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

    fn stores(&mut self, object: Id<Atomic>) -> &mut Stores {
        &mut self.state(object).stores
    }

    /// Index of the oldest store that the current thread may see with this ordering, and
    /// behind which its own stores stand.
    fn oldest(&mut self, object: Id<Atomic>, order: Ordering) -> usize {
        let task = &self.tasks[self.current];
        let stores = &Atomic::table(&self.objects)[object.index()].state.stores;
        let oldest = stores.oldest(&task.clock);
        if order == Ordering::SeqCst {
            let oldest = oldest.max(stores.last_consistent());
            stores.oldest_from(oldest, &self.fenced)
        } else {
            oldest
        }
    }

    /// The oldest store that the current thread may be shown.
    fn oldest_to_show(&mut self, object: Id<Atomic>, order: Ordering) -> usize {
        let (task, yields) = (self.current, self.tasks[self.current].yields);
        let stores = self.stores(object);
        if stores.is_due(task, yields) {
            stores.newest()
        } else {
            self.oldest(object, order)
        }
    }

    /// A load, while `newest` is in memory.
    pub(crate) fn weak_load(&mut self, object: Id<Atomic>, order: Ordering, newest: u64) -> Loaded {
        self.touch_atomic(object, order, false);
        self.stores(object).settle(newest);
        let oldest = self.oldest_to_show(object, order);
        let newest = self.stores(object).newest();
        let index = newest - self.pick(newest - oldest + 1, Pick::Value);
        self.see(object, index, order)
    }

    /// The current thread sees the store at `index`.
    fn see(&mut self, object: Id<Atomic>, index: usize, order: Ordering) -> Loaded {
        let current = self.current;
        let task = &mut self.tasks[current];
        let stores = &mut Atomic::table_mut(&mut self.objects)[object.index()]
            .state
            .stores;
        let newest = stores.newest();
        let missed = (index < newest).then(|| stores.value(newest));
        let consistent = order == Ordering::SeqCst;
        let seen = stores.see(index, current, task.yields, &task.clock, consistent);
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

    /// A store of `value`, while `newest` is in memory.
    pub(crate) fn weak_store(
        &mut self,
        object: Id<Atomic>,
        order: Ordering,
        value: u64,
        newest: u64,
    ) -> Written {
        self.touch_atomic(object, order, true);
        self.stores(object).settle(newest);
        let oldest = self.oldest(object, order);
        let places = self.stores(object).places_after(oldest);
        let place = self.pick(places.len(), Pick::Value);
        self.keep(object, order, places[place], value, false)
    }

    /// Where a read-modify-write takes place, while `newest` is in memory.
    pub(crate) fn weak_place_of_update(
        &mut self,
        object: Id<Atomic>,
        order: Ordering,
        newest: u64,
    ) -> PlaceOfUpdate {
        self.touch_atomic(object, order, true);
        self.stores(object).settle(newest);
        let oldest = self.oldest(object, order);
        let places = self.stores(object).places_after(oldest);
        let place = places[self.pick(places.len(), Pick::Value)];
        let stores = self.stores(object);
        let reads = place - 1;
        PlaceOfUpdate {
            reads,
            found_elsewhere: (reads < stores.newest()).then(|| stores.value(reads)),
        }
    }

    /// A read-modify-write that writes `new` at its place.
    pub(crate) fn weak_update(
        &mut self,
        object: Id<Atomic>,
        order: Ordering,
        place: PlaceOfUpdate,
        new: u64,
    ) -> Written {
        self.see(object, place.reads, order);
        self.keep(object, order, place.reads + 1, new, true)
    }

    /// A compare-and-exchange, while `newest` is in memory.
    pub(crate) fn weak_exchange(
        &mut self,
        object: Id<Atomic>,
        exchange: Exchange,
        new: u64,
        newest: u64,
    ) -> Exchanged {
        self.touch_atomic(object, exchange.success, true);
        self.stores(object).settle(newest);
        if exchange.weak && self.is_unlucky() {
            let newest = self.stores(object).newest();
            self.see(object, newest, exchange.failure);
            return Exchanged::Unlucky;
        }
        // It is done if it reads what it expects, where nothing has taken that place; else it
        // is a load.
        let oldest = self.oldest(object, exchange.success);
        let stores = self.stores(object);
        let done = |&place: &usize| stores.value(place - 1) == exchange.expected;
        let done = stores.places_after(oldest).into_iter().filter(done);
        let mut reads: Vec<usize> = done.map(|place| place - 1).collect();
        let oldest = self.oldest_to_show(object, exchange.failure);
        let stores = self.stores(object);
        let different = |&index: &usize| stores.value(index) != exchange.expected;
        reads.extend((oldest..=stores.newest()).filter(different));
        // The newest first: that is the usual one.
        reads.sort_unstable_by(|a, b| b.cmp(a));
        let index = reads[self.pick(reads.len(), Pick::Value)];
        if self.stores(object).value(index) == exchange.expected {
            self.see(object, index, exchange.success);
            Exchanged::Done(self.keep(object, exchange.success, index + 1, new, true))
        } else {
            Exchanged::Different(self.see(object, index, exchange.failure))
        }
    }

    /// Keeps a store of the current thread at `place` in modification order; `continues` says
    /// that it is one half of a read-modify-write.
    fn keep(
        &mut self,
        object: Id<Atomic>,
        order: Ordering,
        place: usize,
        value: u64,
        continues: bool,
    ) -> Written {
        let current = self.current;
        let task = &self.tasks[current];
        let message = if releases(order) {
            task.clock.clone()
        } else {
            let fences = task.fences.as_ref();
            fences.map_or_else(VectorClock::default, |fences| fences.released.clone())
        };
        let stores = &mut Atomic::table_mut(&mut self.objects)[object.index()]
            .state
            .stores;
        let old = stores.value(place - 1);
        let consistent = order == Ordering::SeqCst;
        stores.insert(
            place,
            value,
            current,
            &task.clock,
            message,
            consistent,
            continues,
        );
        let newest = stores.newest();
        Written {
            old,
            new: value,
            hidden_by: (place < newest).then(|| stores.value(newest)),
        }
    }

    /// A fence.
    pub(crate) fn weak_fence(&mut self, order: Ordering) {
        self.fence(order);
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
        for atomic in Atomic::table_mut(&mut self.objects) {
            let stores = &mut atomic.state.stores;
            if !stores.is_empty() {
                let index = stores.last_consistent().max(stores.oldest(&self.fenced));
                stores.mark(index, current, clock);
            }
        }
        self.fenced.join(clock);
    }
}
