//! Visible operations: what a thread announces before it does it.

use std::panic::Location;

use crate::objects::{Commutes, ObjectName, OpKind, mutex, thread};

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

impl Op {
    /// What the operation's object is called, if it has one.
    #[inline]
    pub fn object(&self) -> Option<ObjectName> {
        self.kind.object()
    }
}

impl OpKind {
    /// Whether a thread that waits on a condition variable takes its mutex again by this.
    #[inline]
    pub(crate) fn is_reacquiring(self) -> bool {
        matches!(self, Self::Mutex(_, mutex::Operation::Reacquire))
    }

    /// Whether it is the first step of a new thread.
    #[inline]
    pub(crate) fn starts(self) -> bool {
        matches!(self, Self::Thread(thread::Operation::Start))
    }

    /// Whether the thread says by this operation that it has nothing to do for now.
    ///
    /// A priority-based strategy must lower such a thread, or it starves the others.
    #[inline]
    pub fn gives_way(self) -> bool {
        matches!(self, Self::Thread(operation) if operation.gives_way())
    }
}

/// Two announced operations race if their order can matter: same object, and they do not
/// commute. This is what samplers go by; what steps really did is in their footprints.
pub(crate) fn racing(a: &Op, b: &Op) -> bool {
    a.object().is_some() && a.object() == b.object() && {
        let (a, b) = (a.kind.facts().commutes, b.kind.facts().commutes);
        a == Commutes::Nothing || a != b
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
