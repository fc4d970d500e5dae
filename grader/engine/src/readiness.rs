//! Incrementally maintained ready sets: bit sets of threads, updated when the state of a thread
//! changes and combined without unpredictable branches. Every step asks for all ready threads,
//! and changes are less frequent.
//!
//! The sets cover the first [`TaskSet::MOST`] threads of a program; later ones are examined one by one.

use crate::{
    object::ObjectId,
    op::{Op, OpKind, TaskId},
    task_set::TaskSet,
};

/// What must be open for a thread to go on: a mutex that no thread holds, or the end of a thread.
/// The default one leads nowhere and is open forever.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gate(u32);

impl Gate {
    /// Open while no thread holds the mutex.
    #[inline]
    pub(crate) fn mutex(mutex: ObjectId) -> Self {
        Self(2 * mutex.0 + 1)
    }

    /// Open once the thread has ended.
    #[inline]
    pub(crate) fn end(task: TaskId) -> Self {
        Self(2 * task as u32 + 2)
    }
}

/// The state of a gate.
#[derive(Debug, Clone, Copy, Default)]
struct Passage {
    closed: bool,
    /// The threads that need it for their announced operations.
    before: TaskSet,
}

/// What is noted.
///
/// The sets `timed` and `fickle` are not side by side. They are written one after the other when
/// a thread announces an operation, and read right after that: a compiler reads neighbours
/// together, and a processor that has the parts in its store buffer waits until both are in
/// memory.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Readiness {
    /// The threads that give up at some moment, and have not been woken.
    timed: TaskSet,
    passages: Vec<Passage>,
    /// Where each thread is, which may be behind it by now.
    gates: Vec<Gate>,
    /// The threads whose gates are open.
    pass: TaskSet,
    /// Those that wait to be woken, and have not been.
    asleep: TaskSet,
    /// Those that waited, and have been woken.
    woken: TaskSet,
    /// Those of which more must be known, which is not noted here.
    asking: TaskSet,
    /// Those that may go on for no reason, and have not been woken.
    fickle: TaskSet,
}

impl Readiness {
    /// Forgets everything, as at the beginning of an execution.
    pub(crate) fn reset(&mut self) {
        let mut passages = std::mem::take(&mut self.passages);
        let mut gates = std::mem::take(&mut self.gates);
        passages.clear();
        gates.clear();
        *self = Self {
            passages,
            gates,
            ..Self::default()
        };
        self.add_gate(Gate::default());
    }

    /// Adds a gate, which is open.
    pub(crate) fn add_gate(&mut self, gate: Gate) {
        let count = self.passages.len().max(gate.0 as usize + 1);
        self.passages.resize(count, Passage::default());
    }

    /// Adds the next thread, which has not ended.
    pub(crate) fn add_task(&mut self, task: TaskId) {
        let end = Gate::end(task);
        self.add_gate(end);
        self.close(end);
        self.gates.push(Gate::default());
    }

    fn passage(&mut self, gate: Gate) -> &mut Passage {
        &mut self.passages[gate.0 as usize]
    }

    /// No thread gets through any more.
    #[inline]
    pub(crate) fn close(&mut self, gate: Gate) {
        let passage = self.passage(gate);
        passage.closed = true;
        let before = passage.before;
        self.pass = self.pass.without(before);
    }

    /// Every thread gets through.
    #[inline]
    pub(crate) fn open(&mut self, gate: Gate) {
        let passage = self.passage(gate);
        passage.closed = false;
        let before = passage.before;
        self.pass = self.pass.or(before);
    }

    /// `task` is about to do `op`; `timed` says whether it gives up at some moment, and
    /// `lucky` whether it may have one more spurious wake-up.
    #[inline]
    pub(crate) fn announce(&mut self, task: TaskId, op: &Op, timed: bool, lucky: bool) {
        let locks = matches!(op.kind, OpKind::Lock | OpKind::Reacquire);
        let gate = match (op.kind, op.object) {
            (OpKind::Join(other), _) => Gate::end(other),
            (_, Some(mutex)) if locks => Gate::mutex(mutex),
            _ => Gate::default(),
        };
        let left = std::mem::replace(&mut self.gates[task], gate);
        self.passage(left).before.remove(task);
        let passage = self.passage(gate);
        passage.before.insert(task);
        let closed = passage.closed;
        self.pass.set(task, !closed);
        // A barrier's wait is over when the thread has been woken.
        let asks =
            op.kind.may_wait() && !locks && !matches!(op.kind, OpKind::Join(_) | OpKind::Pass);
        self.asking.set(task, asks);
        let woken = self.woken.contains(task);
        let fickle = lucky && matches!(op.kind, OpKind::Reacquire | OpKind::Park);
        self.timed.set(task, timed && !woken);
        self.fickle.set(task, fickle && !woken);
    }

    /// The thread waits to be woken.
    pub(crate) fn fall_asleep(&mut self, task: TaskId) {
        self.woken.remove(task);
        self.asleep.insert(task);
    }

    /// The thread has been woken.
    pub(crate) fn wake(&mut self, task: TaskId) {
        self.asleep.remove(task);
        self.woken.insert(task);
        self.timed.remove(task);
        self.fickle.remove(task);
    }

    /// The thread waits no more.
    pub(crate) fn go_on(&mut self, task: TaskId) {
        self.asleep.remove(task);
        self.woken.remove(task);
    }

    /// The thread has ended.
    pub(crate) fn finish(&mut self, task: TaskId) {
        let gate = self.gates[task];
        self.passage(gate).before.remove(task);
        self.pass.remove(task);
        self.timed.remove(task);
        self.fickle.remove(task);
        self.open(Gate::end(task));
    }

    /// The threads that nothing of what is noted here keeps from their operations.
    #[inline]
    pub(crate) fn unhindered(&self) -> TaskSet {
        self.pass.without(self.asleep)
    }

    /// The threads of which more must be known.
    #[inline]
    pub(crate) fn asking(&self) -> TaskSet {
        self.asking
    }

    /// The threads that go on when their time is up, unless they are ready.
    #[inline]
    pub(crate) fn timed(&self) -> TaskSet {
        self.timed
    }

    /// The threads that may go on for no reason, unless they are ready.
    #[inline]
    pub(crate) fn fickle(&self) -> TaskSet {
        self.fickle
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use proptest::prelude::*;

    use super::*;

    const TASKS: usize = 4;
    const MUTEXES: u32 = 2;

    /// Something that changes who can go on.
    #[derive(Debug, Clone)]
    enum Change {
        Announce(TaskId, OpKind, Option<u32>, bool, bool),
        Lock(u32, bool),
        Sleep(TaskId),
        Wake(TaskId),
        GoOn(TaskId),
        Finish(TaskId),
    }

    fn change() -> impl Strategy<Value = Change> {
        let task = 0..TASKS;
        let mutex = 0..MUTEXES;
        let locking = prop::sample::select(vec![OpKind::Lock, OpKind::Reacquire]);
        let alone = prop::sample::select(vec![OpKind::Yield, OpKind::Park, OpKind::Receive]);
        let (timed, lucky) = (any::<bool>(), any::<bool>());
        prop_oneof![
            (task.clone(), locking, mutex.clone(), timed, lucky).prop_map(
                |(task, kind, mutex, timed, lucky)| {
                    Change::Announce(task, kind, Some(mutex), timed, lucky)
                }
            ),
            (task.clone(), alone, timed, lucky).prop_map(|(task, kind, timed, lucky)| {
                Change::Announce(task, kind, None, timed, lucky)
            }),
            (task.clone(), 1..TASKS).prop_map(|(task, other)| {
                Change::Announce(task, OpKind::Join(other), None, false, false)
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
        announced: [Option<(OpKind, Option<u32>)>; TASKS],
        taken: [bool; MUTEXES as usize],
        asleep: [bool; TASKS],
        woken: [bool; TASKS],
        timed: [bool; TASKS],
        lucky: [bool; TASKS],
        finished: [bool; TASKS],
    }

    fn those(are_in: impl Fn(TaskId) -> bool) -> TaskSet {
        (0..TASKS).filter(|&task| are_in(task)).collect()
    }

    impl Naive {
        fn goes_on(&self, task: TaskId) -> bool {
            let open = match self.announced[task] {
                None => false,
                Some((OpKind::Join(other), _)) => self.finished[other],
                Some((_, Some(mutex))) => !self.taken[mutex as usize],
                Some((_, None)) => true,
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
            // Objects have the numbers after those of the engine's own resources.
            let object = |mutex: u32| ObjectId(100 + mutex);
            (0..MUTEXES).for_each(|mutex| readiness.add_gate(Gate::mutex(object(mutex))));
            let mut naive = Naive::default();
            for change in changes {
                match change {
                    Change::Announce(task, ..) | Change::Finish(task) | Change::Sleep(task)
                        if naive.finished[task] => {}
                    Change::Wake(task) | Change::GoOn(task) if naive.finished[task] => {}
                    Change::Announce(task, kind, mutex, timed, lucky) => {
                        let op = Op { kind, object: mutex.map(object), location: Location::caller() };
                        readiness.announce(task, &op, timed, lucky);
                        naive.announced[task] = Some((kind, mutex));
                        naive.timed[task] = timed && !naive.woken[task];
                        let fickle = matches!(kind, OpKind::Reacquire | OpKind::Park);
                        naive.lucky[task] = lucky && fickle && !naive.woken[task];
                    }
                    Change::Lock(mutex, taken) => {
                        let gate = Gate::mutex(object(mutex));
                        if taken { readiness.close(gate) } else { readiness.open(gate) }
                        naive.taken[mutex as usize] = taken;
                    }
                    Change::Sleep(task) => {
                        readiness.fall_asleep(task);
                        (naive.asleep[task], naive.woken[task]) = (true, false);
                    }
                    Change::Wake(task) => {
                        readiness.wake(task);
                        (naive.asleep[task], naive.woken[task]) = (false, true);
                        (naive.timed[task], naive.lucky[task]) = (false, false);
                    }
                    Change::GoOn(task) => {
                        readiness.go_on(task);
                        (naive.asleep[task], naive.woken[task]) = (false, false);
                    }
                    Change::Finish(task) => {
                        readiness.finish(task);
                        naive.finished[task] = true;
                        (naive.timed[task], naive.lucky[task]) = (false, false);
                    }
                }
                prop_assert_eq!(readiness.unhindered(), those(|task| naive.goes_on(task)));
                prop_assert_eq!(readiness.timed(), those(|task| naive.timed[task]));
                prop_assert_eq!(readiness.fickle(), those(|task| naive.lucky[task]));
            }
        }
    }
}
