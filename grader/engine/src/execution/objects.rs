//! The objects of an execution, and what the current step does to them.

use super::Execution;
use crate::{
    VectorClock,
    access::{Access, Part, Resource},
    objects::{Entry, Id, Listed},
    op::TaskId,
};

impl Execution {
    /// Adds an object of a class.
    pub(crate) fn register<T: Listed>(&mut self) -> Id<T> {
        let resource = self.resources.allocate(T::PARTS);
        let table = T::table_mut(&mut self.objects);
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

    /// The first resource of an object.
    fn resource_of<T: Listed>(&self, id: Id<T>) -> Resource {
        T::table(&self.objects)[id.index()].resource
    }

    /// An object.
    #[inline]
    pub(crate) fn entry<T: Listed>(&mut self, id: Id<T>) -> &mut Entry<T> {
        &mut T::table_mut(&mut self.objects)[id.index()]
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

    /// The same, if it makes no difference to others which thread it is that does it.
    pub(crate) fn note_access(&mut self, resource: Resource, access: Access) {
        if self.is_watched() {
            self.footprint.accesses.push((resource, access));
        }
    }

    /// Notes what the current step does to an object, if it makes no difference to others which
    /// thread it is that does it.
    pub(crate) fn touch_unseen<T: Listed>(&mut self, id: Id<T>, access: Access) {
        self.note_access(self.resource_of(id), access);
    }

    /// Notes what the current step does to an object.
    #[inline]
    pub(crate) fn touch<T: Listed>(&mut self, id: Id<T>, access: Access) {
        self.touch_part(id, Part::OBJECT, access);
    }

    /// Notes what the current step does to a part of an object.
    #[inline]
    pub(crate) fn touch_part<T: Listed>(&mut self, id: Id<T>, part: Part, access: Access) {
        self.tell_access(access);
        if self.is_watched() {
            let resource = self.resource_of(id).part(part);
            self.footprint.accesses.push((resource, access));
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
    pub(crate) fn learn_from<T: Listed>(&mut self, id: Id<T>) {
        let clock = &mut T::table_mut(&mut self.objects)[id.index()].clock;
        self.tasks[self.current].clock.join(clock);
    }

    /// The object's clock takes over what the current thread knows.
    pub(crate) fn teach<T: Listed>(&mut self, id: Id<T>) {
        let clock = &mut T::table_mut(&mut self.objects)[id.index()].clock;
        clock.join(&self.tasks[self.current].clock);
    }

    /// The object's clock becomes the current thread's, which knows all that it had.
    pub(crate) fn hand_over<T: Listed>(&mut self, id: Id<T>) {
        self.settle_pointers(None);
        let clock = &self.tasks[self.current].clock;
        let known = &mut T::table_mut(&mut self.objects)[id.index()].clock;
        debug_assert!(clock.knows(known), "{clock:?} {known:?}");
        known.clone_from(clock);
    }

    /// The current thread's clock takes over the object's, and the other way round.
    pub(crate) fn synchronise<T: Listed>(&mut self, id: Id<T>) {
        self.settle_pointers(None);
        let clock = &mut self.tasks[self.current].clock;
        clock.share(&mut T::table_mut(&mut self.objects)[id.index()].clock);
    }
}
