//! How an execution ends.

use std::panic::Location;

use kernel::{Fd, Pid, Request, Signal, WaitFor};

use crate::{
    call_stack::CallStack,
    op::{Op, TaskId},
    panics::PanicRecord,
    race::Racing,
};

/// How an execution ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The main thread returned.
    Completed,
    /// No thread can go on.
    Deadlock(Vec<Blocked>),
    /// The main thread panicked, or another one did and no thread can go on.
    Panicked(PanicRecord),
    /// No end within the step limit, though the last part of it was scheduled fairly.
    NoProgress(Vec<Blocked>),
    /// Two threads used the same plain memory, at least one of them wrote, and nothing
    /// orders the two.
    DataRace(Racing, Racing),
    /// More was printed than an execution may print.
    OutputLimit,
    /// A signal ended the first process.
    Killed(Signal),
    /// An exact schedule asked for a step that was not possible, or a process did not do what it did
    /// before under the same choices.
    Diverged {
        /// Index of that choice.
        step: usize,
    },
}

/// A thread that had not ended when the execution did.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// The thread.
    pub task: TaskId,
    /// What it was about to do.
    pub op: Op,
    /// The thread that held what it needed, if one did.
    pub holder: Option<TaskId>,
    /// Where the holder took it.
    pub held_since: Option<&'static Location<'static>>,
    /// By which calls of functions it came there, if it is a system call of a traced execution.
    pub stack: CallStack,
    /// The system call in which its process waits, if it waits in one.
    pub call: Option<WaitingCall>,
}

/// A call of the simulated kernel in which a process waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCall {
    /// The process.
    pub process: Pid,
    /// Whether it is stopped: then it does not go on before it is continued, whatever else comes.
    pub is_stopped: bool,
    /// The call, with its descriptor; none if it is no call that waits, or no call of the kernel, as
    /// with a lock that another thread had when the process was forked.
    pub request: Option<Request>,
    /// What it waits for; nothing if it could go on but for a stop.
    pub waits_for: Option<WaitFor>,
    /// Who could bring that on, in the order of [`Kernel::holders`](kernel::Kernel::holders): the
    /// process itself first.
    pub holders: Vec<CallHolder>,
}

/// Who could bring on what a process waits for in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallHolder {
    /// The main thread of the process.
    pub task: TaskId,
    /// The process.
    pub process: Pid,
    /// By which descriptor, if by one.
    pub fd: Option<Fd>,
}
