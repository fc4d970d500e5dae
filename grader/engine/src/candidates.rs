//! Who can go on: which announced operations are possible in the present state.

use crate::{
    execution::{Execution, StepWake, Task},
    object::{Held, ObjectId, Phase, RwLock, State},
    op::{OpKind, TaskId, Wake},
    strategy::Candidate,
};

/// Fills the candidates with every step that a thread could take: first those that need
/// no time-out and no luck, then the others, each in the order of threads. Returns how
/// many are of the first sort.
///
/// This is done at each step for all threads, so it is to be fast.
pub(crate) fn collect(execution: &mut Execution) -> usize {
    let mut candidates = std::mem::take(&mut execution.candidates);
    let mut others = std::mem::take(&mut execution.others);
    candidates.clear();
    for (id, task) in execution.tasks.iter().enumerate() {
        if task.finished {
            continue;
        }
        if can_go_on(execution, id, task) {
            let wake = Wake::Normal;
            candidates.push(Candidate { task: id, wake });
            continue;
        }
        let asleep = task.waiting.is_none_or(|waiting| waiting.woken.is_none());
        if asleep && task.deadline.is_some() {
            let wake = Wake::Timeout;
            others.push(Candidate { task: id, wake });
        }
        let may_wake = matches!(task.pending.kind, OpKind::Reacquire | OpKind::Park);
        if asleep && may_wake && task.spurious < execution.config.max_spurious {
            let wake = Wake::Spurious;
            others.push(Candidate { task: id, wake });
        }
    }
    let normal = candidates.len();
    candidates.append(&mut others);
    execution.candidates = candidates;
    execution.others = others;
    normal
}

/// Whether the announced operation of `task` can be done now.
pub(crate) fn possible(execution: &Execution, id: TaskId) -> bool {
    can_go_on(execution, id, &execution.tasks[id])
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "measured: it is asked of every thread at every step"
)]
fn can_go_on(execution: &Execution, id: TaskId, task: &Task) -> bool {
    match task.pending.kind {
        OpKind::Lock => is_free(execution, task),
        OpKind::Reacquire => {
            task.waiting.is_some_and(|waiting| waiting.woken.is_some()) && is_free(execution, task)
        }
        OpKind::Join(other) => execution.tasks[other].finished,
        kind => !kind.may_wait() || has_come(execution, id),
    }
}

/// Whether nobody has the mutex that `task` needs.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "measured: it is asked of every thread at every step"
)]
fn is_free(execution: &Execution, task: &Task) -> bool {
    let mutex = task.pending.object;
    let mutex = mutex.and_then(|id| execution.objects.get(id.0 as usize));
    !matches!(
        mutex.map(|object| &object.state),
        Some(State::Mutex { owner: Some(_) })
    )
}

/// Whether what the announced operation of `task` may have to wait for is there.
#[inline(never)]
fn has_come(execution: &Execution, id: TaskId) -> bool {
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
        OpKind::Park => task.token.is_some(),
        OpKind::ReadLock => {
            let again = rwlock(execution, id).is_some_and(|lock| lock.is_read_by(id));
            let first = again
                && task
                    .pending
                    .object
                    .is_some_and(|lock| writer_waits(execution, lock));
            !first && rwlock(execution, id).is_none_or(|lock| lock.writer.is_none())
        }
        OpKind::WriteLock => rwlock(execution, id).is_none_or(RwLock::is_free),
        OpKind::Pass => task.waiting.is_none_or(|waiting| waiting.woken.is_some()),
        OpKind::OnceBegin => !matches!(phase(execution, id), Some(Phase::Running(_))),
        OpKind::OnceWait => {
            matches!(
                phase(execution, id),
                Some(Phase::Complete | Phase::Poisoned)
            )
        }
        OpKind::OnceWaitForce => matches!(phase(execution, id), Some(Phase::Complete)),
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

/// Whether some thread waits to write to a reader-writer lock.
pub(crate) fn writer_waits(execution: &Execution, lock: ObjectId) -> bool {
    execution.tasks.iter().any(|task| {
        !task.finished
            && task.pending.kind == OpKind::WriteLock
            && task.pending.object == Some(lock)
    })
}

fn rwlock(execution: &Execution, id: TaskId) -> Option<&RwLock> {
    let object = execution.tasks[id].pending.object?;
    match &execution.objects[object.0 as usize].state {
        State::RwLock(lock) => Some(lock),
        _ => None,
    }
}

fn phase(execution: &Execution, id: TaskId) -> Option<Phase> {
    let object = execution.tasks[id].pending.object?;
    match &execution.objects[object.0 as usize].state {
        State::Once(once) => Some(once.phase),
        _ => None,
    }
}

fn owner(execution: &Execution, id: TaskId) -> Option<Held> {
    let object = execution.tasks[id].pending.object?;
    match &execution.objects[object.0 as usize].state {
        State::Mutex { owner } => *owner,
        _ => None,
    }
}

/// Who holds the lock that `id` needs for its announced operation, if that is what it lacks.
pub(crate) fn holder(execution: &Execution, id: TaskId) -> Option<Held> {
    let task = &execution.tasks[id];
    match task.pending.kind {
        OpKind::Lock => owner(execution, id),
        OpKind::Reacquire => task
            .waiting
            .and_then(|waiting| waiting.woken)
            .and_then(|_: StepWake| owner(execution, id)),
        OpKind::ReadLock => rwlock(execution, id).and_then(|lock| {
            // Without a writer it is the thread's own share that it waits for.
            let own = lock.readers.iter().find(|held| held.by == id);
            lock.writer.or(own.copied())
        }),
        OpKind::WriteLock => {
            rwlock(execution, id).and_then(|lock| lock.writer.or(lock.readers.first().copied()))
        }
        OpKind::OnceBegin | OpKind::OnceWait | OpKind::OnceWaitForce => {
            match phase(execution, id) {
                Some(Phase::Running(held)) => Some(held),
                _ => None,
            }
        }
        _ => None,
    }
}
