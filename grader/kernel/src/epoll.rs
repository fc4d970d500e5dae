//! Waiting for many descriptors: `epoll(7)`.
//!
//! An instance is not an item of another one here.

use serde::{Deserialize, Serialize};

use std::collections::{BTreeMap, VecDeque};

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    events::Events,
    flags::OpenFlags,
    kernel::{Call, Kernel, Reply, WaitFor},
    process::Pid,
    slots::Id,
};

/// What is waited for at an item, or what is ready there: `struct epoll_event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpollEvent {
    /// The events, and when an item is added or modified the flags.
    pub events: Events,
    /// What the caller knows the item by.
    pub data: u64,
}

/// What is done with an item: `epoll_ctl(2)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EpollControl {
    /// It is added: `EPOLL_CTL_ADD`.
    Add(EpollEvent),
    /// Something else is waited for there: `EPOLL_CTL_MOD`.
    Modify(EpollEvent),
    /// It is removed: `EPOLL_CTL_DEL`.
    Delete,
}

/// An epoll instance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Epoll {
    /// By how many were added before: from the oldest on.
    items: BTreeMap<u64, Item>,
    added: u64,
    /// Where an item of this description and this descriptor is. Descriptions are known by their numbers.
    places: BTreeMap<(usize, Fd), u64>,
    /// The items at each object, from the oldest on.
    at: BTreeMap<(u8, usize), Vec<u64>>,
    /// Those at which something has happened, in that order. They need not be ready any more.
    queue: VecDeque<u64>,
}

/// By what an item is known. It stays as long as the description is open, also if the descriptor is
/// closed or another one: a copy of it, in this process or in another one, may still be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) description: Id<Description>,
    pub(crate) fd: Fd,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) key: Key,
    /// What the description is open on.
    object: Object,
    /// What is waited for, with flags; nothing after it was told if it is told once.
    pub(crate) events: Events,
    pub(crate) data: u64,
    /// Whether it is in the queue.
    is_queued: bool,
}

impl Key {
    fn place(self) -> (usize, Fd) {
        (self.description.number(), self.fd)
    }
}

impl Epoll {
    /// All items, from the oldest on.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// The items at which something has happened, in that order.
    pub(crate) fn queued(&self) -> impl Iterator<Item = &Item> {
        self.queue
            .iter()
            .filter_map(|number| self.items.get(number))
    }

    /// The descriptions of its items.
    pub(crate) fn watched(&self) -> impl Iterator<Item = Id<Description>> {
        self.items().map(|item| item.key.description)
    }

    /// Those of the items at which something has happened, from the oldest on, and what is waited for
    /// there.
    pub(crate) fn ready(&self) -> impl Iterator<Item = (Id<Description>, Events)> {
        let mut numbers: Vec<u64> = self.queue.iter().copied().collect();
        numbers.sort_unstable();
        let items = numbers
            .into_iter()
            .filter_map(|number| self.items.get(&number));
        items.map(|item| (item.key.description, item.events))
    }

    /// Whether it has an item at this object.
    pub(crate) fn watches(&self, object: Object) -> bool {
        self.at.contains_key(&object.number())
    }

    /// Whether an item of it is known by this description.
    pub(crate) fn watches_by(&self, description: Id<Description>) -> bool {
        self.of(description).next().is_some()
    }

    fn of(&self, description: Id<Description>) -> impl Iterator<Item = u64> {
        let number = description.number();
        let places = self.places.range((number, Fd::MIN)..=(number, Fd::MAX));
        places.map(|(_, place)| *place)
    }

    fn find(&mut self, key: Key) -> Option<(u64, &mut Item)> {
        let number = *self.places.get(&key.place())?;
        Some((number, self.items.get_mut(&number)?))
    }

    fn add(&mut self, item: Item) -> u64 {
        let number = self.added;
        self.added += 1;
        self.places.insert(item.key.place(), number);
        let at = self.at.entry(item.object.number()).or_default();
        at.push(number);
        self.items.insert(number, item);
        number
    }

    /// Something has happened at an item.
    fn queue(&mut self, number: u64) {
        if let Some(item) = self.items.get_mut(&number)
            && !std::mem::replace(&mut item.is_queued, true)
        {
            self.queue.push_back(number);
        }
    }

    fn remove(&mut self, number: u64) {
        let Some(item) = self.items.remove(&number) else {
            return;
        };
        self.places.remove(&item.key.place());
        let object = item.object.number();
        if let Some(at) = self.at.get_mut(&object) {
            at.retain(|other| *other != number);
            if at.is_empty() {
                self.at.remove(&object);
            }
        }
        if item.is_queued {
            self.queue.retain(|other| *other != number);
        }
    }
}

impl Kernel {
    /// An epoll instance without items. `epoll_create1(2)`
    ///
    /// # Errors
    ///
    /// `EMFILE`.
    pub fn epoll_create(&mut self, pid: Pid) -> Result<Fd, Errno> {
        let fd = self.free(pid)?;
        let epoll = self.epolls.add(Epoll::default());
        let flags = OpenFlags::READ | OpenFlags::WRITE;
        self.open_as(pid, fd, Description::new(Object::Epoll(epoll), flags));
        Ok(fd)
    }

    /// Adds an item to an epoll instance, modifies or removes it. `epoll_ctl(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `EPERM` for a file or a directory, `EEXIST`, `ENOENT`, `EINVAL` if `epoll` is no
    /// epoll instance or `fd` is one.
    pub fn epoll_ctl(
        &mut self,
        pid: Pid,
        epoll: Fd,
        fd: Fd,
        control: EpollControl,
    ) -> Result<(), Errno> {
        let instance = self.description(pid, epoll)?;
        let description = self.description(pid, fd)?;
        let watched = self.descriptions.get(description).object;
        if matches!(
            watched,
            Object::File(_) | Object::Directory(_) | Object::Segment(_)
        ) {
            return Err(Errno::EPERM);
        }
        let id = self.epoll_of(instance)?;
        if matches!(watched, Object::Epoll(_)) {
            return Err(Errno::EINVAL);
        }
        let key = Key { description, fd };
        let now = self.events(description);
        let epoll = self.epolls.get_mut(id);
        let found = epoll.find(key);
        let (number, event) = match (control, found) {
            (EpollControl::Add(_), Some(_)) => return Err(Errno::EEXIST),
            (EpollControl::Modify(_) | EpollControl::Delete, None) => return Err(Errno::ENOENT),
            (EpollControl::Delete, Some((number, _))) => {
                epoll.remove(number);
                return Ok(());
            }
            (EpollControl::Add(event), None) => {
                let number = epoll.add(Item {
                    key,
                    object: watched,
                    events: event.events | Events::ALWAYS,
                    data: event.data,
                    is_queued: false,
                });
                (number, event)
            }
            (EpollControl::Modify(event), Some((number, item))) => {
                item.events = event.events | Events::ALWAYS;
                item.data = event.data;
                (number, event)
            }
        };
        if !now.among(event.events | Events::ALWAYS).is_empty() {
            epoll.queue(number);
        }
        Ok(())
    }

    /// Waits until an item is ready, and tells at most `most` of them, in the order in which they
    /// became ready. `epoll_wait(2)`
    ///
    /// An item that is not edge-triggered is behind the others after it was told. Of several items
    /// that one event makes ready, the one that was added last is first, as in Linux.
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL` if it is no epoll instance or `most` is 0.
    pub fn epoll_wait(&mut self, pid: Pid, epoll: Fd, most: usize) -> Call<Vec<EpollEvent>> {
        let id = self.epoll_behind(pid, epoll, most)?;
        if !self.has_ready(id) {
            return Ok(Reply::Waits(WaitFor::Epoll(id.number())));
        }
        Ok(Reply::Done(self.take_ready(id, most)))
    }

    /// The same without waiting: a time-out of zero.
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL` if it is no epoll instance or `most` is 0.
    pub fn try_epoll_wait(
        &mut self,
        pid: Pid,
        epoll: Fd,
        most: usize,
    ) -> Result<Vec<EpollEvent>, Errno> {
        let id = self.epoll_behind(pid, epoll, most)?;
        Ok(self.take_ready(id, most))
    }

    /// What the call would wait for.
    pub(crate) fn epoll_waits(&self, pid: Pid, epoll: Fd, most: usize) -> Option<WaitFor> {
        let id = self.epoll_behind(pid, epoll, most).ok()?;
        (!self.has_ready(id)).then_some(WaitFor::Epoll(id.number()))
    }

    fn epoll_behind(&self, pid: Pid, epoll: Fd, most: usize) -> Result<Id<Epoll>, Errno> {
        let description = self.description(pid, epoll)?;
        if most == 0 {
            return Err(Errno::EINVAL);
        }
        self.epoll_of(description)
    }

    fn epoll_of(&self, id: Id<Description>) -> Result<Id<Epoll>, Errno> {
        match self.descriptions.get(id).object {
            Object::Epoll(epoll) => Ok(epoll),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Whether an item is ready.
    pub(crate) fn has_ready(&self, id: Id<Epoll>) -> bool {
        let mut queued = self.epolls.get(id).queued();
        queued.any(|item| !self.item_events(item).is_empty())
    }

    fn item_events(&self, item: &Item) -> Events {
        self.events(item.key.description).among(item.events)
    }

    fn take_ready(&mut self, id: Id<Epoll>, most: usize) -> Vec<EpollEvent> {
        let mut epoll = std::mem::take(self.epolls.get_mut(id));
        let (mut told, mut again) = (Vec::new(), Vec::new());
        while told.len() < most
            && let Some(number) = epoll.queue.pop_front()
        {
            let Some(item) = epoll.items.get_mut(&number) else {
                continue;
            };
            item.is_queued = false;
            let events = self.item_events(item);
            if events.is_empty() {
                continue;
            }
            let data = item.data;
            told.push(EpollEvent { events, data });
            if item.events.has(Events::ONESHOT) {
                item.events = Events::EMPTY;
            } else if !item.events.has(Events::ET) {
                again.push(number);
            }
        }
        for number in again {
            epoll.queue(number);
        }
        *self.epolls.get_mut(id) = epoll;
        told
    }

    /// Something has happened at an object that may be one of these events.
    pub(crate) fn wake(&mut self, object: Object, events: Events) {
        self.mark_items(object, |item| !item.events.among(events).is_empty());
    }

    /// Something has happened at an object that may be any event.
    pub(crate) fn wake_all(&mut self, object: Object) {
        // An item that was told once has no events left.
        self.mark_items(object, |item| !item.events.is_empty());
    }

    fn mark_items(&mut self, object: Object, is_meant: impl Fn(&Item) -> bool) {
        for epoll in self.epolls.all_mut() {
            let Some(at) = epoll.at.get(&object.number()) else {
                continue;
            };
            let newest_first = at.iter().rev().copied();
            let meant =
                newest_first.filter(|number| epoll.items.get(number).is_some_and(&is_meant));
            for number in meant.collect::<Vec<_>>() {
                epoll.queue(number);
            }
        }
    }

    /// A description is closed: it is no item any more.
    pub(crate) fn forget_items(&mut self, description: Id<Description>) {
        for epoll in self.epolls.all_mut() {
            for number in epoll.of(description).collect::<Vec<_>>() {
                epoll.remove(number);
            }
        }
    }
}
