//! Who can go on: which announced operations are possible in the present state.

use crate::{
    execution::Execution,
    object::{Held, Object, ObjectId, Phase, RwLock, State},
    op::{OpKind, TaskId, Wake},
    readiness::Gates,
    strategy::Candidate,
    task::{StepWake, Task},
};

/// The threads and the objects of an execution.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) tasks: &'a [Task],
    pub(crate) objects: &'a [Object],
}

/// The steps that threads could take.
///
/// They are collected at each step, so room for as many as there can be is made when a
/// thread is started.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    normal: Vec<Candidate>,
    unusual: Vec<Candidate>,
    /// How many normal ones there are.
    normals: usize,
    /// How many unusual ones there are.
    unusuals: usize,
    timeouts: usize,
}

impl Candidates {
    /// Makes room for so many threads.
    pub(crate) fn make_room(&mut self, tasks: usize) {
        if self.normal.len() < tasks {
            let none = Candidate {
                task: 0,
                wake: Wake::Normal,
            };
            self.normal.resize(tasks, none);
            // Of one thread the time can be up, and it can be lucky.
            self.unusual.resize(2 * tasks, none);
        }
    }

    /// Those that need no time-out and no luck, in the order of threads.
    #[inline]
    pub(crate) fn normal(&self) -> &[Candidate] {
        &self.normal[..self.normals]
    }

    /// The others, in the order of threads.
    #[inline]
    pub(crate) fn unusual(&self) -> &[Candidate] {
        &self.unusual[..self.unusuals]
    }

    /// How many of the unusual ones need a time-out.
    #[inline]
    pub(crate) fn timeouts(&self) -> usize {
        self.timeouts
    }

    /// Finds every step that a thread could take.
    ///
    /// There is hardly a branch that the processor could not foresee: a candidate is written
    /// in any case, and counted if it is one.
    #[inline]
    pub(crate) fn collect(&mut self, scene: Scene<'_>, gates: &Gates) {
        let (mut normals, mut unusuals, mut timeouts) = (0, 0, 0);
        for (id, task) in scene.tasks.iter().enumerate() {
            let readiness = task.readiness;
            let mut ready = readiness.is_open(gates);
            if readiness.asks() {
                ready = ready && can_go_on(scene, id, task);
            }
            debug_assert_eq!(
                ready,
                !readiness.is_finished() && can_go_on(scene, id, task),
                "{task:?}"
            );
            let candidate = |wake| Candidate { task: id, wake };
            self.normal[normals] = candidate(Wake::Normal);
            normals += usize::from(ready);
            let otherwise = readiness.otherwise(ready);
            self.unusual[unusuals] = candidate(Wake::Timeout);
            unusuals += usize::from(otherwise.timed);
            timeouts += usize::from(otherwise.timed);
            self.unusual[unusuals] = candidate(Wake::Spurious);
            unusuals += usize::from(otherwise.fickle);
        }
        self.normals = normals;
        self.unusuals = unusuals;
        self.timeouts = timeouts;
    }
}

/// Whether the announced operation of `task` can be done now.
pub(crate) fn possible(execution: &Execution, id: TaskId) -> bool {
    can_go_on(execution.scene(), id, &execution.tasks[id])
}

fn can_go_on(scene: Scene<'_>, id: TaskId, task: &Task) -> bool {
    match task.pending.kind {
        OpKind::Lock => is_free(scene, task),
        OpKind::Reacquire => {
            task.waiting()
                .is_some_and(|waiting| waiting.woken.is_some())
                && is_free(scene, task)
        }
        OpKind::Join(other) => scene.tasks[other].readiness.is_finished(),
        kind => !kind.may_wait() || has_come(scene, id),
    }
}

/// Whether nobody has the mutex that `task` needs.
fn is_free(scene: Scene<'_>, task: &Task) -> bool {
    let mutex = task.pending.object;
    let mutex = mutex.and_then(|id| scene.objects.get(id.0 as usize));
    !matches!(
        mutex.map(|object| &object.state),
        Some(State::Mutex { owner: Some(_) })
    )
}

/// Whether what the announced operation of `task` may have to wait for is there.
fn has_come(scene: Scene<'_>, id: TaskId) -> bool {
    let task = &scene.tasks[id];
    let channel = || match task.pending.object.map(|o| &scene.objects[o.0 as usize]) {
        Some(object) => match &object.state {
            State::Channel(channel) => channel,
            _ => unreachable!("a channel operation acts on a channel"),
        },
        None => unreachable!("a channel operation has an object"),
    };
    match task.pending.kind {
        OpKind::Park => task.token.is_some(),
        OpKind::ReadLock => {
            let again = rwlock(scene, id).is_some_and(|lock| lock.is_read_by(id));
            let first = again
                && task
                    .pending
                    .object
                    .is_some_and(|lock| writer_waits(scene, lock));
            !first && rwlock(scene, id).is_none_or(|lock| lock.writer.is_none())
        }
        OpKind::WriteLock => rwlock(scene, id).is_none_or(RwLock::is_free),
        OpKind::Pass => task.waiting().is_none_or(|waiting| waiting.woken.is_some()),
        OpKind::OnceBegin => !matches!(phase(scene, id), Some(Phase::Running(_))),
        OpKind::OnceWait => {
            matches!(phase(scene, id), Some(Phase::Complete | Phase::Poisoned))
        }
        OpKind::OnceWaitForce => matches!(phase(scene, id), Some(Phase::Complete)),
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
pub(crate) fn receiver_waits(scene: Scene<'_>, id: TaskId) -> bool {
    let object = scene.tasks[id].pending.object;
    scene.tasks.iter().any(|task| {
        !task.readiness.is_finished()
            && task.pending.kind == OpKind::Receive
            && task.pending.object == object
    })
}

/// Whether some thread waits to write to a reader-writer lock.
pub(crate) fn writer_waits(scene: Scene<'_>, lock: ObjectId) -> bool {
    scene.tasks.iter().any(|task| {
        !task.readiness.is_finished()
            && task.pending.kind == OpKind::WriteLock
            && task.pending.object == Some(lock)
    })
}

fn rwlock(scene: Scene<'_>, id: TaskId) -> Option<&RwLock> {
    let object = scene.tasks[id].pending.object?;
    match &scene.objects[object.0 as usize].state {
        State::RwLock(lock) => Some(lock),
        _ => None,
    }
}

fn phase(scene: Scene<'_>, id: TaskId) -> Option<Phase> {
    let object = scene.tasks[id].pending.object?;
    match &scene.objects[object.0 as usize].state {
        State::Once(once) => Some(once.phase),
        _ => None,
    }
}

fn owner(scene: Scene<'_>, id: TaskId) -> Option<Held> {
    let object = scene.tasks[id].pending.object?;
    match &scene.objects[object.0 as usize].state {
        State::Mutex { owner } => *owner,
        _ => None,
    }
}

/// Who holds the lock that `id` needs for its announced operation, if that is what it lacks.
pub(crate) fn holder(scene: Scene<'_>, id: TaskId) -> Option<Held> {
    let task = &scene.tasks[id];
    match task.pending.kind {
        OpKind::Lock => owner(scene, id),
        OpKind::Reacquire => task
            .waiting()
            .and_then(|waiting| waiting.woken)
            .and_then(|_: StepWake| owner(scene, id)),
        OpKind::ReadLock => rwlock(scene, id).and_then(|lock| {
            // Without a writer it is the thread's own share that it waits for.
            let own = lock.readers.iter().find(|held| held.by == id);
            lock.writer.or(own.copied())
        }),
        OpKind::WriteLock => {
            rwlock(scene, id).and_then(|lock| lock.writer.or(lock.readers.first().copied()))
        }
        OpKind::OnceBegin | OpKind::OnceWait | OpKind::OnceWaitForce => match phase(scene, id) {
            Some(Phase::Running(held)) => Some(held),
            _ => None,
        },
        _ => None,
    }
}
