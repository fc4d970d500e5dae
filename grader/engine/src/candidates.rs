//! Who can go on: which announced operations are possible in the present state.

use crate::{
    execution::Execution,
    later::{Later, Ways},
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
    /// Room for those that need no time-out and no luck. If there are threads that do not fit into a
    /// set, theirs begin behind the room for the first threads, whose own end there.
    normal: Vec<Candidate>,
    /// Where they begin and end.
    begin: usize,
    end: usize,
    /// The threads that could go on by a time-out, and those that could by luck.
    has_deadline: TaskSet,
    may_wake_spuriously: TaskSet,
    /// How many of the others could go on without, and what they could do by a time-out or luck.
    later: usize,
    later_rare: Vec<Candidate>,
    /// How many of the latter are time-outs.
    later_timeouts: usize,
    /// The threads that were looked at and are to be told when to look again.
    checked: Vec<TaskId>,
}

/// In programs with more threads than this, threads that wait for others are told when to look again.
pub(crate) const FEW: usize = 16;

/// If so many of the later threads have changed, their steps are listed anew.
const MANY_CHANGES: usize = 16;

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
        &self.normal[self.begin..self.end]
    }

    /// The others.
    #[inline]
    pub(crate) fn rare(&self) -> RareWakes<'_> {
        let later = (&self.later_rare[..], self.later_timeouts);
        RareWakes::new(self.has_deadline, self.may_wake_spuriously, later)
    }

    /// Whether all wait, and only luck could help.
    #[inline]
    pub(crate) fn nobody_goes_on(&self) -> bool {
        self.begin == self.end && !self.rare().has(Wake::Timeout)
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
        readiness: &mut Readiness,
        luck: usize,
    ) {
        let mut ready = readiness.unblocked();
        for id in ready.and(readiness.needs_full_check()).iter() {
            let can_go_on = is_enabled(scheduler, &scheduler.tasks[id]);
            ready.set(id, can_go_on);
            if scheduler.tasks.len() > FEW && is_told(scheduler, id) {
                readiness.settle(id, can_go_on);
                self.checked.push(id);
            }
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
        (self.begin, self.end) = (0, 0);
        for id in ready.iter() {
            self.add(id);
        }
        if scheduler.tasks.len() > TaskSet::MOST {
            self.collect_later(scheduler, readiness, luck);
        }
    }

    #[inline]
    fn add(&mut self, task: TaskId) {
        let wake = Wake::Normal;
        self.normal[self.end] = Candidate { task, wake };
        self.end += 1;
    }

    /// Adds the steps of the threads that do not fit into a set.
    #[cold]
    fn collect_later(
        &mut self,
        scheduler: SchedulerState<'_>,
        readiness: &mut Readiness,
        luck: usize,
    ) {
        let Some(mut later) = readiness.later.take() else {
            return;
        };
        let changed = later.take_changed();
        let must_list = later.take_must_list();
        let lists_anew = must_list || changed.len() > MANY_CHANGES;
        for task in changed {
            let ways = Ways::of(scheduler, task, luck);
            let before = later.note(task, ways);
            if !lists_anew && ways != before {
                self.change(task, before, ways);
            }
            if !scheduler.tasks[task].finished && is_told(scheduler, task) {
                later.settle(task);
                self.checked.push(task);
            }
        }
        if lists_anew {
            self.list_later(&later);
        }
        debug_assert!(
            later
                .ways()
                .all(|(task, ways)| ways == Ways::of(scheduler, task, luck)),
            "{later:?}"
        );
        readiness.later = Some(later);
        let first = self.end;
        self.normal.copy_within(..first, TaskSet::MOST - first);
        self.begin = TaskSet::MOST - first;
        self.end = TaskSet::MOST + self.later;
    }

    /// Lists what later threads could do.
    fn list_later(&mut self, later: &Later) {
        self.later = 0;
        self.later_timeouts = 0;
        self.later_rare.clear();
        for (task, ways) in later.ways() {
            if ways.ready {
                let wake = Wake::Normal;
                self.normal[TaskSet::MOST + self.later] = Candidate { task, wake };
                self.later += 1;
            }
            if ways.has_deadline {
                let wake = Wake::Timeout;
                self.later_rare.push(Candidate { task, wake });
                self.later_timeouts += 1;
            }
            if ways.may_wake_spuriously {
                let wake = Wake::Spurious;
                self.later_rare.push(Candidate { task, wake });
            }
        }
    }

    /// Changes what a later thread could do.
    fn change(&mut self, task: TaskId, before: Ways, now: Ways) {
        if before.ready != now.ready {
            let later = &self.normal[TaskSet::MOST..][..self.later];
            let place = TaskSet::MOST + later.partition_point(|other| other.task < task);
            let end = TaskSet::MOST + self.later;
            if now.ready {
                self.normal.copy_within(place..end, place + 1);
                let wake = Wake::Normal;
                self.normal[place] = Candidate { task, wake };
                self.later += 1;
            } else {
                self.normal.copy_within(place + 1..end, place);
                self.later -= 1;
            }
        }
        for (was, is, wake) in [
            (before.has_deadline, now.has_deadline, Wake::Timeout),
            (
                before.may_wake_spuriously,
                now.may_wake_spuriously,
                Wake::Spurious,
            ),
        ] {
            if was != is {
                self.change_rare(Candidate { task, wake }, is);
            }
        }
    }

    fn change_rare(&mut self, candidate: Candidate, is_possible: bool) {
        // Of each thread, the time-out is first.
        let order = |candidate: &Candidate| (candidate.task, candidate.wake == Wake::Spurious);
        let rare = &mut self.later_rare;
        let place = rare.partition_point(|other| order(other) < order(&candidate));
        let is_timeout = candidate.wake == Wake::Timeout;
        if is_possible {
            rare.insert(place, candidate);
            self.later_timeouts += usize::from(is_timeout);
        } else {
            rare.remove(place);
            self.later_timeouts -= usize::from(is_timeout);
        }
    }

    /// The threads that were looked at since this was asked last, and are to be told when to look
    /// again.
    #[inline]
    pub(crate) fn take_checked(&mut self) -> Option<Vec<TaskId>> {
        (!self.checked.is_empty()).then(|| std::mem::take(&mut self.checked))
    }

    /// Forgets what was found.
    pub(crate) fn clear(&mut self) {
        (self.begin, self.end) = (0, 0);
        self.later = 0;
        self.later_rare.clear();
        self.later_timeouts = 0;
        self.checked.clear();
    }
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

/// Whether a thread can be told when what it waits for may have changed.
fn is_told(scheduler: SchedulerState<'_>, task: TaskId) -> bool {
    let kind = scheduler.tasks[task].pending.kind;
    kind.is_told(scheduler.objects)
}

fn is_enabled(scheduler: SchedulerState<'_>, task: &Task) -> bool {
    task.pending.kind.is_enabled(scheduler, task)
}

/// Who holds the lock that `id` needs for its announced operation, if that is what it lacks.
pub(crate) fn holder(scheduler: SchedulerState<'_>, id: TaskId) -> Option<Held> {
    let task = &scheduler.tasks[id];
    task.pending.kind.holder(scheduler.objects, id, task)
}
