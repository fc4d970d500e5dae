//! What steps have in common with others that make calls of the same kernel.

use kernel::Part;
use smallvec::SmallVec;

use super::{System, by_part::ByPart};
use crate::{
    access::{self, Access, Resource},
    clock::VectorClock,
    execution::Execution,
    objects::Id,
};

/// How many resources a kernel has. Parts with numbers that are further apart than that share
/// one: then their steps are tried in both orders without need.
pub(super) const RESOURCES: u32 = 1 << 14;

/// What processes learn of each other by what they do to parts of a kernel.
///
/// An access is no earlier than those before it that it depends on, and learns nothing of the others.
/// So what a process knows is the same in whatever order independent steps come, and the steps of an
/// execution, sorted by time, are an execution.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    known: Vec<Known>,
    /// Where that of a part is, which is small: it is looked for at each call.
    places: ByPart<Option<usize>>,
}

impl Clocks {
    /// The place of a part, which gets one if it was not touched before.
    fn place(&mut self, part: Part) -> usize {
        let known = &mut self.known;
        *self.places.get_mut(part).get_or_insert_with(|| {
            known.push(Known::default());
            known.len() - 1
        })
    }
}

/// What those know together that have done the same to a part, as soon as they had.
#[derive(Debug, Default)]
struct Known(SmallVec<[(kernel::Access, VectorClock); 2]>);

impl Known {
    /// A clock takes over what it learns by an access.
    fn teach(&self, clock: &mut VectorClock, access: kernel::Access) {
        let earlier = self.0.iter();
        for (_, known) in earlier.filter(|(earlier, _)| earlier.depends_on(access)) {
            clock.join(known);
        }
    }

    /// An access was made by who knew this.
    fn take_in(&mut self, clock: &VectorClock, access: kernel::Access) {
        match self.0.iter_mut().find(|(same, _)| *same == access) {
            // It knows that already, and clocks that are the same share their memory.
            Some((_, known)) if access.depends_on(access) => known.clone_from(clock),
            Some((_, known)) => known.join(clock),
            None => self.0.push((access, clock.clone())),
        }
    }
}

/// The resource of a part of the kernel whose first resource is `first`. It must not depend on
/// which parts were touched before: a search compares what was touched in different executions.
pub(super) fn resource(first: Resource, part: Part) -> Resource {
    let number = part.number() % RESOURCES as usize;
    first.part(access::Part(number as u32))
}

impl Execution {
    /// Notes what the current step does to parts of a kernel, and what its process learns by that
    /// and tells. Who can read from a pipe is [told otherwise](Self::follow_ends).
    pub(super) fn touch_parts(&mut self, system: Id<System>, accesses: &[(Part, kernel::Access)]) {
        self.settle_pointers(None);
        self.tell_waiters(system, accesses);
        let first = self.entry(system).resource;
        for &(part, access) in accesses {
            self.access(resource(first, part), access.into());
        }
        let current = self.current;
        let mut clock = std::mem::take(&mut self.tasks[current].clock);
        let clocks = &mut self.state(system).clocks;
        let mut told: SmallVec<[(usize, kernel::Access); 8]> = SmallVec::new();
        for &(part, access) in accesses {
            if matches!(part, Part::ReadEnds(_)) {
                continue;
            }
            let place = clocks.place(part);
            clocks.known[place].teach(&mut clock, access);
            told.push((place, access));
        }
        // Who touches one of the parts later learns what was learned from the others.
        for (place, access) in told {
            clocks.known[place].take_in(&clock, access);
        }
        self.tasks[current].clock = clock;
    }
}

impl From<kernel::Access> for Access {
    fn from(access: kernel::Access) -> Self {
        match access {
            kernel::Access::Read => Self::Read,
            kernel::Access::Write => Self::Write,
            kernel::Access::Acquire => Self::Acquire,
            kernel::Access::AcquireShared => Self::AcquireShared,
            kernel::Access::Release => Self::Release,
            kernel::Access::ReleaseShared => Self::ReleaseShared,
            kernel::Access::Add => Self::Add,
            kernel::Access::Open => Self::Open,
            kernel::Access::Close => Self::Close,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Relation;

    #[test]
    fn the_kernel_has_the_same_relation_of_accesses() {
        const ALL: [kernel::Access; 9] = [
            kernel::Access::Read,
            kernel::Access::Write,
            kernel::Access::Acquire,
            kernel::Access::AcquireShared,
            kernel::Access::Release,
            kernel::Access::ReleaseShared,
            kernel::Access::Add,
            kernel::Access::Open,
            kernel::Access::Close,
        ];
        for (one, other) in ALL.iter().flat_map(|one| ALL.map(|other| (*one, other))) {
            let (first, second) = (Access::from(one), Access::from(other));
            let depends = first.relation(second) != Relation::Independent
                || second.relation(first) != Relation::Independent;
            assert_eq!(one.depends_on(other), depends, "{one:?} {other:?}");
        }
    }
}
