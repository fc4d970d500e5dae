//! What is done when an execution is over, before the next one begins.
//!
//! The values of statics begin anew with each execution. What the last one put into
//! them is dropped here, or every execution would leak it.

use crate::{execution::Execution, runtime};

/// More destructors than this make one another forever.
const MOST: usize = 100_000;

/// Work for the end of the execution.
type Work = Box<dyn FnOnce()>;

/// When a value is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// First: the value of a lock. No reference into it is left.
    First,
    /// Then: a value that others may have kept references to, the youngest first.
    Then,
}

/// What is to be done, in the order in which it was asked for.
#[derive(Default)]
pub(crate) struct Cleanups {
    first: Vec<Work>,
    then: Vec<Work>,
}

impl Cleanups {
    pub(crate) fn push(&mut self, turn: Turn, work: Work) {
        match turn {
            Turn::First => self.first.push(work),
            Turn::Then => self.then.push(work),
        }
    }
}

/// Has `work` done when the current execution is over and its threads are gone. It is
/// not done if a thread could not be unwound, which may still hold anything.
pub fn at_end(turn: Turn, work: Work) {
    runtime::with(|execution| execution.cleanups.push(turn, work));
}

/// Does what was asked for.
pub(crate) fn run() {
    for _ in 0..MOST {
        let next = |execution: &mut Execution| {
            let cleanups = &mut execution.cleanups;
            cleanups.first.pop().or_else(|| cleanups.then.pop())
        };
        let Some(work) = runtime::with(next) else {
            return;
        };
        runtime::run_apart(work);
    }
}
