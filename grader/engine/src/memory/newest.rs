//! Sequentially consistent memory: each load sees the newest store. What that hands on is
//! still a matter of the orderings that are written: a `Relaxed` flag is seen at once and
//! orders no plain memory, so that a data race behind it is found without
//! [weakly ordered memory](super).
//!
//! An execution in which every load sees the newest store is one of those that the language
//! allows, so a race in it is a race of the program.
//!
//! The clock of an atomic is what a thread learns that acquires its newest store. Source: ISO
//! C++20 [intro.races] 5 (release sequences) and [atomics.fences].

use std::sync::atomic::Ordering;

use super::{acquires, releases};
use crate::{
    execution::Execution,
    objects::{
        Id, Listed,
        atomic::{Atomic, Exchange},
    },
    task::Task,
};

impl Execution {
    /// A load of the newest store. The thread takes over what comes with it, at once or at its
    /// next acquire fence, and both agree on the later moment.
    pub(crate) fn load_newest(&mut self, object: Id<Atomic>, order: Ordering) {
        let Task { clock, fences, .. } = &mut self.tasks[self.current];
        let message = &mut Atomic::table_mut(&mut self.objects)[object.index()].clock;
        if acquires(order) {
            clock.join(message);
        } else {
            clock.advance_to(message.time());
            fences.get_or_insert_default().pending.join(message);
        }
        message.advance_to(clock.time());
    }

    /// A store that is the newest from now on, and begins a release sequence of its own.
    pub(crate) fn store_newest(&mut self, object: Id<Atomic>, order: Ordering) {
        let Task { clock, fences, .. } = &mut self.tasks[self.current];
        let message = &mut Atomic::table_mut(&mut self.objects)[object.index()].clock;
        let time = clock.time().max(message.time());
        clock.advance_to(time);
        if releases(order) {
            message.clone_from(clock);
        } else if let Some(fences) = fences {
            message.clone_from(&fences.released);
        } else {
            message.clear();
        }
        message.advance_to(time);
    }

    /// A read-modify-write of the newest store, whose release sequence it carries on.
    pub(crate) fn update_newest(&mut self, object: Id<Atomic>, order: Ordering) {
        if acquires(order) && releases(order) {
            // Both clocks become the union: the same as below, in one pass.
            self.synchronise(object);
            return;
        }
        self.load_newest(object, order);
        let Task { clock, fences, .. } = &mut self.tasks[self.current];
        let message = &mut Atomic::table_mut(&mut self.objects)[object.index()].clock;
        if releases(order) {
            message.join(clock);
        } else if let Some(fences) = fences {
            message.join(&fences.released);
        }
    }

    /// A compare-and-exchange, which is a load if it is not done.
    pub(crate) fn exchange_newest(&mut self, object: Id<Atomic>, exchange: Exchange, done: bool) {
        if done {
            self.update_newest(object, exchange.success);
        } else {
            self.load_newest(object, exchange.failure);
        }
    }

    /// A fence hands on, or takes over, what the atomic operations around it do not.
    pub(crate) fn fence(&mut self, order: Ordering) {
        let Task { clock, fences, .. } = &mut self.tasks[self.current];
        let fences = fences.get_or_insert_default();
        if acquires(order) {
            clock.join(&fences.pending);
        }
        if releases(order) {
            fences.released.clone_from(clock);
        }
    }
}
