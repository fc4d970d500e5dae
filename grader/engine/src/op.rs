//! Visible operations: what a thread announces before it does it.

use std::panic::Location;

use crate::{
    access::Resource,
    objects::{Commutes, Facts, ObjectName, ObjectOp, Objects, Wait, mutex},
    readiness::BlockOn,
};

/// A thread of an execution, numbered in order of its spawning; 0 is the main thread.
pub type TaskId = usize;

/// What a thread is about to do.
#[derive(Debug, Clone, Copy)]
pub struct Op {
    /// The kind of operation.
    pub kind: OpKind,
    /// The place in the program that asks for it.
    pub location: &'static Location<'static>,
}

/// The kinds of visible operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpKind {
    /// The first step of a new thread.
    Start,
    /// The end of a thread, where it can be told from its last step.
    Exit,
    /// Start a thread.
    Spawn(TaskId),
    /// Wait for the end of a thread.
    Join(TaskId),
    /// Wait until a thread's main function has returned, as the end of a scope does.
    JoinScoped(TaskId),
    /// An atomic fence.
    Fence,
    /// Wait for a moment of virtual time.
    Sleep,
    /// Wait for a moment that never comes.
    SleepForever,
    /// Let others go on.
    Yield,
    /// Wait for a token.
    Park,
    /// Give a thread its token.
    Unpark(TaskId),
    /// Something that a check records.
    Event,
    /// Something that is done to an object.
    Object(ObjectOp),
}

impl Op {
    /// What the operation's object is called, if it has one.
    #[inline]
    pub fn object(&self) -> Option<ObjectName> {
        match self.kind {
            OpKind::Object(operation) => Some(operation.object()),
            _ => None,
        }
    }
}

impl OpKind {
    /// What is to be known of it before it is done.
    #[inline]
    pub(crate) fn facts(self) -> Facts {
        match self {
            Self::Object(operation) => operation.facts(),
            old => Facts {
                wait: match old {
                    Self::Join(other) => Wait::While(BlockOn::end(other)),
                    old if old.may_wait() => Wait::Until,
                    _ => Wait::Never,
                },
                may_learn: old.may_learn(),
                awaits: None,
                commutes: Commutes::WithNone,
                by_anyone: false,
                may_be_spurious: matches!(old, Self::Park),
            },
        }
    }

    /// The first resource of its object, if it has one.
    pub(crate) fn resource(self, objects: &Objects) -> Option<Resource> {
        match self {
            Self::Object(operation) => Some(operation.resource(objects)),
            _ => None,
        }
    }

    /// Whether a thread that waits on a condition variable takes its mutex again by this.
    #[inline]
    pub(crate) fn is_reacquiring(self) -> bool {
        matches!(
            self,
            Self::Object(ObjectOp::Mutex(_, mutex::Operation::Reacquire))
        )
    }

    /// Whether the thread may have to wait before it goes on, or learns what others did.
    fn may_learn(self) -> bool {
        !matches!(
            self,
            Self::Start
                | Self::Exit
                | Self::Spawn(_)
                | Self::Yield
                | Self::Sleep
                | Self::Unpark(_)
                | Self::Event
        )
    }

    /// Whether the thread may have to wait before it can do this.
    fn may_wait(self) -> bool {
        matches!(
            self,
            Self::Join(_) | Self::JoinScoped(_) | Self::Park | Self::SleepForever
        )
    }

    /// Whether the thread says by this operation that it has nothing to do for now.
    ///
    /// A priority-based strategy must lower such a thread, or it starves the others.
    pub fn gives_way(self) -> bool {
        matches!(self, Self::Yield | Self::Sleep)
    }
}

/// Two announced operations race if their order can matter: same object, and they do not
/// commute. This is what samplers go by; what steps really did is in their footprints.
pub(crate) fn racing(a: &Op, b: &Op) -> bool {
    a.object().is_some() && a.object() == b.object() && {
        let (a, b) = (a.kind.facts().commutes, b.kind.facts().commutes);
        a == Commutes::WithNone || a != b
    }
}

/// What lets a thread take its announced step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wake {
    /// What it needs is there.
    Normal,
    /// Its time is up. Virtual time jumps to its deadline.
    Timeout,
    /// Nothing: the wake-up is spurious, as condition variables and `park` allow.
    Spurious,
}
