//! Visible operations: what a thread announces before it does it.

use std::panic::Location;

use crate::{access::Access, counts::CountOp, object::ObjectId};

/// A thread of an execution, numbered in order of its spawning; 0 is the main thread.
pub type TaskId = usize;

/// What a thread is about to do.
#[derive(Debug, Clone, Copy)]
pub struct Op {
    /// The kind of operation.
    pub kind: OpKind,
    /// The object it acts on.
    pub object: Option<ObjectId>,
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
    /// Acquire a mutex.
    Lock,
    /// Acquire a mutex if it is free.
    TryLock,
    /// Release a mutex.
    Unlock,
    /// Release the mutex and begin to wait on a condition variable.
    Wait,
    /// Wake from a condition variable and take the mutex again.
    Reacquire,
    /// Wake one thread that waits.
    NotifyOne,
    /// Wake all threads that wait.
    NotifyAll,
    /// Read an atomic.
    Load,
    /// Write an atomic.
    Store,
    /// Read and write an atomic in one step.
    ReadModifyWrite,
    /// An atomic fence.
    Fence,
    /// Put a message into a channel.
    Send,
    /// Put a message into a channel if there is room.
    TrySend,
    /// Wait until the message of a rendezvous channel, which has this number, has been taken.
    Handover(u64),
    /// Take a message from a channel.
    Receive,
    /// Come to a rendezvous channel to receive: take what a sender brought, or begin to wait.
    ReceiveArrive,
    /// Take a message from a channel if there is one.
    TryReceive,
    /// Give up an end of a channel.
    Disconnect,
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
    /// Take a share of a reader-writer lock, or find that a writer waits and comes first.
    ReadLock,
    /// Take a share of a reader-writer lock for which no writer waits any more.
    ReadLockBehind,
    /// Come to a reader-writer lock for writing: take it if it is free, or begin to wait.
    WriteArrive,
    /// Take a reader-writer lock for writing.
    WriteLock,
    /// Take a share of a reader-writer lock if it can be had at once.
    TryRead,
    /// Take a reader-writer lock for writing if it is free.
    TryWrite,
    /// Give back a share of a reader-writer lock.
    ReadUnlock,
    /// Give back a reader-writer lock.
    WriteUnlock,
    /// Make a share of a lock that was taken for writing.
    Downgrade,
    /// Come to a barrier.
    Arrive,
    /// Go on from a barrier.
    Pass,
    /// Begin what is done once, or wait until it is done.
    OnceBegin,
    /// End what is done once.
    OnceEnd,
    /// Ask whether it is done.
    OnceLook,
    /// Wait until it is done or poisoned.
    OnceWait,
    /// Wait until it is done.
    OnceWaitForce,
    /// Read a cell. It is no step of its own.
    CellRead,
    /// Write a cell. It is no step of its own.
    CellWrite,
    /// Poison a lock by panicking while it is held.
    Poison,
    /// Ask whether a lock is poisoned.
    PoisonLook,
    /// Say that a lock is not poisoned any more.
    PoisonClear,
    /// Change a count of an `Arc`, or ask for one.
    Count(CountOp),
    /// Something that a check records.
    Event,
}

impl OpKind {
    /// Whether the thread may have to wait before it goes on, or learns what others did.
    pub(crate) fn may_learn(self) -> bool {
        !matches!(
            self,
            Self::Start
                | Self::Exit
                | Self::Spawn(_)
                | Self::Unlock
                | Self::NotifyOne
                | Self::NotifyAll
                | Self::Store
                | Self::Disconnect
                | Self::Yield
                | Self::Sleep
                | Self::Unpark(_)
                | Self::ReadUnlock
                | Self::WriteUnlock
                | Self::OnceEnd
                | Self::Poison
                | Self::PoisonClear
                | Self::Count(CountOp::Clone | CountOp::WeakClone | CountOp::WeakDrop)
                | Self::Event
        )
    }

    /// Whether the thread may have to wait before it can do this.
    pub(crate) fn may_wait(self) -> bool {
        matches!(
            self,
            Self::Join(_)
                | Self::JoinScoped(_)
                | Self::Lock
                | Self::Reacquire
                | Self::Park
                | Self::ReadLock
                | Self::ReadLockBehind
                | Self::WriteLock
                | Self::Pass
                | Self::OnceBegin
                | Self::OnceWait
                | Self::OnceWaitForce
                | Self::Receive
                | Self::Send
                | Self::Handover(_)
                | Self::SleepForever
        )
    }

    /// How a thread that waits to do this would take what it waits for, if it waits
    /// for its turn.
    pub(crate) fn awaits(self) -> Option<Access> {
        match self {
            Self::Lock | Self::WriteLock | Self::Reacquire | Self::Send | Self::OnceBegin => {
                Some(Access::Acquire)
            }
            Self::ReadLock | Self::ReadLockBehind | Self::OnceWait => Some(Access::AcquireShared),
            _ => None,
        }
    }

    /// Whether the thread says by this operation that it has nothing to do for now.
    ///
    /// A priority-based strategy must lower such a thread, or it starves the others.
    pub fn gives_way(self) -> bool {
        matches!(self, Self::Yield | Self::Sleep)
    }
}

/// Two announced operations race if their order can matter: same object, not both
/// reads. This is what samplers go by; what steps really did is in their footprints.
pub(crate) fn racing(a: &Op, b: &Op) -> bool {
    let reads = |op: &Op| match op.kind {
        OpKind::Load | OpKind::ReadLock | OpKind::OnceLook => true,
        OpKind::Count(op) => op.only_looks(),
        _ => false,
    };
    let adds = |op: &Op| matches!(op.kind, OpKind::Count(op) if !op.asks());
    a.object.is_some() && a.object == b.object && !(reads(a) && reads(b)) && !(adds(a) && adds(b))
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
