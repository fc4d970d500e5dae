//! Values that are shared by counting who has them: what an `Arc` and its `Weak`s stand for.
//!
//! The counts themselves are the business of the modelled library. Here is what its threads
//! learn through them, and which of its operations are steps at all: few programs ask for a
//! count, and to the others the moment at which one changes is nothing. So a change is no
//! step until a thread asks for one; who searches then begins anew with finer steps
//! ([`Granularity::Counts`]). Who drops the last `Arc` makes a difference too if the value's
//! destructor does something visible, and nothing else ordered the drops ([`Granularity::Drops`]).
//!
//! What orders what is as in the real library: whoever drops an `Arc` hands on what it knows,
//! and whoever is told that it has the last one takes that over. To be told a number, or that
//! there are others, orders nothing.

mod counts;

use std::{collections::BTreeMap, panic::Location};

use super::{Facts, Held, Id, Object, op};
use crate::{
    access::{Access, Part},
    clock::VectorClock,
    config::Granularity,
    execution::Execution,
    op::TaskId,
    runtime::{is_running, point, try_with, with},
    task::Task,
    trace::Effect,
};

pub use counts::{Counts, Operation};

/// A value that is shared by counting who has it.
#[derive(Debug, Default)]
pub struct Arc {
    strong: Count,
    weak: Count,
}

/// What is known of one count.
#[derive(Debug, Default)]
struct Count {
    /// What those knew who made it smaller.
    known: VectorClock,
    /// The latest moment at which it was changed.
    changed: u64,
    /// The latest moment at which a thread looked at it.
    looked: u64,
}

/// How many watch the value.
const WATCHERS: Part = Part(1);

impl Object for Arc {
    type Operation = Operation;
    const PARTS: u32 = 2;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        operation.facts()
    }

    fn is_enabled(&self, _: Operation, _: &Task) -> bool {
        // Counts are changed and looked at, and never waited for.
        true
    }

    fn holder(&self, _: Operation, _: TaskId, _: &Task) -> Option<Held> {
        None
    }
}

/// The shared values of an execution by their addresses: an `Arc` has no room for more.
pub(crate) type Allocations = BTreeMap<usize, Id<Arc>>;

/// Whether changes of counts are steps of the current execution.
// Its callers are compiled with the programs under test, which are not optimised.
#[inline(never)]
pub fn counts_are_steps() -> bool {
    try_with(|execution| execution.config.granularity.has(Granularity::Counts)).unwrap_or(false)
}

/// A value begins to be shared at `address`. What was there before is another one.
pub fn begin(address: usize) {
    with(|execution| execution.allocations.remove(&address));
}

/// Announces `change`, or a question, about the value at `address`. The caller does it when
/// this returns. `counts` says what the counts are before.
///
/// A drop has no place of its own in the program; without one it is told with what the
/// thread did before it.
pub fn count(
    change: Operation,
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
        (op(change, arc, location), pauses)
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
type Which = fn(&mut Arc) -> &mut Count;

impl Execution {
    fn shared_at(&mut self, address: usize) -> Id<Arc> {
        if let Some(&arc) = self.allocations.get(&address) {
            return arc;
        }
        let arc = self.register::<Arc>();
        self.allocations.insert(address, arc);
        arc
    }

    /// Does `change` to a value whose counts are `before`.
    fn count(&mut self, arc: Id<Arc>, change: Operation, before: Counts) {
        let touches = change.touches(before, self.config.granularity.has(Granularity::Drops));
        if let Some(access) = touches.strong {
            self.touch(arc, access);
            self.agree_on_time(arc, access, |arc| &mut arc.strong);
        }
        if let Some(access) = touches.weak {
            self.touch_part(arc, WATCHERS, access);
            self.agree_on_time(arc, access, |arc| &mut arc.weak);
        }
        match change {
            Operation::Drop | Operation::IntoInner | Operation::Complete => {
                self.hand_on(arc, |arc| &mut arc.strong);
            }
            Operation::WeakDrop => self.hand_on(arc, |arc| &mut arc.weak),
            _ => {}
        }
        let alone = before.strong == 1;
        match change {
            Operation::Drop | Operation::IntoInner | Operation::TryUnwrap | Operation::MakeMut
                if alone =>
            {
                self.learn_from_count(arc, |arc| &mut arc.strong);
            }
            Operation::GetMut if alone && before.weak == 0 => {
                self.learn_from_count(arc, |arc| &mut arc.strong);
                self.learn_from_count(arc, |arc| &mut arc.weak);
            }
            Operation::Upgrade if before.strong > 0 => {
                self.learn_from_count(arc, |arc| &mut arc.strong);
            }
            Operation::Downgrade => self.learn_from_count(arc, |arc| &mut arc.weak),
            _ => {}
        }
    }

    /// Whoever looks at a count does so no earlier than it was changed, and the other way round.
    fn agree_on_time(&mut self, arc: Id<Arc>, access: Access, which: Which) {
        let now = self.tasks[self.current].clock.time();
        let count = which(self.state(arc));
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
    fn hand_on(&mut self, arc: Id<Arc>, which: Which) {
        self.settle_pointers(None);
        let known = self.tasks[self.current].clock.clone();
        which(self.state(arc)).known.join(&known);
    }

    /// The current thread takes over what others have left there.
    fn learn_from_count(&mut self, arc: Id<Arc>, which: Which) {
        self.settle_pointers(None);
        let known = which(self.state(arc)).known.clone();
        let current = self.current;
        self.tasks[current].clock.join(&known);
    }
}
