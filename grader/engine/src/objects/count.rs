//! Changes of an `Arc`'s counts, and questions about them.
//!
//! What orders what is as in the real library: whoever drops an `Arc` hands on what it knows,
//! and whoever is told that it has the last one takes that over. To be told a number, or that
//! there are others, orders nothing.

use std::panic::Location;

use super::old_op as op;
use crate::{
    access::{Access, Part},
    config::Granularity,
    counts::{Count, CountOp, Counts, Shared},
    execution::Execution,
    object::{Class, ObjectId, State},
    op::OpKind,
    runtime::{is_running, point, with},
    trace::Effect,
};

/// A value begins to be shared at `address`. What was there before is another one.
pub fn new(address: usize) {
    with(|execution| execution.allocations.remove(&address));
}

/// Announces `change`, or a question, about the value at `address`. The caller does it when
/// this returns. `counts` says what the counts are before.
///
/// A drop has no place of its own in the program; without one it is told with what the
/// thread did before it.
pub fn count(
    change: CountOp,
    address: usize,
    location: Option<&'static Location<'static>>,
    counts: &dyn Fn() -> Counts,
) {
    if !is_running() {
        return;
    }
    let (announced, pauses) = with(|execution| {
        // Where there are no others any more, the answer is the same under every schedule.
        if change.asks() && !execution.has_joined_all() {
            execution.need(Granularity::Counts);
        }
        let arc = execution.shared_at(address);
        let before = execution.tasks[execution.current].pending.location;
        let location = location.unwrap_or(before);
        let pauses = change.asks() || !execution.over;
        (op(OpKind::Count(change), arc, location), pauses)
    });
    if pauses {
        point(announced, None);
    }
    let before = counts();
    with(|execution| {
        let arc = execution.shared_at(address);
        execution.count(arc, change, before);
        if execution.config.traced {
            execution.record(announced, Effect::Counted(change.counted(before)));
        }
    });
}

/// One of the two counts.
type Which = fn(&mut Shared) -> &mut Count;

impl Execution {
    fn shared_at(&mut self, address: usize) -> ObjectId {
        if let Some(&arc) = self.allocations.get(&address) {
            return arc;
        }
        let arc = self.register_old(Class::Arc, State::Arc(Box::default()));
        self.allocations.insert(address, arc);
        arc
    }

    fn shared(&mut self, arc: ObjectId) -> &mut Shared {
        match &mut self.object(arc).state {
            State::Arc(shared) => shared,
            _ => unreachable!("an `Arc` is shared"),
        }
    }

    /// Does `change` to a value whose counts are `before`.
    fn count(&mut self, arc: ObjectId, change: CountOp, before: Counts) {
        let touches = change.touches(before, self.config.granularity.has(Granularity::Drops));
        if let Some(access) = touches.strong {
            self.touch(arc, access);
            self.agree_on_time(arc, access, |shared| &mut shared.strong);
        }
        if let Some(access) = touches.weak {
            self.touch_part(arc, Part::WATCHERS, access);
            self.agree_on_time(arc, access, |shared| &mut shared.weak);
        }
        match change {
            CountOp::Drop | CountOp::IntoInner | CountOp::Complete => {
                self.hand_on(arc, |shared| &mut shared.strong);
            }
            CountOp::WeakDrop => self.hand_on(arc, |shared| &mut shared.weak),
            _ => {}
        }
        let alone = before.strong == 1;
        match change {
            CountOp::Drop | CountOp::IntoInner | CountOp::TryUnwrap | CountOp::MakeMut if alone => {
                self.learn_from_count(arc, |shared| &mut shared.strong);
            }
            CountOp::GetMut if alone && before.weak == 0 => {
                self.learn_from_count(arc, |shared| &mut shared.strong);
                self.learn_from_count(arc, |shared| &mut shared.weak);
            }
            CountOp::Upgrade if before.strong > 0 => {
                self.learn_from_count(arc, |shared| &mut shared.strong);
            }
            CountOp::Downgrade => self.learn_from_count(arc, |shared| &mut shared.weak),
            _ => {}
        }
    }

    /// Whoever looks at a count does so no earlier than it was changed, and the other way round.
    fn agree_on_time(&mut self, arc: ObjectId, access: Access, which: Which) {
        let now = self.tasks[self.current].clock.time();
        let count = which(self.shared(arc));
        let now = match access {
            Access::Read => now.max(count.changed),
            Access::Add => now.max(count.looked),
            _ => now.max(count.changed).max(count.looked),
        };
        if access != Access::Add {
            count.looked = count.looked.max(now);
        }
        if access != Access::Read {
            count.changed = count.changed.max(now);
        }
        let current = self.current;
        self.tasks[current].clock.advance_to(now);
    }

    /// What the current thread knows is there for those who come after.
    fn hand_on(&mut self, arc: ObjectId, which: Which) {
        self.settle_pointers(None);
        let known = self.tasks[self.current].clock.clone();
        which(self.shared(arc)).known.join(&known);
    }

    /// The current thread takes over what others have left there.
    fn learn_from_count(&mut self, arc: ObjectId, which: Which) {
        self.settle_pointers(None);
        let known = which(self.shared(arc)).known.clone();
        let current = self.current;
        self.tasks[current].clock.join(&known);
    }
}
