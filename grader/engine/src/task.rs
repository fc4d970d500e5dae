//! One thread of an execution: what it has announced, whether it waits, what it knows.

use std::{
    ops::{Deref, DerefMut},
    panic::Location,
};

use crate::{
    VectorClock,
    access::{Part, Resource, StepIndex},
    config::Granularity,
    coroutine::{Job, Thread},
    execution::Execution,
    local::Local,
    memory::Fences,
    objects::thread::{self, Operation},
    op::{Op, TaskId, Wake},
    process::ProcessId,
    race::Pointer,
    readiness::Needs,
    task_set::TaskSet,
    told::Told,
};

/// A thread's wait on a condition variable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) woken: Option<StepWake>,
    /// The step that woke it.
    pub(crate) woken_at: StepIndex,
}

/// The token of `park`.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// The clock of the thread that gave it.
    pub(crate) clock: VectorClock,
    /// The step that gave it first.
    pub(crate) given_at: StepIndex,
}

/// Why a thread on a condition variable may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepWake {
    Notified(TaskId),
    TimedOut,
    Spurious,
}

/// One thread of an execution.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Task {
    /// The operation that it has announced; see [`point`](crate::runtime::point).
    pub(crate) pending: Op,
    /// Whether it has ended; see [`Execution::finish_task`].
    pub(crate) finished: bool,
    waiting: Option<Waiting>,
    pub(crate) wake: Wake,
    /// How many panics unwind its stack: one that is caught in a destructor comes on top of
    /// the one for which the destructor runs.
    pub(crate) panics: u32,
    /// The step in which its main function returned.
    pub(crate) returned_at: Option<StepIndex>,
    /// What it knew then, if it had anything left to do after that.
    pub(crate) at_return: Option<Box<VectorClock>>,
    /// How many shares of reader-writer locks it holds.
    pub(crate) shares: u32,
    /// Set once the execution is over and this thread is being unwound.
    pub(crate) abandoned: bool,
    /// The step that made it: its own last one, or the one that spawned it.
    pub(crate) last_step: StepIndex,
    /// The process that it belongs to.
    pub(crate) process: ProcessId,
    /// The first of its resources.
    pub(crate) resource: Resource,
    pub(crate) name: Option<String>,
    pub(crate) thread: Option<Box<Thread>>,
    /// What it is to do, until it begins.
    pub(crate) job: Option<Job>,
    /// Where it was started.
    pub(crate) spawned: &'static Location<'static>,
    pub(crate) clock: VectorClock,
    /// The moment at which its pending operation gives up, in nanoseconds.
    deadline: Option<u64>,
    pub(crate) token: Option<Box<Token>>,
    /// What fences have done to it, on weakly ordered memory.
    pub(crate) fences: Option<Box<Fences>>,
    /// Whether it did something that waits by parking, and whether it was given a token.
    pub(crate) parks_inside: bool,
    pub(crate) was_unparked: bool,
    /// How often it gave way to the others.
    pub(crate) yields: u32,
    /// Where it read an atomic last while it held a share of a reader-writer lock.
    pub(crate) looked_at: Option<&'static Location<'static>>,
    /// How often it looked at the clock.
    pub(crate) clock_reads: u32,
    /// Spurious wake-ups that it has had.
    pub(crate) spurious: usize,
    /// The pointers to plain memory that it was given since it last gave way.
    pub(crate) pointers: Vec<Pointer>,
    /// The values of thread-local keys.
    pub(crate) locals: Vec<Local>,
    /// Steps that it has taken since the execution was over.
    pub(crate) steps_after_end: usize,
    /// How many values it is dropping with their last `Arc`, one inside of the other.
    pub(crate) last_drops: u32,
    /// Those of the first threads that it, or the thread that spawned it, has joined.
    pub(crate) joined: TaskSet,
    pub(crate) told: Told,
}

impl Part {
    /// The token of `park`.
    pub(crate) const TOKEN: Self = Self(0);

    /// The return of a thread's main function.
    pub(crate) const MAIN_FUNCTION: Self = Self(1);
}

impl Task {
    /// How many resources a thread has.
    pub(crate) const PARTS: u32 = 2;

    /// A thread that is no part of an execution.
    fn nowhere() -> Self {
        Self {
            pending: thread::op(Operation::Start, Location::caller()),
            finished: true,
            waiting: None,
            wake: Wake::Normal,
            panics: 0,
            returned_at: None,
            at_return: None,
            shares: 0,
            abandoned: false,
            last_step: 0,
            process: 0,
            resource: Resource::HISTORY,
            name: None,
            thread: None,
            job: None,
            spawned: Location::caller(),
            clock: VectorClock::default(),
            deadline: None,
            token: None,
            fences: None,
            parks_inside: false,
            was_unparked: false,
            yields: 0,
            looked_at: None,
            clock_reads: 0,
            spurious: 0,
            pointers: Vec::new(),
            locals: Vec::new(),
            steps_after_end: 0,
            last_drops: 0,
            joined: TaskSet::default(),
            told: Told::default(),
        }
    }

    /// Becomes a thread that is about to do `op` for the first time. The step that spawned
    /// it is `last_step`. It knows nothing yet.
    fn begin(&mut self, name: Option<String>, op: Op, last_step: StepIndex) {
        self.pending = op;
        self.finished = false;
        self.waiting = None;
        self.wake = Wake::Normal;
        self.panics = 0;
        self.returned_at = None;
        self.shares = 0;
        self.abandoned = false;
        self.last_step = last_step;
        self.name = name;
        self.spawned = op.location;
        self.deadline = None;
        self.parks_inside = false;
        self.was_unparked = false;
        self.yields = 0;
        self.looked_at = None;
        self.clock_reads = 0;
        self.spurious = 0;
        self.steps_after_end = 0;
        self.last_drops = 0;
        self.told = Told::default();
    }

    /// Gives back what it has of its own beside its clock.
    fn end(&mut self) {
        self.name = None;
        self.thread = None;
        self.job = None;
        self.token = None;
        self.at_return = None;
        self.fences = None;
        self.pointers.clear();
        self.locals.clear();
    }

    /// The moment at which its pending operation gives up, in nanoseconds of virtual time.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.deadline
    }

    /// It goes on, and has nothing to give up.
    pub(crate) fn forget_deadline(&mut self) {
        self.deadline = None;
    }

    /// Whether it unwinds because of a panic.
    pub(crate) fn is_panicking(&self) -> bool {
        self.panics > 0
    }

    /// Whether it waited, and has been woken.
    pub(crate) fn has_been_woken(&self) -> bool {
        self.waiting.is_some_and(|waiting| waiting.woken.is_some())
    }

    /// Its wait, if it is in one.
    pub(crate) fn waiting(&self) -> Option<Waiting> {
        self.waiting
    }
}

/// The threads of an execution. What was made for those of earlier ones is used again, as a
/// thread is large, and most executions on an operating-system thread have as many.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    all: Vec<Task>,
    /// How many of them are threads of the current execution.
    count: usize,
}

impl Tasks {
    /// Adds a thread that is about to do `op` for the first time, and knows what `parent`
    /// knows. The step that spawned it is `last_step`.
    pub(crate) fn add(
        &mut self,
        name: Option<String>,
        op: Op,
        parent: TaskId,
        last_step: StepIndex,
    ) -> &mut Task {
        let id = self.count;
        if id == self.all.len() {
            self.all.push(Task::nowhere());
        }
        self.count += 1;
        let (before, new) = self.all.split_at_mut(id);
        let new = &mut new[0];
        new.begin(name, op, last_step);
        if let Some(parent) = before.get(parent) {
            new.clock.clone_from(&parent.clock);
            new.joined = parent.joined;
        } else {
            new.clock.clear();
            new.joined = TaskSet::default();
        }
        new
    }

    /// Takes all threads out.
    pub(crate) fn clear(&mut self) {
        self.iter_mut().for_each(Task::end);
        self.count = 0;
    }
}

impl Deref for Tasks {
    type Target = [Task];

    #[inline]
    fn deref(&self) -> &[Task] {
        // SAFETY: `count` is never more than there are.
        unsafe { self.all.get_unchecked(..self.count) }
    }
}

impl DerefMut for Tasks {
    #[inline]
    fn deref_mut(&mut self) -> &mut [Task] {
        // SAFETY: as above.
        unsafe { self.all.get_unchecked_mut(..self.count) }
    }
}

/// Changes of a thread that decide whether it can go on: they are noted.
impl Execution {
    /// `task` is about to do its pending operation, which has these needs, and gives up at
    /// `deadline`.
    #[inline]
    pub(crate) fn announce(&mut self, task: TaskId, needs: Needs, deadline: Option<u64>) {
        let state = &mut self.tasks[task];
        state.deadline = deadline;
        let may_be_spurious = state.spurious < self.config.max_spurious;
        if state.shares > 0 {
            self.announce_with_shares(task);
        }
        self.readiness
            .announce(task, needs, deadline.is_some(), may_be_spurious);
    }

    /// A thread that holds shares of reader-writer locks announces something.
    #[cold]
    fn announce_with_shares(&mut self, task: TaskId) {
        let op = &self.tasks[task].pending;
        if op.kind.facts().may_wait() || op.kind.gives_way() {
            // Readers that it waits for may wait behind a writer that waits for it.
            self.needs = self.needs.and(Granularity::Releases);
        }
    }

    /// The current thread reads an atomic at `location`.
    #[inline]
    pub(crate) fn note_look(&mut self, location: &'static Location<'static>) {
        let current = self.current;
        let task = &mut self.tasks[current];
        if task.shares > 0 && task.looked_at.replace(location) == Some(location) {
            // It waits in a loop, and readers that it waits for may wait behind a writer that
            // waits for it.
            self.needs = self.needs.and(Granularity::Releases);
        }
    }

    /// `task` begins to wait.
    pub(crate) fn fall_asleep(&mut self, task: TaskId) {
        self.readiness.fall_asleep(task);
        self.tasks[task].waiting = Some(Waiting {
            woken: None,
            woken_at: 0,
        });
    }

    /// The wait of `task` is over since the step `at`, and it may go on as soon as it can.
    pub(crate) fn wake_up(&mut self, task: TaskId, why: StepWake, at: StepIndex) {
        self.readiness.wake(task);
        self.tasks[task].waiting = Some(Waiting {
            woken: Some(why),
            woken_at: at,
        });
    }

    /// `task` goes on after a wait; which one that was.
    pub(crate) fn go_on(&mut self, task: TaskId) -> Option<Waiting> {
        self.readiness.go_on(task);
        self.tasks[task].waiting.take()
    }

    /// `task` has ended.
    pub(crate) fn finish_task(&mut self, task: TaskId) {
        self.progress();
        self.readiness.finish(task);
        self.tasks[task].finished = true;
    }
}
