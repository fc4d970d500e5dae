//! The objects that threads meet at, and how the modelled library names them.

use std::{cell::Cell, panic::RefUnwindSafe};

use crate::{
    access::{Part, Resource},
    clock::VectorClock,
    counts::Shared,
    execution::Execution,
    race::Accesses,
    runtime, statics,
};

/// An object of one execution, numbered in the order of first touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub(crate) u32);

/// What sort of object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A mutex.
    Mutex,
    /// A condition variable.
    Condvar,
    /// An atomic variable.
    Atomic,
    /// A channel.
    Channel,
    /// A lock for many readers or one writer.
    RwLock,
    /// A barrier.
    Barrier,
    /// Something that is done once.
    Once,
    /// Plain memory behind an `UnsafeCell`.
    Cell,
    /// A value that is shared by counting who has it.
    Arc,
}

impl Class {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Arc as usize + 1;

    /// How many resources an object of the class has.
    pub(crate) fn parts(self) -> u32 {
        match self {
            Self::Condvar | Self::Atomic | Self::Barrier | Self::Once | Self::Cell => 1,
            Self::Mutex | Self::Channel | Self::Arc => 2,
            Self::RwLock => 3,
        }
    }
}

impl Part {
    /// How many watch what an `Arc` shares.
    pub(crate) const WATCHERS: Self = Self(1);
}

/// What an object is called: its class, and its number in that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectName {
    /// The class.
    pub class: Class,
    /// Its number among the objects of the class, from 1.
    pub number: u32,
}

/// The part of an object's state that decides who can go on.
#[derive(Debug)]
pub(crate) enum State {
    Cell(Accesses),
    Arc(Box<Shared>),
}

/// An object: its state, its clock, and its name.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) class: Class,
    pub(crate) state: State,
    pub(crate) clock: VectorClock,
    /// Number among the objects of its class, from 1.
    pub(crate) number: u32,
    /// The first of its resources.
    pub(crate) resource: Resource,
}

/// What a modelled object carries to find its [`ObjectId`] in the current execution.
///
/// It is `const`-constructible, so that modelled objects can be statics, and
/// registers itself at its first touch in each execution.
#[derive(Debug)]
pub struct OldHandle {
    generation: Cell<u64>,
    id: Cell<u32>,
}

// SAFETY: all threads of an execution are coroutines on one operating-system
// thread, and an execution never outlives or leaves that thread, so the cells are
// never touched by two operating-system threads at once.
unsafe impl Sync for OldHandle {}
// SAFETY: as above; the cells hold plain numbers.
unsafe impl Send for OldHandle {}

// A panic leaves a handle as whole as it was.
impl RefUnwindSafe for OldHandle {}

impl Default for OldHandle {
    fn default() -> Self {
        Self::new()
    }
}

impl OldHandle {
    /// A handle that no execution has seen.
    pub const fn new() -> Self {
        Self {
            generation: Cell::new(0),
            id: Cell::new(0),
        }
    }

    /// The object in the current execution. At its first touch there it is
    /// registered with `class`, and the `size` bytes at `value` are restored if they
    /// are a static.
    ///
    /// # Panics
    ///
    /// Panics outside of an execution.
    pub fn resolve(&self, class: Class, value: *mut u8, size: usize) -> ObjectId {
        self.known()
            .unwrap_or_else(|| self.register(class, value, size))
    }

    fn register(&self, class: Class, value: *mut u8, size: usize) -> ObjectId {
        runtime::with(|execution| {
            let state = match class {
                Class::Mutex
                | Class::RwLock
                | Class::Condvar
                | Class::Barrier
                | Class::Once
                | Class::Channel
                | Class::Atomic => {
                    return ObjectId(0);
                }
                Class::Cell => State::Cell(Accesses::default()),
                Class::Arc => State::Arc(Box::default()),
            };
            let id = execution.register_old(class, state);
            statics::restore(value, size);
            self.generation.set(execution.generation);
            self.id.set(id.0);
            id
        })
    }

    /// The object, if the current execution has touched it.
    pub fn known(&self) -> Option<ObjectId> {
        let known = |execution: &mut Execution| self.generation.get() == execution.generation;
        runtime::try_with(known)
            .unwrap_or(false)
            .then(|| ObjectId(self.id.get()))
    }

    /// Makes the next touch a first one again.
    pub fn forget(&self) {
        self.generation.set(0);
    }
}
