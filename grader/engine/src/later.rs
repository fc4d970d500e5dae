//! The threads that do not fit into a [`TaskSet`]: whether each can go on is kept, and found anew only
//! when something has happened that may change it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{op::TaskId, readiness::BlockOn, task_set::TaskSet};

/// The ways in which a thread could go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ways {
    pub(crate) ready: bool,
    pub(crate) has_deadline: bool,
    pub(crate) may_wake_spuriously: bool,
}

/// What is kept of a thread.
#[derive(Debug, Clone, Copy, Default)]
struct Noted {
    /// The ways that were found last.
    ways: Ways,
    /// Whether it is in `changed`.
    is_changed: bool,
    /// Where it is in `watched`, if it is there.
    place: Option<usize>,
    /// Whether it is told of what may change whether it can go on.
    is_settled: bool,
    /// Whether it goes on by a time-out if it cannot go on otherwise.
    may_give_up: bool,
    on: BlockOn,
}

/// The threads after the first [`TaskSet::MOST`].
#[derive(Debug, Default)]
pub(crate) struct Later {
    /// From the first of them on.
    all: Vec<Noted>,
    /// Those to which something has happened.
    changed: Vec<TaskId>,
    /// Those that are looked at before each choice: nobody tells when they can go on.
    watched: Vec<TaskId>,
    /// Those whose announced operations need something that can block.
    waiting: BTreeMap<BlockOn, BTreeSet<TaskId>>,
    /// Whether ways have changed that were not found by looking.
    must_list: bool,
}

impl Later {
    /// Adds the next thread.
    pub(crate) fn add(&mut self) {
        self.all.push(Noted::default());
    }

    fn noted(&mut self, task: TaskId) -> Option<&mut Noted> {
        self.all.get_mut(task.checked_sub(TaskSet::MOST)?)
    }

    /// Something has happened to a thread, if it is one of these.
    #[inline]
    pub(crate) fn change(&mut self, task: TaskId) {
        if task >= TaskSet::MOST {
            self.note_change(task);
        }
    }

    #[cold]
    fn note_change(&mut self, task: TaskId) {
        if let Some(noted) = self.noted(task)
            && !std::mem::replace(&mut noted.is_changed, true)
        {
            self.changed.push(task);
        }
    }

    /// A thread has announced what needs this, and `is_watched` says whether more must be known, which
    /// nobody tells.
    #[cold]
    pub(crate) fn announce(
        &mut self,
        task: TaskId,
        on: BlockOn,
        is_watched: bool,
        may_give_up: bool,
    ) {
        self.note_change(task);
        let Some(noted) = self.noted(task) else {
            return;
        };
        noted.is_settled = false;
        noted.may_give_up = may_give_up;
        let before = std::mem::replace(&mut noted.on, on);
        if before != on {
            self.stop_waiting(task, before);
            if on != BlockOn::default() {
                self.waiting.entry(on).or_default().insert(task);
            }
        }
        if is_watched {
            self.watch(task);
        } else {
            self.unwatch(task);
        }
    }

    fn stop_waiting(&mut self, task: TaskId, on: BlockOn) {
        if let Some(waiting) = self.waiting.get_mut(&on) {
            waiting.remove(&task);
        }
    }

    fn watch(&mut self, task: TaskId) {
        let next = self.watched.len();
        if let Some(noted) = self.noted(task)
            && noted.place.is_none()
        {
            noted.place = Some(next);
            self.watched.push(task);
        }
    }

    fn unwatch(&mut self, task: TaskId) {
        let place = self.noted(task).and_then(|noted| noted.place.take());
        if let Some(place) = place {
            self.watched.swap_remove(place);
            if let Some(&moved) = self.watched.get(place)
                && let Some(noted) = self.noted(moved)
            {
                noted.place = Some(place);
            }
        }
    }

    /// Something blocks from now on, or blocks no more.
    #[cold]
    pub(crate) fn change_waiting(&mut self, on: BlockOn) {
        let waiting = self.waiting.get(&on).into_iter().flatten();
        for task in waiting.copied().collect::<Vec<_>>() {
            self.note_change(task);
        }
    }

    /// A thread has ended.
    pub(crate) fn finish(&mut self, task: TaskId) {
        if let Some(noted) = self.noted(task) {
            let on = std::mem::take(&mut noted.on);
            self.stop_waiting(task, on);
            self.unwatch(task);
            self.note_change(task);
        }
    }

    /// A thread is told of what may change whether it can go on, and need not be looked at until then.
    pub(crate) fn settle(&mut self, task: TaskId) {
        self.unwatch(task);
        if let Some(noted) = self.noted(task) {
            noted.is_settled = true;
        }
    }

    /// Threads that were settled before can go on from now on, or no more.
    pub(crate) fn settle_all(&mut self, tasks: &[TaskId], can_go_on: bool) {
        for &task in tasks {
            let Some(noted) = self.noted(task) else {
                continue;
            };
            if noted.may_give_up {
                self.note_change(task);
            } else {
                let before = std::mem::replace(&mut noted.ways.ready, can_go_on);
                self.must_list |= before != can_go_on;
            }
        }
    }

    /// What a thread was told of has happened.
    pub(crate) fn unsettle(&mut self, task: TaskId) {
        if let Some(noted) = self.noted(task)
            && std::mem::take(&mut noted.is_settled)
        {
            self.watch(task);
        }
    }

    /// The threads that are told.
    pub(crate) fn settled(&self) -> impl Iterator<Item = TaskId> {
        let all = self.all.iter().enumerate();
        all.filter(|(_, noted)| noted.is_settled)
            .map(|(index, _)| TaskSet::MOST + index)
    }

    /// Whether ways have changed since this was asked last, of threads that need not be looked at.
    pub(crate) fn take_must_list(&mut self) -> bool {
        std::mem::take(&mut self.must_list)
    }

    /// Those that must be looked at now.
    pub(crate) fn take_changed(&mut self) -> Vec<TaskId> {
        let mut changed = std::mem::take(&mut self.changed);
        for &task in &changed {
            if let Some(noted) = self.noted(task) {
                noted.is_changed = false;
            }
        }
        let is_old = |task: &TaskId| !changed.contains(task);
        let watched: Vec<TaskId> = if changed.len() < 8 {
            self.watched.iter().copied().filter(is_old).collect()
        } else {
            self.watched.clone()
        };
        changed.extend(watched);
        changed
    }

    /// Notes the ways that were found; those that were noted before.
    pub(crate) fn note(&mut self, task: TaskId, ways: Ways) -> Ways {
        self.noted(task).map_or_else(Ways::default, |noted| {
            std::mem::replace(&mut noted.ways, ways)
        })
    }

    /// All of these threads, and what is noted of them.
    pub(crate) fn ways(&self) -> impl Iterator<Item = (TaskId, Ways)> {
        let all = self.all.iter().enumerate();
        all.map(|(index, noted)| (TaskSet::MOST + index, noted.ways))
    }
}
