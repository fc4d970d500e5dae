//! What a thread did in one step: the operation, its object, and its effect.
//!
//! The driver reports a step in these types, and only the verdict program words it. Each class of
//! object has an enumeration of its operations: a new operation does not compile until the verdict
//! program has a wording for it.

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};

use crate::{protocol::Location, system_choices::Surprise};

/// One step of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Index of the thread.
    pub thread: usize,
    /// What it did, or was about to do.
    pub operation: Operation,
    /// Where.
    pub location: Location,
    /// Its effect.
    pub effect: Effect,
}

/// The classes of object that threads share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A mutex.
    Mutex,
    /// A condition variable.
    Condvar,
    /// An atomic variable.
    Atomic,
    /// A channel.
    Channel,
    /// A lock for many readers or one writer.
    RwLock,
    /// A barrier.
    Barrier,
    /// Something that is done once.
    Once,
    /// Plain memory behind an `UnsafeCell`.
    Cell,
    /// A reference-counted value.
    Arc,
    /// A simulated kernel.
    System,
}

/// An object of one execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Object {
    /// Its class.
    pub class: Class,
    /// Its number among the objects of its class, from 1.
    pub number: u32,
}

/// A visible operation. The number is that of the object among those of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// On threads and by them alone.
    Thread(ThreadOperation),
    /// On a mutex.
    Mutex(u32, MutexOperation),
    /// On a condition variable.
    Condvar(u32, CondvarOperation),
    /// On an atomic variable.
    Atomic(u32, AtomicOperation),
    /// An atomic fence.
    Fence,
    /// On a channel.
    Channel(u32, ChannelOperation),
    /// On a reader-writer lock.
    RwLock(u32, RwLockOperation),
    /// On a barrier.
    Barrier(u32, BarrierOperation),
    /// On something that is done once.
    Once(u32, OnceOperation),
    /// On a cell.
    Cell(u32, CellOperation),
    /// On the counts of an `Arc`.
    Arc(u32, ArcOperation),
    /// A system call.
    System(u32, SystemOperation),
    /// A check records an event.
    Event,
}

impl Operation {
    /// The object that it acts on.
    pub fn object(self) -> Option<Object> {
        let (class, number) = match self {
            Self::Thread(_) | Self::Fence | Self::Event => return None,
            Self::Mutex(number, _) => (Class::Mutex, number),
            Self::Condvar(number, _) => (Class::Condvar, number),
            Self::Atomic(number, _) => (Class::Atomic, number),
            Self::Channel(number, _) => (Class::Channel, number),
            Self::RwLock(number, _) => (Class::RwLock, number),
            Self::Barrier(number, _) => (Class::Barrier, number),
            Self::Once(number, _) => (Class::Once, number),
            Self::Cell(number, _) => (Class::Cell, number),
            Self::Arc(number, _) => (Class::Arc, number),
            Self::System(number, _) => (Class::System, number),
        };
        Some(Object { class, number })
    }
}

/// What a thread does to threads, or without any object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThreadOperation {
    /// Begin.
    Start,
    /// End.
    Exit,
    /// Start the thread of this index.
    Spawn(usize),
    /// Wait for the end of the thread of this index.
    Join(usize),
    /// Sleep for some time.
    Sleep,
    /// Sleep without an end.
    SleepForever,
    /// Let others go on.
    Yield,
    /// Wait for a token.
    Park,
    /// Give the thread of this index its token.
    Unpark(usize),
}

/// What is done to a mutex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MutexOperation {
    /// Take it.
    Lock,
    /// Take it if it is free.
    TryLock,
    /// Give it back.
    Unlock,
    /// Wake from a condition variable and take it again.
    Reacquire,
    /// Poison it by panicking while it is held; the place is where it was taken.
    Poison,
    /// Ask whether it is poisoned.
    LookForPoison,
    /// Say that it is not poisoned any more.
    ClearPoison,
}

/// What is done to a condition variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CondvarOperation {
    /// Give the mutex back and begin to wait.
    Wait,
    /// Wake one thread that waits.
    NotifyOne,
    /// Wake all threads that wait.
    NotifyAll,
}

/// What is done to an atomic variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AtomicOperation {
    /// Read it.
    Load,
    /// Write it.
    Store,
    /// Read and write it in one step.
    ReadModifyWrite,
}

/// What is done to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelOperation {
    /// Put a message in.
    Send,
    /// Put a message in if there is room.
    TrySend,
    /// Wait until a message has been taken.
    Handover,
    /// Take a message.
    Receive,
    /// Take a message if there is one.
    TryReceive,
    /// Give up an end.
    Disconnect,
}

/// What is done to a reader-writer lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RwLockOperation {
    /// Take a read lock.
    Read,
    /// Wait for a read lock behind a waiting writer.
    ReadBehind,
    /// Take the write lock.
    Write,
    /// Try to take a read lock.
    TryRead,
    /// Try to take the write lock.
    TryWrite,
    /// Release a read lock.
    ReadUnlock,
    /// Release the write lock.
    WriteUnlock,
    /// Turn the write lock into a read lock.
    Downgrade,
    /// Poison it by panicking while it is held; the place is where it was taken.
    Poison,
    /// Ask whether it is poisoned.
    LookForPoison,
    /// Say that it is not poisoned any more.
    ClearPoison,
}

/// What is done to a barrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BarrierOperation {
    /// Come to it.
    Arrive,
    /// Go on from it.
    Pass,
}

/// What is done to something that is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnceOperation {
    /// Begin it, or wait until it is done.
    Begin,
    /// End it.
    End,
    /// Ask whether it is done.
    Look,
    /// Wait until it is done.
    Wait,
}

/// What is done to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellOperation {
    /// Read it.
    Read,
    /// Write it.
    Write,
}

/// What is done to the counts of an `Arc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArcOperation {
    /// One more `Arc`.
    Clone,
    /// One `Arc` less.
    Drop,
    /// One more `Weak`, made from an `Arc`.
    Downgrade,
    /// One more `Weak`, made from another.
    WeakClone,
    /// One `Weak` less.
    WeakDrop,
    /// The first `Arc` of a value that a `Weak` was there before.
    Complete,
    /// Ask how many `Arc`s there are.
    StrongCount,
    /// Ask how many `Weak`s there are.
    WeakCount,
    /// Take the value if this is the only `Arc`.
    TryUnwrap,
    /// Drop an `Arc`, and take the value if it was the last.
    IntoInner,
    /// Change the value if it is the only `Arc`, and no `Weak` exists.
    GetMut,
    /// Change the value if this is the only `Arc`, and a copy of it otherwise.
    MakeMut,
    /// One more `Arc`, made from a `Weak`, if there is one still.
    Upgrade,
}

/// The effect of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It was done.
    Done,
    /// The thread has to wait; the thread that holds what it needs, if one does.
    Blocked(Option<usize>),
    /// The thread continues after a wait.
    Woken(Cause),
    /// It was tried to take a lock without waiting.
    Tried {
        /// Whether the thread has it now.
        taken: bool,
    },
    /// These threads were woken.
    Woke(Vec<usize>),
    /// A value was read.
    Loaded(Loaded),
    /// A value was written.
    Stored {
        /// The value before it in modification order.
        old: Value,
        /// The value.
        new: Value,
        /// The newest value, if it is another store's: this one came late and was overwritten.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hidden_by: Option<Value>,
    },
    /// An exchange was not made: another value was there than the expected one.
    Refused {
        /// What was there.
        found: Loaded,
        /// What was expected.
        expected: Value,
    },
    /// An exchange failed for no reason, though this value was expected and there.
    FailedSpuriously {
        /// The expected value.
        expected: Value,
    },
    /// What became of a message.
    Sent(Sent),
    /// What a receiver found.
    Received(Received),
    /// The thread arrived at a barrier.
    Arrived {
        /// Whether all others were there.
        last: bool,
    },
    /// The state of a `Once` that a thread found.
    Begun(Begun),
    /// It was asked whether something that is done once is done.
    Looked {
        /// Whether it is.
        done: bool,
    },
    /// What happened to a count, or was learned of it.
    Counted(Counted),
    /// A system call and what it returned, in the notation of `strace(1)`.
    Called(String),
    /// The same for a call in which the system did something that programs seldom meet.
    Surprised(String, Surprise),
    /// The process took a signal, before the call or when it had made it.
    Signal(Signal, SignalEffect),
    /// The process was stopped, and goes on.
    Continued,
    /// An event was recorded; its index in the history.
    Recorded(usize),
}

/// A signal, as `signal(7)` lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Signal {
    /// Its name, `SIGKILL` for example.
    pub name: ArrayString<16>,
    /// Its number.
    pub number: i32,
}

/// What a signal does to the process that takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalEffect {
    /// The process has ended.
    Ends,
    /// It does nothing until it is continued.
    Stops,
    /// Nothing.
    Nothing,
    /// It runs its handler.
    Handled,
}

/// A call that a process makes of a simulated kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemOperation {
    /// The number of the process.
    pub process: u32,
    /// What the page of the manual is called.
    pub name: ArrayString<24>,
    /// The descriptor that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fd: Option<i32>,
}

/// Why a thread continues after a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Another thread notified it, this one if it is known.
    Notified(Option<usize>),
    /// Its time was up.
    TimedOut,
    /// Nothing: the wake-up is spurious.
    Spurious,
}

/// A value of an atomic variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A number that is not negative.
    Natural(u64),
    /// A negative number.
    Negative(i64),
    /// An address.
    Address {
        /// Its number among those of the trace, from 1 in the order in which they come up; 0 if
        /// there is no memory.
        address: u64,
        /// So many bytes behind it.
        offset: u64,
    },
}

/// What a load saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// The value.
    pub value: Value,
    /// The newest value, if it was not that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<Value>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    /// It is in the channel.
    Delivered,
    /// There was no room.
    Full,
    /// Every receiver is gone.
    Disconnected,
}

/// What a receiver found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Received {
    /// A message.
    Message,
    /// Nothing.
    Empty,
    /// Nothing: the channel is empty and every sender is gone.
    Disconnected,
    /// Nothing before the time was up.
    TimedOut,
}

/// The state of a `Once` that a thread found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begun {
    /// It is for this thread to do.
    Mine,
    /// It is done.
    Done,
    /// A thread panicked in its initialiser.
    Poisoned,
}

/// What happened to a count of an `Arc`, or was learned of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// The thread has the value for itself.
    Alone,
    /// It has the only `Arc`, but a `Weak` is there.
    Watched,
    /// The value has been dropped.
    Gone,
    /// A count was changed.
    Changed {
        /// What it was.
        old: usize,
        /// What it is.
        new: usize,
    },
    /// The thread was told a count.
    Told(usize),
}
