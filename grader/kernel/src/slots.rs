//! Values by number, which several others share and which go when nobody has them any more.

use std::marker::PhantomData;

use slab::Slab;

/// The number of a value.
#[derive(Debug)]
pub(crate) struct Id<T> {
    index: usize,
    number: usize,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Id<T> {}

impl<T> Id<T> {
    /// A small number that no other value of the kind has had: what was done to a value that has
    /// gone is not mistaken for something that was done to a later one.
    pub(crate) fn number(self) -> usize {
        self.number
    }
}

/// Values of a kind, each with the number of those who share it.
#[derive(Debug, Clone)]
pub(crate) struct Slots<T> {
    all: Slab<Shared<T>>,
    /// How many there have been.
    count: usize,
}

/// A value, its number, and how many share it.
#[derive(Debug, Clone)]
struct Shared<T> {
    value: T,
    number: usize,
    shares: usize,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            all: Slab::new(),
            count: 0,
        }
    }
}

impl<T> Slots<T> {
    /// Puts a value in, which one has.
    pub(crate) fn add(&mut self, value: T) -> Id<T> {
        let number = self.count;
        self.count += 1;
        let index = self.all.insert(Shared {
            value,
            number,
            shares: 1,
        });
        id(index, number)
    }

    /// One more has it.
    pub(crate) fn share(&mut self, id: Id<T>) -> Id<T> {
        self.all[id.index].shares += 1;
        id
    }

    /// One less has it; the value, if that was the last one.
    pub(crate) fn release(&mut self, id: Id<T>) -> Option<T> {
        let shared = &mut self.all[id.index];
        shared.shares -= 1;
        (shared.shares == 0).then(|| self.all.remove(id.index).value)
    }

    /// The value.
    pub(crate) fn get(&self, id: Id<T>) -> &T {
        &self.all[id.index].value
    }

    /// The value, to change it.
    pub(crate) fn get_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.all[id.index].value
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        let all = self.all.iter();
        all.map(|(index, shared)| (id(index, shared.number), &shared.value))
    }

    /// All of them, to change them.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.all.iter_mut().map(|(_, shared)| &mut shared.value)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}

fn id<T>(index: usize, number: usize) -> Id<T> {
    Id {
        index,
        number,
        of: PhantomData,
    }
}
