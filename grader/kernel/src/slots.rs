//! Values by number, which several others share and which go when nobody has them any more.

use std::marker::PhantomData;

use slab::Slab;

/// The number of a value.
#[derive(Debug)]
pub(crate) struct Id<T> {
    index: usize,
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
        self.index == other.index
    }
}

impl<T> Eq for Id<T> {}

impl<T> Id<T> {
    fn new(index: usize) -> Self {
        Self {
            index,
            of: PhantomData,
        }
    }

    /// The number alone, as people see it.
    pub(crate) fn number(self) -> usize {
        self.index
    }
}

/// Values of a kind, each with the number of those who share it.
#[derive(Debug, Clone)]
pub(crate) struct Slots<T>(Slab<(usize, T)>);

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self(Slab::new())
    }
}

impl<T> Slots<T> {
    /// Puts a value in, which one has.
    pub(crate) fn add(&mut self, value: T) -> Id<T> {
        Id::new(self.0.insert((1, value)))
    }

    /// One more has it.
    pub(crate) fn share(&mut self, id: Id<T>) -> Id<T> {
        self.0[id.index].0 += 1;
        id
    }

    /// One less has it; the value, if that was the last one.
    pub(crate) fn release(&mut self, id: Id<T>) -> Option<T> {
        let shares = &mut self.0[id.index].0;
        *shares -= 1;
        (*shares == 0).then(|| self.0.remove(id.index).1)
    }

    /// The value.
    pub(crate) fn get(&self, id: Id<T>) -> &T {
        &self.0[id.index].1
    }

    /// The value, to change it.
    pub(crate) fn get_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.0[id.index].1
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        let all = self.0.iter();
        all.map(|(index, (_, value))| (Id::new(index), value))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
