//! The objects of an execution, and what the current step does to them.

use super::Execution;
use crate::{
    VectorClock,
    access::{Access, Part, Resource},
    object::{Object, ObjectId},
    objects::{Entry, Id, Listed, Objects},
    op::TaskId,
};

/// What names an object.
pub(crate) trait Key: Copy {
    fn resource(self, execution: &Execution) -> Resource;
    fn clock<'a>(self, table: &'a mut Objects, old: &'a mut [Object]) -> &'a mut VectorClock;
}

impl Key for ObjectId {
    fn resource(self, execution: &Execution) -> Resource {
        execution.objects[self.0 as usize].resource
    }

    fn clock<'a>(self, _: &'a mut Objects, old: &'a mut [Object]) -> &'a mut VectorClock {
        &mut old[self.0 as usize].clock
    }
}

impl<T: Listed> Key for Id<T> {
    fn resource(self, execution: &Execution) -> Resource {
        T::table(&execution.table)[self.index()].resource
    }

    fn clock<'a>(self, table: &'a mut Objects, _: &'a mut [Object]) -> &'a mut VectorClock {
        &mut T::table_mut(table)[self.index()].clock
    }
}

impl Execution {
    /// Adds an object of a class.
    pub(crate) fn register<T: Listed>(&mut self) -> Id<T> {
        let resource = self.resources.allocate(T::PARTS);
        let table = T::table_mut(&mut self.table);
        let id = Id::new(table.len());
        table.push(Entry {
            state: T::default(),
            clock: VectorClock::default(),
            resource,
        });
        if let Some(slot) = T::slot(id) {
            self.readiness.add_slot(slot);
        }
        id
    }

    #[inline]
    pub(crate) fn entry<T: Listed>(&mut self, id: Id<T>) -> &mut Entry<T> {
        &mut T::table_mut(&mut self.table)[id.index()]
    }

    /// The state of an object.
    #[inline]
    pub(crate) fn state<T: Listed>(&mut self, id: Id<T>) -> &mut T {
        &mut self.entry(id).state
    }

    /// Notes what the current step does to a resource.
    pub(crate) fn access(&mut self, resource: Resource, access: Access) {
        self.tell_access(access);
        self.note_access(resource, access);
    }

    fn note_access(&mut self, resource: Resource, access: Access) {
        if self.is_watched() {
            self.footprint.accesses.push((resource, access));
        }
    }

    /// The same, if it makes no difference to others which thread it is that does it.
    pub(crate) fn touch_unseen<K: Key>(&mut self, id: K, access: Access) {
        if self.is_watched() {
            self.note_access(id.resource(self), access);
        }
    }

    /// Notes what the current step does to an object.
    #[inline]
    pub(crate) fn touch<K: Key>(&mut self, id: K, access: Access) {
        self.touch_part(id, Part::OBJECT, access);
    }

    /// Notes what the current step does to a part of an object.
    #[inline]
    pub(crate) fn touch_part<K: Key>(&mut self, id: K, part: Part, access: Access) {
        self.tell_access(access);
        if self.is_watched() {
            self.note_access(id.resource(self).part(part), access);
        }
    }

    /// Notes what the current step does to a part of a thread.
    pub(crate) fn touch_task(&mut self, task: TaskId, part: Part, access: Access) {
        self.access(self.tasks[task].resource.part(part), access);
    }

    /// The current thread takes over what `clock` knows.
    pub(crate) fn learn(&mut self, clock: &VectorClock) {
        self.tasks[self.current].clock.join(clock);
    }

    /// The current thread takes over what the object's clock knows.
    pub(crate) fn learn_from<K: Key>(&mut self, id: K) {
        let clock = id.clock(&mut self.table, &mut self.objects);
        self.tasks[self.current].clock.join(clock);
    }

    /// The object's clock takes over what the current thread knows.
    pub(crate) fn teach<K: Key>(&mut self, id: K) {
        let clock = id.clock(&mut self.table, &mut self.objects);
        clock.join(&self.tasks[self.current].clock);
    }

    /// The object's clock becomes the current thread's, which knows all that it had.
    pub(crate) fn hand_over<K: Key>(&mut self, id: K) {
        self.settle_pointers(None);
        let clock = &self.tasks[self.current].clock;
        let known = id.clock(&mut self.table, &mut self.objects);
        debug_assert!(clock.knows(known), "{clock:?} {known:?}");
        known.clone_from(clock);
    }

    /// The current thread's clock takes over the object's, and the other way round.
    pub(crate) fn synchronise<K: Key>(&mut self, id: K) {
        self.settle_pointers(None);
        let clock = &mut self.tasks[self.current].clock;
        clock.share(id.clock(&mut self.table, &mut self.objects));
    }
}
