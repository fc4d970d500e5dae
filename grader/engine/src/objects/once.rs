//! Something that is done once: whoever comes first does it, the others wait.

use std::panic::Location;

use super::old_op as op;
use crate::{
    access::Access,
    execution::Execution,
    object::{ObjectId, Once, Phase, State},
    objects::Held,
    op::{Op, OpKind},
    runtime::{point, with},
    trace::Effect,
};

type Place = &'static Location<'static>;

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
pub fn begin(once: ObjectId, force: bool, location: Place) -> Begun {
    let operation = op(OpKind::OnceBegin, once, location);
    point(operation, None);
    with(|execution| {
        let by = execution.current;
        let begun = match state(execution, once).phase {
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
            state(execution, once).phase = tried;
        } else {
            execution.touch(once, Access::AcquireShared);
        }
        learn(execution, once);
        execution.record(operation, Effect::Begun(begun));
        begun
    })
}

/// The thread that began has done it, or has panicked over it.
pub fn end(once: ObjectId, poisoned: bool, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::OnceEnd, once, location), None);
    }
    with(|execution| {
        execution.touch(once, Access::Release);
        execution.progress();
        let step = execution.step_index();
        let current = execution.current;
        let state = state(execution, once);
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
pub fn skip(once: ObjectId) {
    with(|execution| {
        state(execution, once).phase = Phase::Complete;
        execution.synchronise(once);
    });
}

/// Whether it is done.
pub fn is_done(once: ObjectId, location: Place) -> bool {
    with(Execution::tell_releases);
    let look = op(OpKind::OnceLook, once, location);
    point(look, None);
    with(|execution| {
        execution.touch(once, Access::Read);
        let now = execution.tasks[execution.current].clock.time();
        let state = state(execution, once);
        let done = matches!(state.phase, Phase::Complete);
        if done {
            learn(execution, once);
        } else {
            // Whoever ends it ends it no earlier than this.
            state.looked = state.looked.max(now);
        }
        execution.record(look, Effect::Looked { done });
        done
    })
}

/// Waits until it is done; with `force` also while it is poisoned. Whether it is done.
pub fn wait(once: ObjectId, force: bool, location: Place) -> bool {
    let kind = if force {
        OpKind::OnceWaitForce
    } else {
        OpKind::OnceWait
    };
    let wait: Op = op(kind, once, location);
    point(wait, None);
    with(|execution| {
        execution.touch(once, Access::AcquireShared);
        let state = state(execution, once);
        // Who does not wait for it to be done could have gone on when it first ended, even if
        // another thread has tried again meanwhile.
        let enabled_by = match state.first_ended_at {
            Some(first) if !force => first,
            _ => state.ended_at,
        };
        execution.enabled_by(enabled_by);
        learn(execution, once);
        let done = matches!(self::state(execution, once).phase, Phase::Complete);
        execution.record(wait, Effect::Done);
        done
    })
}

/// The thread learns what whoever ended it knew, and nothing from those who only looked.
fn learn(execution: &mut Execution, once: ObjectId) {
    let clock = &mut execution.tasks[execution.current].clock;
    clock.join(&execution.objects[once.0 as usize].clock);
}

fn state(execution: &mut Execution, once: ObjectId) -> &mut Once {
    match &mut execution.object(once).state {
        State::Once(state) => state,
        _ => unreachable!("what is done once has a phase"),
    }
}
