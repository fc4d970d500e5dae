//! What a traced execution says of each step.

use crate::op::{Op, TaskId};

/// One step, or one stop, of a thread.
#[derive(Debug, Clone)]
pub struct Step {
    /// The thread.
    pub task: TaskId,
    /// What it did, or was about to do.
    pub op: Op,
    /// Number of the operation's object among those of its class, from 1.
    pub number: Option<u32>,
    /// What came of it.
    pub result: StepResult,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepResult {
    /// It was done.
    Done,
    /// It was done, with this value or transition of values.
    Value(String),
    /// The thread has to wait; the thread that holds what it needs, if one does.
    Blocked(Option<TaskId>),
    /// The thread woke because it was notified, by this thread if it is known.
    Notified(Option<TaskId>),
    /// The thread woke because its time was up.
    TimedOut,
    /// The thread woke for no reason.
    Spurious,
}
