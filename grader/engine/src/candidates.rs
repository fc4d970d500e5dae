//! Who can go on: which announced operations are possible in the present state.

use crate::{
    execution::Execution,
    objects::{Held, Objects},
    op::{TaskId, Wake},
    readiness::Readiness,
    strategy::{Candidate, RareWakes},
    task::Task,
    task_set::TaskSet,
};

/// The threads and the objects of an execution.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SchedulerState<'a> {
    pub(crate) tasks: &'a [Task],
    pub(crate) objects: &'a Objects,
}

/// The steps that threads could take.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Room for those that need no time-out and no luck.
    normal: Vec<Candidate>,
    /// How many of these there are.
    count: usize,
    /// The threads that could go on by a time-out, and those that could by luck.
    has_deadline: TaskSet,
    may_wake_spuriously: TaskSet,
    /// What later threads could do by a time-out or luck.
    later: Vec<Candidate>,
}

impl Candidates {
    /// Makes room for so many threads.
    pub(crate) fn make_room(&mut self, tasks: usize) {
        let none = Candidate {
            task: 0,
            wake: Wake::Normal,
        };
        let room = self.normal.len().max(tasks);
        self.normal.resize(room, none);
    }

    /// Those that need no time-out and no luck, in the order of threads.
    #[inline]
    pub(crate) fn normal(&self) -> &[Candidate] {
        &self.normal[..self.count]
    }

    /// The others.
    #[inline]
    pub(crate) fn rare(&self) -> RareWakes<'_> {
        RareWakes::new(self.has_deadline, self.may_wake_spuriously, &self.later)
    }

    /// Whether all wait, and only luck could help.
    #[inline]
    pub(crate) fn nobody_goes_on(&self) -> bool {
        self.count == 0 && !self.rare().has(Wake::Timeout)
    }

    /// One of those that need no luck by equal chance.
    pub(crate) fn any_fair(&self, rng: &mut fastrand::Rng) -> Option<Candidate> {
        let timeouts = self.rare().iter();
        let timeouts = timeouts.filter(|c| c.wake == Wake::Timeout);
        let fair = self.normal().iter().copied().chain(timeouts);
        fair.clone().nth(rng.usize(..fair.count()))
    }

    /// Finds every step that a thread could take. `luck` is how many spurious wake-ups
    /// each may have.
    #[inline]
    pub(crate) fn collect(
        &mut self,
        scheduler: SchedulerState<'_>,
        readiness: &Readiness,
        luck: usize,
    ) {
        let mut ready = readiness.unblocked();
        for id in ready.and(readiness.needs_full_check()).iter() {
            ready.set(id, is_enabled(scheduler, &scheduler.tasks[id]));
        }
        self.has_deadline = readiness.has_deadline().without(ready);
        self.may_wake_spuriously = readiness.may_wake_spuriously().without(ready);
        debug_assert!(
            (0..scheduler.tasks.len().min(TaskSet::MOST)).all(|id| {
                let noted = Ways {
                    ready: ready.contains(id),
                    has_deadline: self.has_deadline.contains(id),
                    may_wake_spuriously: self.may_wake_spuriously.contains(id),
                };
                noted == Ways::of(scheduler, id, luck)
            }),
            "{:?} {readiness:?}",
            scheduler.tasks
        );
        self.count = 0;
        for id in ready.iter() {
            self.add(id);
        }
        if scheduler.tasks.len() > TaskSet::MOST {
            self.collect_later(scheduler, luck);
        }
    }

    #[inline]
    fn add(&mut self, task: TaskId) {
        let wake = Wake::Normal;
        self.normal[self.count] = Candidate { task, wake };
        self.count += 1;
    }

    /// Finds the steps of the threads of which nothing is noted.
    #[cold]
    fn collect_later(&mut self, scheduler: SchedulerState<'_>, luck: usize) {
        self.later.clear();
        for task in TaskSet::MOST..scheduler.tasks.len() {
            let ways = Ways::of(scheduler, task, luck);
            if ways.ready {
                self.add(task);
            }
            for (is_one, wake) in [
                (ways.has_deadline, Wake::Timeout),
                (ways.may_wake_spuriously, Wake::Spurious),
            ] {
                if is_one {
                    self.later.push(Candidate { task, wake });
                }
            }
        }
    }

    /// Forgets what was found.
    pub(crate) fn clear(&mut self) {
        self.count = 0;
        self.later.clear();
    }
}

/// The ways in which a thread could go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ways {
    ready: bool,
    has_deadline: bool,
    may_wake_spuriously: bool,
}

impl Ways {
    /// The ways of a thread, whatever has been noted of it.
    fn of(scheduler: SchedulerState<'_>, id: TaskId, luck: usize) -> Self {
        let task = &scheduler.tasks[id];
        let ready = !task.finished && is_enabled(scheduler, task);
        let woken = task.waiting().is_some_and(|w| w.woken.is_some());
        let waits = !task.finished && !ready && !woken;
        let can_be_spurious = task.pending.kind.facts().may_be_spurious;
        Self {
            ready,
            has_deadline: waits && task.deadline().is_some(),
            may_wake_spuriously: waits && can_be_spurious && task.spurious < luck,
        }
    }
}

/// Whether `task` could take a step that needs no time-out and no luck.
#[inline]
pub(crate) fn is_ready(scheduler: SchedulerState<'_>, readiness: &Readiness, task: TaskId) -> bool {
    let Some(state) = scheduler.tasks.get(task) else {
        return false;
    };
    let ready = if readiness.unblocked().contains(task) {
        !readiness.needs_full_check().contains(task) || is_enabled(scheduler, state)
    } else {
        task >= TaskSet::MOST && !state.finished && is_enabled(scheduler, state)
    };
    debug_assert_eq!(ready, !state.finished && is_enabled(scheduler, state));
    ready
}

/// Whether the announced operation of `task` can be done now.
pub(crate) fn possible(execution: &Execution, id: TaskId) -> bool {
    is_enabled(execution.scheduler(), &execution.tasks[id])
}

fn is_enabled(scheduler: SchedulerState<'_>, task: &Task) -> bool {
    task.pending.kind.is_enabled(scheduler, task)
}

/// Who holds the lock that `id` needs for its announced operation, if that is what it lacks.
pub(crate) fn holder(scheduler: SchedulerState<'_>, id: TaskId) -> Option<Held> {
    let task = &scheduler.tasks[id];
    task.pending.kind.holder(scheduler.objects, id, task)
}
