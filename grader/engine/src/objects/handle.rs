//! How the modelled library names its objects.

use std::{cell::Cell, fmt, marker::PhantomData, panic::RefUnwindSafe};

use super::Listed;
use crate::{runtime, statics};

/// An object of the class `T` in one execution, numbered in the order of registration.
pub struct Id<T> {
    index: u32,
    class: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The object with this index in the table of its class.
    pub(crate) fn new(index: usize) -> Self {
        Self {
            index: index as u32,
            class: PhantomData,
        }
    }

    /// Its index in the table of its class.
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.index as usize
    }

    /// Its number among the objects of its class, from 1.
    pub fn number(self) -> u32 {
        self.index + 1
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl<T> Eq for Id<T> {}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

/// What a modelled object of the class `T` carries to find its [`Id`] in the current execution.
///
/// It is `const`-constructible, so that modelled objects can be statics, and
/// registers itself at its first touch in each execution.
pub struct Handle<T> {
    generation: Cell<u64>,
    index: Cell<u32>,
    class: PhantomData<fn() -> T>,
}

// SAFETY: all threads of an execution are coroutines on one operating-system
// thread, and an execution never outlives or leaves that thread, so the cells are
// never touched by two operating-system threads at once.
unsafe impl<T> Sync for Handle<T> {}
// SAFETY: as above; the cells hold plain numbers.
unsafe impl<T> Send for Handle<T> {}

// A panic leaves a handle as whole as it was.
impl<T> RefUnwindSafe for Handle<T> {}

impl<T> Default for Handle<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl<T> Handle<T> {
    /// A handle that no execution has seen.
    pub const fn new() -> Self {
        Self {
            generation: Cell::new(0),
            index: Cell::new(0),
            class: PhantomData,
        }
    }

    /// The object, if the current execution has touched it.
    pub fn known(&self) -> Option<Id<T>> {
        let generation = self.generation.get();
        let known = runtime::try_with(|execution| execution.generation == generation);
        known
            .unwrap_or(false)
            .then(|| Id::new(self.index.get() as usize))
    }

    /// From now on this is the object, in the current execution.
    ///
    /// # Panics
    ///
    /// Panics outside of an execution.
    pub fn set(&self, id: Id<T>) {
        self.generation
            .set(runtime::with(|execution| execution.generation));
        self.index.set(id.index);
    }

    /// Makes the next touch a first one again.
    pub fn forget(&self) {
        self.generation.set(0);
    }
}

#[expect(
    private_bounds,
    reason = "the classes of object are those of this crate"
)]
impl<T: Listed> Handle<T> {
    /// The object in the current execution. At its first touch there it is
    /// registered, and the `size` bytes at `value` are restored if they are a static.
    ///
    /// # Panics
    ///
    /// Panics outside of an execution.
    pub fn resolve(&self, value: *mut u8, size: usize) -> Id<T> {
        self.known().unwrap_or_else(|| self.register(value, size))
    }

    fn register(&self, value: *mut u8, size: usize) -> Id<T> {
        let id = runtime::with(|execution| {
            let id = execution.register::<T>();
            statics::restore(value, size);
            id
        });
        self.set(id);
        id
    }
}
