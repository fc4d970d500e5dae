//! The table of descriptors of a process.

use std::collections::BTreeMap;

use crate::{
    descriptor::{Description, Fd},
    lowest_free::LowestFree,
    slots::Id,
};

/// Which description each descriptor leads to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    all: BTreeMap<Fd, Id<Description>>,
    numbers: LowestFree,
}

impl Table {
    /// The lowest descriptor from this one on that is not open.
    pub(crate) fn free_from(&self, first: Fd) -> Fd {
        let first = usize::try_from(first).unwrap_or(0);
        Fd::try_from(self.numbers.from(first)).unwrap_or(Fd::MAX)
    }

    pub(crate) fn get(&self, fd: Fd) -> Option<Id<Description>> {
        self.all.get(&fd).copied()
    }

    /// Opens a descriptor; what it led to before.
    pub(crate) fn insert(&mut self, fd: Fd, to: Id<Description>) -> Option<Id<Description>> {
        self.numbers.take(number(fd));
        self.all.insert(fd, to)
    }

    /// Closes a descriptor; what it led to.
    pub(crate) fn remove(&mut self, fd: Fd) -> Option<Id<Description>> {
        let removed = self.all.remove(&fd)?;
        self.numbers.give_back(number(fd));
        Some(removed)
    }

    /// From the lowest descriptor on.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Fd, Id<Description>)> {
        self.all.iter().map(|(fd, description)| (*fd, *description))
    }
}

fn number(fd: Fd) -> usize {
    usize::try_from(fd).expect("an open descriptor is no negative number")
}
