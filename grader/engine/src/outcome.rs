//! How an execution ends.

use std::panic::Location;

use kernel::Signal;

use crate::{
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
    /// An exact schedule asked for a step that was not possible.
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
}
