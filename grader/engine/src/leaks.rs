//! Threads that are still there when the program ends: no thread waited for them.

use std::panic::Location;

use crate::{op::TaskId, task::Task};

/// A thread that had not ended when the main thread did.
#[derive(Debug, Clone, Copy)]
pub struct Leaked {
    /// The thread.
    pub task: TaskId,
    /// Where it was started.
    pub spawned: &'static Location<'static>,
    /// What it was about to do.
    pub at: &'static Location<'static>,
}

/// The threads that have not ended, in order of their spawning.
pub(crate) fn leaked(tasks: &[Task]) -> Vec<Leaked> {
    let live = tasks.iter().enumerate().filter(|(_, task)| !task.finished);
    live.map(|(id, task)| Leaked {
        task: id,
        spawned: task.spawned,
        at: task.pending.location,
    })
    .collect()
}
