//! The list of classes, and what is the same for all of them.

use super::{
    Facts, Held, Id, Object, arc, atomic, barrier, cell, channel, condvar, event, mutex, once,
    rwlock, system, thread,
};
use crate::{
    access::{Access, Resource},
    candidates::SchedulerState,
    clock::VectorClock,
    op::TaskId,
    task::Task,
};

/// An object in the table of its class.
#[derive(Debug)]
pub(crate) struct Entry<T> {
    /// What decides who can go on, and more that the class keeps.
    pub(crate) state: T,
    /// What a thread learns that acquires the object.
    pub(crate) clock: VectorClock,
    /// The first of its resources.
    pub(crate) resource: Resource,
}

/// A class whose objects an execution has in a table of their own.
pub(crate) trait Listed: Object {
    /// The objects of the class.
    fn table(objects: &Objects) -> &Vec<Entry<Self>>;

    /// The same, to be changed.
    fn table_mut(objects: &mut Objects) -> &mut Vec<Entry<Self>>;

    /// The operation on an object of the class.
    fn on(id: Id<Self>, operation: Self::Operation) -> OpKind;
}

/// What an object is called: its class, and its number in that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectName {
    /// The class.
    pub class: Class,
    /// Its number among the objects of the class, from 1.
    pub number: u32,
}

/// Makes what has one part for each class: nothing else in the engine lists them.
macro_rules! classes {
    ($($(#[doc = $doc:literal])* $module:ident::$class:ident in $table:ident;)*) => {
        /// What sort of object it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Class {
            $($(#[doc = $doc])* $class,)*
        }

        /// The kinds of visible operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum OpKind {
            /// Something that a thread does to itself or to another.
            Thread(thread::Operation),
            /// An atomic fence.
            Fence,
            /// Something that a check records.
            Event,
            $($(#[doc = $doc])* $class(Id<$module::$class>, $module::Operation),)*
        }

        /// The objects of an execution, by class.
        #[derive(Debug, Default)]
        pub(crate) struct Objects {
            $($table: Vec<Entry<$module::$class>>,)*
        }

        impl Objects {
            /// Forgets all objects.
            pub(crate) fn clear(&mut self) {
                $(self.$table.clear();)*
            }
        }

        $(impl Listed for $module::$class {
            #[inline]
            fn table(objects: &Objects) -> &Vec<Entry<Self>> {
                &objects.$table
            }

            #[inline]
            fn table_mut(objects: &mut Objects) -> &mut Vec<Entry<Self>> {
                &mut objects.$table
            }

            #[inline]
            fn on(id: Id<Self>, operation: Self::Operation) -> OpKind {
                OpKind::$class(id, operation)
            }
        })*

        impl OpKind {
            /// What is to be known of it before it is done.
            pub(crate) fn facts(self) -> Facts {
                self.constant_facts()
            }

            /// The same, for callers that know the operation when they are compiled: of all that
            /// is here, a constant is left to them. It is large until then, so that the compiler
            /// would not put it there on its own.
            #[inline(always)]
            pub(crate) fn constant_facts(self) -> Facts {
                match self {
                    Self::Thread(operation) => operation.facts(),
                    Self::Fence => atomic::FENCE,
                    Self::Event => event::FACTS,
                    $(Self::$class(id, operation) => $module::$class::facts(id, operation),)*
                }
            }

            /// Whether `task`, which has announced it, can do it now.
            pub(crate) fn is_enabled(self, scheduler: SchedulerState<'_>, task: &Task) -> bool {
                match self {
                    Self::Thread(operation) => operation.is_enabled(scheduler.tasks, task),
                    Self::Fence | Self::Event => true,
                    $(Self::$class(id, operation) => {
                        scheduler.objects.$table[id.index()].state.is_enabled(operation, task)
                    })*
                }
            }

            /// Whether a thread that has announced it can be told when what it waits for may have
            /// changed.
            pub(crate) fn is_told(self, objects: &Objects) -> bool {
                match self {
                    Self::Thread(_) | Self::Fence | Self::Event => false,
                    $(Self::$class(id, operation) => {
                        objects.$table[id.index()].state.is_told(operation)
                    })*
                }
            }

            /// Who has what the thread `id`, which has announced it, lacks.
            pub(crate) fn holder(self, objects: &Objects, id: TaskId, task: &Task) -> Option<Held> {
                match self {
                    // No thread holds another.
                    Self::Thread(_) | Self::Fence | Self::Event => None,
                    $(Self::$class(object, operation) => {
                        objects.$table[object.index()].state.holder(operation, id, task)
                    })*
                }
            }

            /// What a thread waits for that has announced it and never does it.
            pub(crate) fn awaited(self, objects: &Objects) -> Vec<(Resource, Access)> {
                match self {
                    Self::Thread(_) | Self::Fence | Self::Event => Vec::new(),
                    $(Self::$class(id, operation) => {
                        let entry = &objects.$table[id.index()];
                        entry.state.awaited(id, operation, entry.resource)
                    })*
                }
            }

            /// What its object is called, if it has one.
            #[inline]
            pub fn object(self) -> Option<ObjectName> {
                match self {
                    Self::Thread(_) | Self::Fence | Self::Event => None,
                    $(Self::$class(id, _) => Some(ObjectName {
                        class: Class::$class,
                        number: id.number(),
                    }),)*
                }
            }
        }
    };
}

classes! {
    /// A mutex.
    mutex::Mutex in mutexes;
    /// A lock for many readers or one writer.
    rwlock::RwLock in rwlocks;
    /// A condition variable.
    condvar::Condvar in condvars;
    /// A barrier.
    barrier::Barrier in barriers;
    /// Something that is done once.
    once::Once in onces;
    /// A channel.
    channel::Channel in channels;
    /// An atomic variable.
    atomic::Atomic in atomics;
    /// Plain memory behind an `UnsafeCell`.
    cell::Cell in cells;
    /// A value that is shared by counting who has it.
    arc::Arc in arcs;
    /// A simulated kernel.
    system::System in systems;
}
