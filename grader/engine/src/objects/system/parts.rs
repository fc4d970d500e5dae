//! What steps have in common with others that make calls of the same kernel.

use kernel::Part;

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

/// What a process learns that looks at a part of a kernel.
#[derive(Debug, Default)]
pub(super) struct Clocks(ByPart<VectorClock>);

/// The resource of a part of the kernel whose first resource is `first`. It must not depend on
/// which parts were touched before: a search compares what was touched in different executions.
pub(super) fn resource(first: Resource, part: Part) -> Resource {
    let number = part.number() % RESOURCES as usize;
    first.part(access::Part(number as u32))
}

impl Execution {
    /// Notes what the current step does to parts of a kernel, and what its process learns by that
    /// and tells.
    pub(super) fn touch_parts(&mut self, system: Id<System>, accesses: &[(Part, kernel::Access)]) {
        self.settle_pointers(None);
        self.tell_waiters(system, accesses);
        let first = self.entry(system).resource;
        for &(part, access) in accesses {
            self.access(resource(first, part), access.into());
            let current = self.current;
            let mut clock = std::mem::take(&mut self.tasks[current].clock);
            let known = self.state(system).clocks.0.get_mut(part);
            if access == kernel::Access::Read {
                clock.join(known);
            } else {
                clock.share(known);
            }
            self.tasks[current].clock = clock;
        }
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
