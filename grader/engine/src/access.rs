//! What a step touches, and which steps cannot be swapped: the dependency relation of
//! partial-order reduction.
//!
//! Source: P. Godefroid, "Partial-Order Methods for the Verification of Concurrent
//! Systems", LNCS 1032 (1996), chapter 3, for (un)conditional dependency; the
//! distinction between a race and a mere order for blocking operations is that of
//! P. Abdulla et al., "Source Sets", JACM 2017, section on locks.

use crate::{object::ObjectId, op::TaskId};

/// Something that steps of different threads can touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource(u32);

impl Resource {
    /// The history that a check records.
    pub(crate) const HISTORY: Self = Self::new(0, Part::Whole);

    /// The order of the sequentially consistent fences among other such operations.
    pub(crate) const FENCES: Self = Self::new(1, Part::Whole);

    /// The clocks of threads, where they are compared.
    pub(crate) const CLOCKS: Self = Self::new(2, Part::Whole);

    /// Part `part` of what has the number `number` among its like.
    const fn new(number: u32, part: Part) -> Self {
        Self(number << Part::BITS | part as u32)
    }

    /// A modelled object.
    pub(crate) fn object(id: ObjectId) -> Self {
        Self::new(id.0, Part::Object)
    }

    /// What can be told of a channel without waiting, beside its messages: whether there
    /// is room, and whether there are senders.
    pub(crate) fn ends(channel: ObjectId) -> Self {
        Self::new(channel.0, Part::Ends)
    }

    /// Whether a lock is poisoned.
    pub(crate) fn poison(lock: ObjectId) -> Self {
        Self::new(lock.0, Part::Poison)
    }

    /// The writers that wait for a reader-writer lock.
    pub(crate) fn queue(lock: ObjectId) -> Self {
        Self::new(lock.0, Part::Queue)
    }

    /// How many watch what an `Arc` shares. An `Arc` is no channel.
    pub(crate) fn watchers(arc: ObjectId) -> Self {
        Self::ends(arc)
    }

    /// The token of `park`.
    pub(crate) fn token(task: TaskId) -> Self {
        Self::new(task as u32, Part::Token)
    }

    /// The return of a thread's main function.
    pub(crate) fn main_function(task: TaskId) -> Self {
        Self::new(task as u32, Part::MainFunction)
    }

    /// A small number, different for each resource of an execution.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What of an object, a thread or the execution a resource is.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
enum Part {
    Whole,
    Object,
    Ends,
    Poison,
    Queue,
    Token,
    MainFunction,
}

impl Part {
    /// So many bits tell them apart.
    const BITS: u32 = 3;
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
    /// Whether it ended the program while other threads were alive.
    pub(crate) ends_program: bool,
}

impl Footprint {
    pub(crate) fn clear(&mut self) {
        self.accesses.clear();
        self.enabled_by.clear();
        self.room_from.clear();
        self.ends_program = false;
    }
}
