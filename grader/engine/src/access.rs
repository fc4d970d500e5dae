//! What a step touches, and which steps cannot be swapped: the dependency relation of
//! partial-order reduction.
//!
//! Source: P. Godefroid, "Partial-Order Methods for the Verification of Concurrent
//! Systems", LNCS 1032 (1996), chapter 3, for (un)conditional dependency; the
//! distinction between a race and a mere order for blocking operations is that of
//! P. Abdulla et al., "Source Sets", JACM 2017, section on locks.

/// Something that steps of different threads can touch.
///
/// The execution has some resources of its own. Each object and each thread is given its resources
/// when it is registered, as many as it has parts, with consecutive numbers. So a number depends on
/// the steps before the registration alone, and two executions that begin with the same steps
/// agree on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource(u32);

impl Resource {
    /// The history that a check records.
    pub(crate) const HISTORY: Self = Self(0);

    /// The order of the sequentially consistent fences among other such operations.
    pub(crate) const FENCES: Self = Self(1);

    /// The clocks of threads, where they are compared.
    pub(crate) const CLOCKS: Self = Self(2);

    /// The first one that is given to an object or a thread.
    const FIRST: Self = Self(3);

    /// The resource of a part of what has this one as its first.
    pub(crate) fn part(self, part: Part) -> Self {
        Self(self.0 + part.0)
    }

    /// A small number, different for each resource of an execution.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A part of an object or a thread, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part(pub(crate) u32);

impl Part {
    /// The object itself.
    pub(crate) const OBJECT: Self = Self(0);
}

/// Gives resources to what is registered in an execution.
#[derive(Debug)]
pub(crate) struct Resources {
    next: Resource,
}

impl Default for Resources {
    fn default() -> Self {
        Self {
            next: Resource::FIRST,
        }
    }
}

impl Resources {
    /// The first of `parts` resources with consecutive numbers, which no other object has.
    pub(crate) fn allocate(&mut self, parts: u32) -> Resource {
        let first = self.next;
        self.next = first.part(Part(parts));
        first
    }
}

/// What a step does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// It can tell the state, and leaves it.
    Read,
    /// It changes the state, or tells more than the others assume.
    Write,
    /// It takes the resource for itself, and waits until it can.
    Acquire,
    /// It takes a share of the resource, and waits until it can.
    AcquireShared,
    /// It gives back what [`Acquire`](Self::Acquire) took.
    Release,
    /// It gives back what [`AcquireShared`](Self::AcquireShared) took.
    ReleaseShared,
    /// It changes the state by a share that does not depend on the state: such changes come to
    /// the same in whatever order they are made.
    Add,
    /// An interval begins.
    Open,
    /// An interval ends.
    Close,
}

/// How two accesses to one resource by different threads, in this order, are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// They can be swapped without a difference.
    Independent,
    /// The order matters, and could have been the other way round.
    Race,
    /// The first makes the second possible: the other way round cannot be.
    Order,
}

impl Access {
    /// How this access and a later one are related.
    pub(crate) fn relation(self, later: Self) -> Relation {
        use Access::{
            Acquire, AcquireShared, Add, Close, Open, Read, Release, ReleaseShared, Write,
        };
        match (self, later) {
            (Read, Read)
            | (AcquireShared | ReleaseShared, AcquireShared)
            | (Add, Add)
            | (Open, Open)
            | (Close, Close)
            // Who gives back took it before, and that is ordered already.
            | (Acquire | AcquireShared | Release | ReleaseShared, Release | ReleaseShared) => {
                Relation::Independent
            }
            (Release, Acquire | AcquireShared) | (ReleaseShared, Acquire) => Relation::Order,
            (
                Read | Write | Acquire | AcquireShared | Add | Open | Close,
                Read | Write | Acquire | AcquireShared | Add | Open | Close,
            )
            | (Release | ReleaseShared, Read | Write | Add | Open | Close)
            | (Read | Write | Add | Open | Close, Release | ReleaseShared) => Relation::Race,
        }
    }

    /// Whether the access waits until the resource is free.
    pub(crate) fn waits(self) -> bool {
        matches!(self, Self::Acquire | Self::AcquireShared)
    }
}

/// Index of a step in its execution.
pub(crate) type StepIndex = u32;

/// What a step touched, known once it is done.
#[derive(Debug, Clone, Default)]
pub struct Footprint {
    /// What it did to which resource.
    pub(crate) accesses: Vec<(Resource, Access)>,
    /// Earlier steps that made it possible in whatever order the others come.
    pub(crate) enabled_by: Vec<StepIndex>,
    /// Earlier steps that gave it room, as a release gives a lock.
    pub(crate) room_from: Vec<StepIndex>,
    /// What its thread was waiting to do, which something else let go on instead: how it would have
    /// taken what.
    pub(crate) instead_of: Vec<(Resource, Access)>,
    /// Whether it ended the program while other threads were alive.
    pub(crate) ends_program: bool,
    /// Whether it ended another process than the first one while threads of it were alive.
    pub(crate) stops_threads: bool,
}

impl Footprint {
    pub(crate) fn clear(&mut self) {
        self.accesses.clear();
        self.enabled_by.clear();
        self.room_from.clear();
        self.instead_of.clear();
        self.ends_program = false;
        self.stops_threads = false;
    }
}
