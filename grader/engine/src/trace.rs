//! What a traced execution says of each step.

use kernel::Taken;

use crate::{
    call_stack::CallStack,
    memory::{Loaded, Written},
    objects::{
        atomic::Exchanged,
        channel::{Received, Sent},
        once::Begun,
    },
    op::{Op, TaskId},
};

/// One step, or one stop, of a thread.
#[derive(Debug, Clone)]
pub struct Step {
    /// The thread.
    pub task: TaskId,
    /// What it did, or was about to do.
    pub op: Op,
    /// What came of it.
    pub effect: Effect,
    /// By which calls of functions the thread came there, if it is a system call.
    pub stack: CallStack,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It was done.
    Done,
    /// The thread has to wait; the thread that holds what it needs, if one does.
    Blocked(Option<TaskId>),
    /// The process took a signal, before the call or when it had made it.
    Signal(Taken),
    /// The process was stopped, and goes on.
    Continued,
    /// The thread goes on after a wait.
    Woken(Cause),
    /// It was tried to take a lock without waiting.
    Tried {
        /// Whether it was free, and the thread has it now.
        taken: bool,
    },
    /// These threads were woken.
    Woke(Vec<TaskId>),
    /// A value was read.
    Loaded(ValueType, Loaded),
    /// A value was written.
    Stored(ValueType, Written),
    /// A value was compared with the expected one, and exchanged if they were equal.
    Exchanged {
        /// The type of the values.
        values: ValueType,
        /// The bits of the expected value.
        expected: u64,
        /// What was found.
        exchanged: Exchanged,
    },
    /// What became of a message.
    Sent(Sent),
    /// What a receiver found.
    Received(Received),
    /// The thread came to a barrier.
    Arrived {
        /// Whether all others were there.
        last: bool,
    },
    /// What a thread found that came to do something once.
    Begun(Begun),
    /// Whether something that is done once is done.
    Looked {
        /// Whether it is.
        done: bool,
    },
    /// What happened to a count, or was learned of it.
    Counted(Counted),
    /// A system call and what it gave, in the notation of `strace(1)`; what the system has
    /// [chosen](crate::SystemChoices) to do in it.
    Called(String, Option<Surprise>),
    /// A check recorded an event: so many were recorded before it in this execution.
    Recorded(usize),
}

/// What a system does in a call that a program seldom meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surprise {
    /// It transferred fewer bytes than it could have.
    Short {
        /// How many.
        bytes: usize,
        /// How many were asked for.
        of: usize,
    },
    /// It was interrupted while it waited.
    Interrupted,
    /// The connection was reset.
    Reset,
    /// It tells of this child, although another one has ended that became a child before.
    Reaped(kernel::Pid),
}

/// Why a thread goes on after a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Another thread notified it, this one if it is known.
    Notified(Option<TaskId>),
    /// Its time was up.
    TimedOut,
    /// Nothing.
    Spurious,
}

/// How the bits of an atomic's value are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A truth value: zero is false.
    Bool,
    /// A number without a sign, extended by zeros.
    Unsigned,
    /// A number in two's complement, extended by its sign.
    Signed,
    /// An address.
    Pointer,
}

/// What an operation on the counts of an `Arc` did, or learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// It has the value for itself.
    Alone,
    /// It is the only `Arc`, but a `Weak` is there.
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
    /// It was told a count.
    Told(usize),
}
