//! Values by number, which several others share and which go when nobody has them any more.

use std::marker::PhantomData;

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
    /// The number alone, as people see it.
    pub(crate) fn number(self) -> usize {
        self.index
    }
}

/// Values of a kind, each with the number of those who share it.
#[derive(Debug, Clone)]
pub(crate) struct Slots<T> {
    all: Vec<Option<(usize, T)>>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { all: Vec::new() }
    }
}

impl<T> Slots<T> {
    /// Puts a value in, which one has.
    pub(crate) fn add(&mut self, value: T) -> Id<T> {
        let free = self.all.iter().position(Option::is_none);
        let index = free.unwrap_or_else(|| {
            self.all.push(None);
            self.all.len() - 1
        });
        self.all[index] = Some((1, value));
        Id {
            index,
            of: PhantomData,
        }
    }

    /// One more has it.
    pub(crate) fn share(&mut self, id: Id<T>) -> Id<T> {
        self.slot(id).0 += 1;
        id
    }

    /// One less has it; the value, if that was the last one.
    pub(crate) fn release(&mut self, id: Id<T>) -> Option<T> {
        let slot = self.slot(id);
        slot.0 -= 1;
        if slot.0 > 0 {
            return None;
        }
        self.all[id.index].take().map(|(_, value)| value)
    }

    /// The value.
    pub(crate) fn get(&self, id: Id<T>) -> &T {
        let slot = self.all[id.index].as_ref();
        &slot.expect("somebody has it").1
    }

    /// The value, to change it.
    pub(crate) fn get_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.slot(id).1
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.all.iter().flatten().map(|(_, value)| value)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all().count()
    }

    fn slot(&mut self, id: Id<T>) -> &mut (usize, T) {
        self.all[id.index].as_mut().expect("somebody has it")
    }
}
