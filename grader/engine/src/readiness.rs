//! Incrementally maintained ready sets: bit sets of threads, updated when the state of a thread
//! changes and combined without unpredictable branches. Every step asks for all ready threads,
//! and changes are less frequent.
//!
//! The sets cover the first [`TaskSet::MOST`] threads of a program; of [later](crate::later) ones, what was
//! found is kept.

use crate::{
    later::Later,
    objects::{Facts, Id, Wait, mutex::Mutex},
    op::TaskId,
    task_set::TaskSet,
};

/// What a thread can be blocked on: a mutex that another thread holds, or the end of a thread.
/// The default one never blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockOn(u32);

impl BlockOn {
    /// Blocks while a thread holds the mutex.
    #[inline]
    pub(crate) fn mutex(mutex: Id<Mutex>) -> Self {
        Self(2 * mutex.index() as u32 + 1)
    }

    /// Blocks until the thread has ended.
    #[inline]
    pub(crate) fn end(task: TaskId) -> Self {
        Self(2 * task as u32 + 2)
    }
}

/// What an operation needs, as far as it is noted here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    on: BlockOn,
    full_check: bool,
    may_be_spurious: bool,
}

impl From<Facts> for Needs {
    #[inline]
    fn from(facts: Facts) -> Self {
        Self {
            on: match facts.wait {
                Wait::While(on) => on,
                Wait::Never | Wait::Asleep | Wait::Until => BlockOn::default(),
            },
            full_check: facts.wait == Wait::Until,
            may_be_spurious: facts.may_be_spurious,
        }
    }
}

/// Whether something blocks, and whom.
#[derive(Debug, Clone, Copy, Default)]
struct WaitSlot {
    blocks: bool,
    /// The threads whose announced operations need it.
    waiting: TaskSet,
}

/// What is noted.
///
/// The sets `has_deadline` and `may_wake_spuriously` are not side by side. They are written one
/// after the other when a thread announces an operation, and read right after that: a compiler
/// reads neighbours together, and a processor that has the parts in its store buffer waits until
/// both are in memory.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Readiness {
    /// The threads that give up at some moment, and have not been woken.
    has_deadline: TaskSet,
    slots: Vec<WaitSlot>,
    /// What the announced operation of each thread needs; it may not block any more.
    blocked_on: Vec<BlockOn>,
    /// The threads that are blocked on nothing of that.
    unblocked: TaskSet,
    /// Those that wait to be woken, and have not been.
    asleep: TaskSet,
    /// Those that waited, and have been woken.
    woken: TaskSet,
    /// Those of which more must be known, which is not noted here.
    needs_full_check: TaskSet,
    /// Those that may go on for no reason, and have not been woken.
    may_wake_spuriously: TaskSet,
    /// Those of which it is known whether they can go on until they are told that it may have changed.
    settled: TaskSet,
    /// The threads that do not fit into these sets.
    pub(crate) later: Option<Box<Later>>,
}

impl Readiness {
    /// Forgets everything, as at the beginning of an execution.
    pub(crate) fn reset(&mut self) {
        self.has_deadline = TaskSet::default();
        self.slots.clear();
        self.blocked_on.clear();
        self.unblocked = TaskSet::default();
        self.asleep = TaskSet::default();
        self.woken = TaskSet::default();
        self.needs_full_check = TaskSet::default();
        self.may_wake_spuriously = TaskSet::default();
        self.settled = TaskSet::default();
        self.later = None;
        self.add_slot(BlockOn::default());
    }

    /// Adds something to be blocked on, which does not block.
    pub(crate) fn add_slot(&mut self, on: BlockOn) {
        let count = self.slots.len().max(on.0 as usize + 1);
        self.slots.resize(count, WaitSlot::default());
    }

    /// Adds the next thread, which has not ended.
    pub(crate) fn add_task(&mut self, task: TaskId) {
        let end = BlockOn::end(task);
        self.add_slot(end);
        self.block(end);
        self.blocked_on.push(BlockOn::default());
        if task >= TaskSet::MOST {
            self.later.get_or_insert_default().add();
        }
    }

    fn slot(&mut self, on: BlockOn) -> &mut WaitSlot {
        &mut self.slots[on.0 as usize]
    }

    /// From now on it blocks.
    #[inline]
    pub(crate) fn block(&mut self, on: BlockOn) {
        let slot = self.slot(on);
        slot.blocks = true;
        let waiting = slot.waiting;
        self.unblocked = self.unblocked.without(waiting);
        if let Some(later) = &mut self.later {
            later.change_waiting(on);
        }
    }

    /// It blocks no more.
    #[inline]
    pub(crate) fn unblock(&mut self, on: BlockOn) {
        let slot = self.slot(on);
        slot.blocks = false;
        let waiting = slot.waiting;
        self.unblocked = self.unblocked.or(waiting);
        if let Some(later) = &mut self.later {
            later.change_waiting(on);
        }
    }

    /// `task` is about to do what needs this; `has_deadline` says whether it gives up at some moment, and
    /// `may_be_spurious` whether it may have one more spurious wake-up.
    #[inline]
    pub(crate) fn announce(
        &mut self,
        task: TaskId,
        needs: Needs,
        has_deadline: bool,
        may_be_spurious: bool,
    ) {
        let on = needs.on;
        let left = std::mem::replace(&mut self.blocked_on[task], on);
        self.slot(left).waiting.remove(task);
        let slot = self.slot(on);
        slot.waiting.insert(task);
        let blocks = slot.blocks;
        self.unblocked.set(task, !blocks);
        self.needs_full_check.set(task, needs.full_check);
        let woken = self.woken.contains(task);
        let may_wake_spuriously = may_be_spurious && needs.may_be_spurious;
        self.has_deadline.set(task, has_deadline && !woken);
        self.may_wake_spuriously
            .set(task, may_wake_spuriously && !woken);
        if task >= TaskSet::MOST
            && let Some(later) = &mut self.later
        {
            let may_give_up = has_deadline || needs.may_be_spurious;
            later.announce(task, on, needs.full_check, may_give_up);
        }
    }

    /// The thread waits to be woken.
    pub(crate) fn fall_asleep(&mut self, task: TaskId) {
        self.woken.remove(task);
        self.asleep.insert(task);
        if let Some(later) = &mut self.later {
            later.change(task);
        }
    }

    /// The thread has been woken.
    pub(crate) fn wake(&mut self, task: TaskId) {
        self.asleep.remove(task);
        self.woken.insert(task);
        self.has_deadline.remove(task);
        self.may_wake_spuriously.remove(task);
        if let Some(later) = &mut self.later {
            later.change(task);
        }
    }

    /// The thread waits no more.
    pub(crate) fn go_on(&mut self, task: TaskId) {
        self.asleep.remove(task);
        self.woken.remove(task);
        if let Some(later) = &mut self.later {
            later.change(task);
        }
    }

    /// The thread has ended.
    pub(crate) fn finish(&mut self, task: TaskId) {
        let on = self.blocked_on[task];
        self.slot(on).waiting.remove(task);
        self.unblocked.remove(task);
        self.has_deadline.remove(task);
        self.may_wake_spuriously.remove(task);
        self.settled.remove(task);
        if let Some(later) = &mut self.later {
            later.finish(task);
        }
        self.unblock(BlockOn::end(task));
    }

    /// Whether a thread, of which more must be known than is noted here, can go on. It is so until the
    /// thread is [told](Self::unsettle) that it may have changed.
    pub(crate) fn settle(&mut self, task: TaskId, can_go_on: bool) {
        self.needs_full_check.remove(task);
        self.unblocked.set(task, can_go_on);
        self.settled.insert(task);
        if let Some(later) = &mut self.later {
            later.settle(task);
        }
    }

    /// The same for several threads that were [settled](Self::settle) before.
    pub(crate) fn settle_all(&mut self, tasks: &[TaskId], can_go_on: bool) {
        for &task in tasks {
            if self.settled.contains(task) {
                self.unblocked.set(task, can_go_on);
            }
        }
        if let Some(later) = &mut self.later {
            later.settle_all(tasks, can_go_on);
        }
    }

    /// Whether it can go on may have changed of a thread that needs nothing else to be known.
    pub(crate) fn unsettle(&mut self, task: TaskId) {
        if self.settled.contains(task) {
            self.settled.remove(task);
            self.needs_full_check.insert(task);
            self.unblocked.insert(task);
        }
        if let Some(later) = &mut self.later {
            later.unsettle(task);
        }
    }

    /// The threads that are told, and maybe some that were.
    pub(crate) fn settled(&self) -> impl Iterator<Item = TaskId> {
        let later = self.later.iter().flat_map(|later| later.settled());
        self.settled.iter().chain(later)
    }

    /// The threads that nothing of what is noted here keeps from their operations.
    #[inline]
    pub(crate) fn unblocked(&self) -> TaskSet {
        self.unblocked.without(self.asleep)
    }

    /// The threads of which more must be known.
    #[inline]
    pub(crate) fn needs_full_check(&self) -> TaskSet {
        self.needs_full_check
    }

    /// The threads that go on when their time is up, unless they are ready.
    #[inline]
    pub(crate) fn has_deadline(&self) -> TaskSet {
        self.has_deadline
    }

    /// The threads that may go on for no reason, unless they are ready.
    #[inline]
    pub(crate) fn may_wake_spuriously(&self) -> TaskSet {
        self.may_wake_spuriously
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TASKS: usize = 4;
    const MUTEXES: u32 = 2;

    /// What an announced operation needs.
    #[derive(Debug, Clone, Copy)]
    enum Needed {
        Nothing,
        Mutex(u32),
        End(TaskId),
    }

    impl Needed {
        fn wait(self) -> Wait {
            match self {
                Self::Nothing => Wait::Never,
                Self::Mutex(mutex) => Wait::While(BlockOn::mutex(Id::new(mutex as usize))),
                Self::End(task) => Wait::While(BlockOn::end(task)),
            }
        }
    }

    /// Something that changes who can go on.
    #[derive(Debug, Clone)]
    enum Change {
        Announce(TaskId, Needed, bool, bool, bool),
        Lock(u32, bool),
        Sleep(TaskId),
        Wake(TaskId),
        GoOn(TaskId),
        Finish(TaskId),
    }

    fn change() -> impl Strategy<Value = Change> {
        let task = 0..TASKS;
        let mutex = 0..MUTEXES;
        let needed = prop_oneof![
            Just(Needed::Nothing),
            mutex.clone().prop_map(Needed::Mutex),
            (1..TASKS).prop_map(Needed::End),
        ];
        let (spurious, has_deadline, may_be_spurious) =
            (any::<bool>(), any::<bool>(), any::<bool>());
        let announced = (
            task.clone(),
            needed,
            spurious,
            has_deadline,
            may_be_spurious,
        );
        prop_oneof![
            announced.prop_map(|(task, needed, spurious, has_deadline, may_be_spurious)| {
                Change::Announce(task, needed, spurious, has_deadline, may_be_spurious)
            }),
            (mutex, any::<bool>()).prop_map(|(mutex, taken)| Change::Lock(mutex, taken)),
            task.clone().prop_map(Change::Sleep),
            task.clone().prop_map(Change::Wake),
            task.clone().prop_map(Change::GoOn),
            task.prop_map(Change::Finish),
        ]
    }

    /// The same, looked up anew each time.
    #[derive(Debug, Clone, Default)]
    struct Naive {
        announced: [Option<Needed>; TASKS],
        taken: [bool; MUTEXES as usize],
        asleep: [bool; TASKS],
        woken: [bool; TASKS],
        has_deadline: [bool; TASKS],
        may_be_spurious: [bool; TASKS],
        finished: [bool; TASKS],
    }

    fn those(are_in: impl Fn(TaskId) -> bool) -> TaskSet {
        (0..TASKS).filter(|&task| are_in(task)).collect()
    }

    impl Naive {
        fn goes_on(&self, task: TaskId) -> bool {
            let open = match self.announced[task] {
                None => false,
                Some(Needed::End(other)) => self.finished[other],
                Some(Needed::Mutex(mutex)) => !self.taken[mutex as usize],
                Some(Needed::Nothing) => true,
            };
            open && !self.finished[task] && !self.asleep[task]
        }
    }

    proptest! {
        #[test]
        fn the_sets_are_those_that_looking_at_each_thread_gives(
            changes in prop::collection::vec(change(), 0..60),
        ) {
            let mut readiness = Readiness::default();
            readiness.reset();
            (0..TASKS).for_each(|task| readiness.add_task(task));
            let block_on = |mutex: u32| BlockOn::mutex(Id::new(mutex as usize));
            (0..MUTEXES).for_each(|mutex| readiness.add_slot(block_on(mutex)));
            let mut naive = Naive::default();
            for change in changes {
                match change {
                    Change::Announce(task, ..) | Change::Finish(task) | Change::Sleep(task)
                        if naive.finished[task] => {}
                    Change::Wake(task) | Change::GoOn(task) if naive.finished[task] => {}
                    Change::Announce(task, needed, spurious, has_deadline, may_be_spurious) => {
                        let facts = Facts {
                            may_be_spurious: spurious,
                            ..Facts::waits(needed.wait())
                        };
                        readiness.announce(task, facts.into(), has_deadline, may_be_spurious);
                        let woken = naive.woken[task];
                        naive.announced[task] = Some(needed);
                        naive.has_deadline[task] = has_deadline && !woken;
                        naive.may_be_spurious[task] = may_be_spurious && spurious && !woken;
                    }
                    Change::Lock(mutex, taken) => {
                        let block = block_on(mutex);
                        if taken { readiness.block(block) } else { readiness.unblock(block) }
                        naive.taken[mutex as usize] = taken;
                    }
                    Change::Sleep(task) => {
                        readiness.fall_asleep(task);
                        (naive.asleep[task], naive.woken[task]) = (true, false);
                    }
                    Change::Wake(task) => {
                        readiness.wake(task);
                        (naive.asleep[task], naive.woken[task]) = (false, true);
                        (naive.has_deadline[task], naive.may_be_spurious[task]) = (false, false);
                    }
                    Change::GoOn(task) => {
                        readiness.go_on(task);
                        (naive.asleep[task], naive.woken[task]) = (false, false);
                    }
                    Change::Finish(task) => {
                        readiness.finish(task);
                        naive.finished[task] = true;
                        (naive.has_deadline[task], naive.may_be_spurious[task]) = (false, false);
                    }
                }
                prop_assert_eq!(readiness.unblocked(), those(|task| naive.goes_on(task)));
                prop_assert_eq!(readiness.has_deadline(), those(|task| naive.has_deadline[task]));
                prop_assert_eq!(readiness.may_wake_spuriously(), those(|task| naive.may_be_spurious[task]));
            }
        }
    }
}
