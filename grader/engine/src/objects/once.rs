//! Something that is done once: whoever comes first does it, the others wait.

use std::panic::Location;

use super::{Facts, Held, Id, Object, Wait, op};
use crate::{
    access::{Access, StepIndex},
    execution::Execution,
    op::{Op, TaskId},
    runtime::{point, with},
    task::Task,
    trace::Effect,
};

type Place = &'static Location<'static>;

/// Something that is done once.
#[derive(Debug, Default)]
pub struct Once {
    phase: Phase,
    /// The step that ended it first, in whatever way, and the one that did last.
    first_ended_at: Option<StepIndex>,
    ended_at: StepIndex,
    /// The latest moment at which a thread found it not done.
    looked: u64,
}

/// How far something is that is done once.
#[derive(Debug, Clone, Copy, Default)]
enum Phase {
    #[default]
    Incomplete,
    Running(Held),
    Complete,
    /// The thread that did it panicked.
    Poisoned,
}

/// What threads do to something that is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Begin it, or wait until it is done.
    Begin,
    /// End it.
    End,
    /// Ask whether it is done.
    Look,
    /// Wait until it is done or poisoned.
    Wait,
    /// Wait until it is done.
    WaitForce,
}

impl Object for Once {
    type Operation = Operation;
    const PARTS: u32 = 1;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        match operation {
            Operation::Begin => Facts::takes(Wait::Until, Access::Acquire),
            Operation::End => Facts::TELLS,
            Operation::Look => Facts::LEARNS.reads(),
            Operation::Wait => Facts::takes(Wait::Until, Access::AcquireShared),
            Operation::WaitForce => Facts::waits(Wait::Until),
        }
    }

    fn is_enabled(&self, operation: Operation, _: &Task) -> bool {
        match operation {
            Operation::Begin => !matches!(self.phase, Phase::Running(_)),
            Operation::Wait => matches!(self.phase, Phase::Complete | Phase::Poisoned),
            Operation::WaitForce => matches!(self.phase, Phase::Complete),
            Operation::End | Operation::Look => true,
        }
    }

    fn holder(&self, operation: Operation, _: TaskId, _: &Task) -> Option<Held> {
        match (operation, self.phase) {
            (Operation::Begin | Operation::Wait | Operation::WaitForce, Phase::Running(held)) => {
                Some(held)
            }
            (
                Operation::Begin | Operation::Wait | Operation::WaitForce,
                Phase::Incomplete | Phase::Complete | Phase::Poisoned,
            )
            | (Operation::End | Operation::Look, _) => None,
        }
    }
}

/// What a thread finds that comes to do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is for this thread to do.
    Mine {
        /// Whether somebody panicked over it before.
        poisoned: bool,
    },
    /// It is done.
    Done,
    /// Somebody panicked over it, and the thread does not want to try again.
    Poisoned,
}

/// Waits while somebody does it. After that it is done, or for this thread to do;
/// `force` says whether the thread tries again what somebody panicked over.
pub fn begin(once: Id<Once>, force: bool, location: Place) -> Begun {
    let operation = op(Operation::Begin, once, location);
    point(operation, None);
    with(|execution| {
        let by = execution.current;
        let begun = match execution.state(once).phase {
            Phase::Complete => Begun::Done,
            Phase::Poisoned if !force => Begun::Poisoned,
            phase => Begun::Mine {
                poisoned: matches!(phase, Phase::Poisoned),
            },
        };
        if let Begun::Mine { .. } = begun {
            execution.touch(once, Access::Acquire);
            let tried = Phase::Running(Held {
                by,
                since: location,
            });
            execution.state(once).phase = tried;
        } else {
            execution.touch(once, Access::AcquireShared);
        }
        // Those who only looked have left nothing to be learned.
        execution.learn_from(once);
        execution.record(operation, Effect::Begun(begun));
        begun
    })
}

/// The thread that began has done it, or has panicked over it.
pub fn end(once: Id<Once>, poisoned: bool, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(Operation::End, once, location), None);
    }
    with(|execution| {
        execution.touch(once, Access::Release);
        execution.progress();
        let step = execution.step_index();
        let current = execution.current;
        let state = execution.state(once);
        state.first_ended_at.get_or_insert(step);
        state.ended_at = step;
        state.phase = if poisoned {
            Phase::Poisoned
        } else {
            Phase::Complete
        };
        let looked = state.looked;
        execution.tasks[current].clock.advance_to(looked);
        execution.synchronise(once);
    });
}

/// The thread has done it while nobody else had it: no step for anybody.
pub fn skip(once: Id<Once>) {
    with(|execution| {
        execution.state(once).phase = Phase::Complete;
        execution.synchronise(once);
    });
}

/// Whether it is done.
pub fn is_done(once: Id<Once>, location: Place) -> bool {
    with(Execution::tell_releases);
    let look = op(Operation::Look, once, location);
    point(look, None);
    with(|execution| {
        execution.touch(once, Access::Read);
        let now = execution.tasks[execution.current].clock.time();
        let state = execution.state(once);
        let done = matches!(state.phase, Phase::Complete);
        if done {
            execution.learn_from(once);
        } else {
            // Whoever ends it ends it no earlier than this.
            state.looked = state.looked.max(now);
        }
        execution.record(look, Effect::Looked { done });
        done
    })
}

/// Waits until it is done; with `force` also while it is poisoned. Whether it is done.
pub fn wait(once: Id<Once>, force: bool, location: Place) -> bool {
    let kind = if force {
        Operation::WaitForce
    } else {
        Operation::Wait
    };
    let wait: Op = op(kind, once, location);
    point(wait, None);
    with(|execution| {
        execution.touch(once, Access::AcquireShared);
        let state = execution.state(once);
        // Who does not wait for it to be done could have gone on when it first ended, even if
        // another thread has tried again meanwhile.
        let enabled_by = match state.first_ended_at {
            Some(first) if !force => first,
            _ => state.ended_at,
        };
        execution.enabled_by(enabled_by);
        execution.learn_from(once);
        let done = matches!(execution.state(once).phase, Phase::Complete);
        execution.record(wait, Effect::Done);
        done
    })
}
