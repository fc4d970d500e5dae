//! Who can go on: which announced operations are possible in the present state.

use crate::{
    execution::{Execution, StepWake},
    object::{Held, State},
    op::{OpKind, TaskId, Wake},
    strategy::Candidate,
};

/// Fills `candidates` with every step that a thread could take, in the order of threads.
pub(crate) fn collect(execution: &Execution, candidates: &mut Vec<Candidate>) {
    candidates.clear();
    for (id, task) in execution.tasks.iter().enumerate() {
        if task.finished {
            continue;
        }
        let mut add = |wake| {
            candidates.push(Candidate {
                task: id,
                wake,
                op: task.pending,
            });
        };
        if possible(execution, id) {
            add(Wake::Normal);
            continue;
        }
        let asleep = task.waiting.is_none_or(|waiting| waiting.woken.is_none());
        if asleep && task.deadline.is_some() {
            add(Wake::Timeout);
        }
        let may_wake = matches!(task.pending.kind, OpKind::Reacquire | OpKind::Park);
        if asleep && may_wake && task.spurious < execution.config.max_spurious {
            add(Wake::Spurious);
        }
    }
}

/// Whether the announced operation of `task` can be done now.
pub(crate) fn possible(execution: &Execution, id: TaskId) -> bool {
    let task = &execution.tasks[id];
    let channel = || match task
        .pending
        .object
        .map(|o| &execution.objects[o.0 as usize])
    {
        Some(object) => match &object.state {
            State::Channel(channel) => channel,
            _ => unreachable!("a channel operation acts on a channel"),
        },
        None => unreachable!("a channel operation has an object"),
    };
    match task.pending.kind {
        OpKind::Join(other) => execution.tasks[other].finished,
        OpKind::Lock => owner(execution, id).is_none(),
        OpKind::Reacquire => {
            task.waiting.is_some_and(|waiting| waiting.woken.is_some())
                && owner(execution, id).is_none()
        }
        OpKind::Park => task.token.is_some(),
        OpKind::Receive => {
            let channel = channel();
            !channel.messages.is_empty() || channel.senders == 0
        }
        OpKind::Send => {
            let channel = channel();
            !channel.receiver || channel.has_room()
        }
        OpKind::Handover => {
            let channel = channel();
            // A sender waits until its own message is gone; no other is there meanwhile.
            !channel.receiver || channel.messages.is_empty()
        }
        _ => true,
    }
}

/// Whether some thread waits to receive from the channel that `id` is about to use.
pub(crate) fn receiver_waits(execution: &Execution, id: TaskId) -> bool {
    let object = execution.tasks[id].pending.object;
    execution.tasks.iter().any(|task| {
        !task.finished && task.pending.kind == OpKind::Receive && task.pending.object == object
    })
}

fn owner(execution: &Execution, id: TaskId) -> Option<Held> {
    let object = execution.tasks[id].pending.object?;
    match &execution.objects[object.0 as usize].state {
        State::Mutex { owner } => *owner,
        _ => None,
    }
}

/// Who holds the mutex that `id` needs for its announced operation, if that is what it lacks.
pub(crate) fn holder(execution: &Execution, id: TaskId) -> Option<Held> {
    let task = &execution.tasks[id];
    match task.pending.kind {
        OpKind::Lock => owner(execution, id),
        OpKind::Reacquire => task
            .waiting
            .and_then(|waiting| waiting.woken)
            .and_then(|_: StepWake| owner(execution, id)),
        _ => None,
    }
}
