//! One execution: its threads, objects, clocks and choices. Plain state; the
//! coroutine switching around it is in [`crate::runtime`].

use std::{
    cell::Cell,
    ptr::NonNull,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    VectorClock,
    access::{Access, Footprint, Resource, StepIndex},
    candidates::{self, Candidates, Scene},
    cleanup::Cleanups,
    config::{Config, Grain},
    coroutine::{Job, Thread},
    leaks::{self, Leaked},
    object::{Class, Object, ObjectId, State},
    op::{Op, OpKind, TaskId, Wake},
    outcome::{Blocked, Outcome},
    panics::PanicRecord,
    readiness::{Gate, Readiness},
    schedule::{Choice, Schedule},
    strategy::{Candidate, End, Pick, RandomWalk, Strategy, TIRED, View},
    task::Tasks,
    trace::{Step, StepResult},
    uses::Use,
};

/// What an execution did.
#[derive(Debug)]
pub struct Executed {
    /// How it ended.
    pub outcome: Outcome,
    /// Every choice that was made.
    pub schedule: Schedule,
    /// How many threads there were.
    pub threads: usize,
    /// The names that some of them were given.
    pub names: Vec<(TaskId, String)>,
    /// How often a thread was stopped though it could have gone on.
    pub preemptions: u32,
    /// How often another thread went on.
    pub switches: u32,
    /// Spurious wake-ups, and time-outs that fired though somebody could have gone on.
    pub surprises: u32,
    /// Steps taken.
    pub steps: usize,
    /// The first bytes of what was printed.
    pub output: String,
    /// Every step, if the execution was traced.
    pub trace: Vec<Step>,
    /// The grain that the program's other executions need, if it is finer than that of this one.
    pub finer: Option<Grain>,
    /// Whether it did something whose possible orders cannot be told from footprints.
    pub opaque: bool,
    /// The sorts of object that were used, if it was asked for.
    pub uses: Vec<Use>,
    /// The threads that had not ended when the main thread did.
    pub leaked: Vec<Leaked>,
}

/// What a step has done beside the operation that began it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InStep {
    /// Whether something was recorded.
    pub(crate) told: bool,
    /// How many operations became a part of it.
    pub(crate) joined: u32,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Execution {
    pub(crate) generation: u64,
    pub(crate) config: Config,
    pub(crate) tasks: Tasks,
    pub(crate) objects: Vec<Object>,
    pub(crate) readiness: Readiness,
    /// How many objects of each class there are.
    numbers: [u32; Class::COUNT],
    pub(crate) current: TaskId,
    pub(crate) next: Option<TaskId>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) panics: Vec<PanicRecord>,
    pub(crate) output: Vec<u8>,
    pub(crate) printed: usize,
    pub(crate) trace: Vec<Step>,
    /// Set once the outcome is known: threads are unwound, nothing is scheduled.
    pub(crate) over: bool,
    /// How fine the steps of the program must be, as far as is known.
    needs: Grain,
    /// What the step at hand has done.
    pub(crate) in_step: InStep,
    pub(crate) opaque: bool,
    pub(crate) uses: Vec<Use>,
    /// What was known at the sequentially consistent fences so far.
    pub(crate) fenced: VectorClock,
    /// What is to be done when it is over.
    pub(crate) cleanups: Cleanups,
    /// Points to the strategy that `run` was given, which outlives the execution.
    strategy: NonNull<dyn Strategy>,
    /// Whether the strategy wants to know footprints.
    wants_footprints: bool,
    /// Whether it wants to know that of the current step.
    watched: bool,
    footprint: Footprint,
    fair: fastrand::Rng,
    schedule: Vec<Choice>,
    /// How many choices to expect.
    choices: usize,
    candidates: Candidates,
    steps: usize,
    preemptions: u32,
    switches: u32,
    surprises: u32,
    /// Steps that the same thread has taken in a row.
    streak: usize,
}

static GENERATIONS: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The execution that was last on this operating-system thread, as it is before it begins.
    static SPARE: Cell<Option<Box<Execution>>> = const { Cell::new(None) };
}

/// Room is made for so many choices at most before they are made; few executions make more.
const MOST_ROOM: usize = 256;

impl Execution {
    /// An execution that has not begun.
    fn nowhere() -> Self {
        let nobody: NonNull<dyn Strategy> = NonNull::<RandomWalk>::dangling();
        Self {
            generation: 0,
            config: Config::default(),
            tasks: Tasks::default(),
            objects: Vec::new(),
            readiness: Readiness::default(),
            numbers: [0; Class::COUNT],
            current: 0,
            next: None,
            outcome: None,
            panics: Vec::new(),
            output: Vec::new(),
            printed: 0,
            trace: Vec::new(),
            over: false,
            needs: Grain::Coarse,
            in_step: InStep::default(),
            opaque: false,
            uses: Vec::new(),
            fenced: VectorClock::default(),
            cleanups: Cleanups::default(),
            strategy: nobody,
            wants_footprints: false,
            watched: false,
            footprint: Footprint::default(),
            fair: fastrand::Rng::with_seed(0),
            schedule: Vec::new(),
            choices: 0,
            candidates: Candidates::default(),
            steps: 0,
            preemptions: 0,
            switches: 0,
            surprises: 0,
            streak: 0,
        }
    }

    /// An execution under `strategy`. It takes over the room of the last one on this
    /// operating-system thread, and nothing that is in it.
    ///
    /// # Safety
    ///
    /// `strategy` must outlive the execution, and nobody else may use it meanwhile.
    pub(crate) unsafe fn begin(config: Config, strategy: &mut dyn Strategy) -> Box<Self> {
        let mut execution = SPARE.take().unwrap_or_else(|| Box::new(Self::nowhere()));
        let wants_footprints = strategy.wants_footprints();
        let strategy: *mut (dyn Strategy + '_) = strategy;
        #[expect(
            clippy::transmute_ptr_to_ptr,
            reason = "a cast cannot extend the lifetime"
        )]
        // SAFETY: only the lifetime changes, and the caller promises that it is long enough.
        let strategy: *mut (dyn Strategy + 'static) = unsafe { std::mem::transmute(strategy) };
        execution.strategy = NonNull::new(strategy).expect("a reference is not null");
        execution.wants_footprints = wants_footprints;
        execution.watched = wants_footprints;
        execution.generation = GENERATIONS.fetch_add(1, Ordering::Relaxed);
        execution.config = config;
        execution.readiness.reset();
        execution.schedule.reserve(execution.choices);
        execution.fair = fastrand::Rng::with_seed(0x5eed);
        execution
    }

    fn strategy(&mut self) -> &mut dyn Strategy {
        // SAFETY: `new` was promised that the strategy lives and is nobody else's.
        unsafe { self.strategy.as_mut() }
    }

    pub(crate) fn register(&mut self, class: Class, state: State) -> ObjectId {
        let number = &mut self.numbers[class as usize];
        *number += 1;
        self.objects.push(Object {
            class,
            state,
            clock: VectorClock::default(),
            number: *number,
        });
        let id = ObjectId(self.objects.len() as u32 - 1);
        self.readiness.add_gate(Gate::mutex(id));
        id
    }

    /// Notes what the current step does to a resource.
    pub(crate) fn access(&mut self, resource: Resource, access: Access) {
        if self.watched && !self.over {
            self.footprint.accesses.push((resource, access));
        }
    }

    /// Notes what the current step does to an object.
    pub(crate) fn touch(&mut self, id: ObjectId, access: Access) {
        self.access(Resource::object(id), access);
    }

    /// Notes that an earlier step made the current one possible.
    pub(crate) fn enabled_by(&mut self, step: StepIndex) {
        if self.watched && !self.over {
            self.footprint.enabled_by.push(step);
        }
    }

    /// Notes that an earlier step gave the current one room.
    pub(crate) fn room_from(&mut self, step: StepIndex) {
        if self.watched && !self.over {
            self.footprint.room_from.push(step);
        }
    }

    /// Index of the current step.
    pub(crate) fn step_index(&self) -> StepIndex {
        self.steps.saturating_sub(1) as StepIndex
    }

    /// The program looked at something that threads give back, without waiting for it.
    pub(crate) fn tell_releases(&mut self) {
        self.need(Grain::Releases);
    }

    /// The program did something that shows that its steps must be so fine.
    pub(crate) fn need(&mut self, grain: Grain) {
        if !self.over {
            self.needs = self.needs.max(grain);
        }
    }

    pub(crate) fn scene(&self) -> Scene<'_> {
        Scene {
            tasks: &self.tasks,
            objects: &self.objects,
        }
    }

    pub(crate) fn object(&mut self, id: ObjectId) -> &mut Object {
        &mut self.objects[id.0 as usize]
    }

    pub(crate) fn add_task(
        &mut self,
        name: Option<String>,
        op: Op,
        thread: Box<Thread>,
        job: Job,
    ) -> TaskId {
        let last_step = self.step_index();
        let id = self.tasks.len();
        self.candidates.make_room(id + 1);
        self.readiness.add_task(id);
        self.readiness.announce(id, &op, false, false);
        let task = self.tasks.add(name, op, self.current, last_step);
        task.thread = Some(thread);
        task.job = Some(job);
        id
    }

    /// Chooses who goes on. `stays` is the thread that could continue without a
    /// switch; none if the current one has just finished.
    ///
    /// Sets [`next`](Self::next), or the outcome if nobody can go on.
    pub(crate) fn choose(&mut self, stays: Option<TaskId>) {
        self.next = None;
        if self.outcome.is_some() {
            return;
        }
        if self.steps >= self.config.max_steps {
            self.outcome = Some(Outcome::NoProgress(self.blocked()));
            return;
        }
        let decided = if self.wants_footprints {
            self.strategy().decided()
        } else {
            None
        };
        let (chosen, watched) = if let Some(decided) = decided {
            (self.if_possible(decided.step), !decided.explored)
        } else {
            self.collect();
            if self.candidates.nobody_goes_on() {
                self.outcome = Some(Outcome::Deadlock(self.blocked()));
                return;
            }
            (self.ask(stays), self.wants_footprints)
        };
        self.watch(watched);
        if let Some(chosen) = chosen {
            self.take(chosen, stays);
        } else {
            let step = self.schedule.len();
            self.outcome = Some(Outcome::Diverged { step });
        }
    }

    /// The step that the strategy chooses among the candidates.
    fn ask(&mut self, stays: Option<TaskId>) -> Option<Candidate> {
        if self.is_fair() {
            return self.candidates.any_fair(&mut self.fair);
        }
        let view = View {
            normal: self.candidates.normal(),
            unusual: self.candidates.unusual(),
            current: stays,
            step: self.steps,
            streak: self.streak,
            footprint: &self.footprint,
            tasks: &self.tasks,
        };
        // SAFETY: `new` was promised that the strategy lives and is nobody else's.
        unsafe { self.strategy.as_mut() }.choose(&view)
    }

    /// The step, if it is possible.
    fn if_possible(&mut self, step: Candidate) -> Option<Candidate> {
        let possible = if step.wake == Wake::Normal {
            candidates::is_ready(self.scene(), &self.readiness, step.task)
        } else {
            self.collect();
            self.candidates.unusual().iter().any(|other| other == step)
        };
        possible.then_some(step)
    }

    fn collect(&mut self) {
        let scene = Scene {
            tasks: &self.tasks,
            objects: &self.objects,
        };
        self.candidates
            .collect(scene, &self.readiness, self.config.max_spurious);
    }

    /// Begins a new footprint, if the step to come is to leave one.
    fn watch(&mut self, watched: bool) {
        if self.watched {
            self.footprint.clear();
        }
        self.watched = watched;
    }

    /// Whether the strategy is overruled by now, so that nobody is left behind.
    fn is_fair(&mut self) -> bool {
        self.steps >= self.config.max_steps / 4 && !self.strategy().is_exact()
    }

    /// Takes a step, for which the candidates have been collected if it is an unusual one.
    fn take(&mut self, chosen: Candidate, stays: Option<TaskId>) {
        self.streak += 1;
        if stays != Some(chosen.task) {
            self.switch(stays);
        }
        let somebody = || !self.candidates.normal().is_empty();
        if chosen.wake == Wake::Spurious || chosen.wake == Wake::Timeout && somebody() {
            self.surprises += 1;
        }
        self.in_step = InStep::default();
        self.schedule.push(Choice::Run(chosen.task, chosen.wake));
        let step = self.steps as StepIndex;
        self.steps += 1;
        let task = &mut self.tasks[chosen.task];
        if chosen.wake == Wake::Timeout {
            task.clock.advance_to(task.deadline().unwrap_or(0));
        }
        task.spurious += usize::from(chosen.wake == Wake::Spurious);
        task.wake = chosen.wake;
        task.clock.tick(chosen.task);
        let before = std::mem::replace(&mut task.last_step, step);
        if task.pending.kind == OpKind::Start && chosen.task != 0 {
            self.enabled_by(before);
        }
        self.next = Some(chosen.task);
    }

    /// Another thread goes on than the one that could without a switch, if one could.
    fn switch(&mut self, stays: Option<TaskId>) {
        self.switches += 1;
        if let Some(stays) = stays {
            let could_go_on = candidates::is_ready(self.scene(), &self.readiness, stays);
            let gives_way = self.tasks[stays].pending.kind.gives_way() || self.streak >= TIRED;
            self.preemptions += u32::from(could_go_on && !gives_way);
            if self.config.traced && !could_go_on {
                self.record_blocked(stays);
            }
        }
        self.streak = 0;
    }

    /// Chooses one of `count` continuations of the current step; the first is the usual one.
    pub(crate) fn pick(&mut self, count: usize, what: Pick) -> usize {
        if count < 2 || self.over {
            return 0;
        }
        let index = if what == Pick::Value && self.is_fair() {
            0
        } else {
            self.strategy().pick(count, what).min(count - 1)
        };
        self.surprises += u32::from(what != Pick::Waiter && index > 0);
        self.schedule.push(Choice::Pick(index));
        index
    }

    /// Whether something that nobody causes happens to the current thread now.
    pub(crate) fn is_unlucky(&mut self) -> bool {
        let current = self.current;
        if self.tasks[current].spurious >= self.config.max_spurious {
            return false;
        }
        let unlucky = self.pick(2, Pick::Chance) == 1;
        self.tasks[current].spurious += usize::from(unlucky);
        unlucky
    }

    /// Whether the current thread can let others go first: not while it unwinds.
    pub(crate) fn may_pause(&self) -> bool {
        !self.over && !self.tasks[self.current].panicking
    }

    /// Whether somebody looks at what threads give back without waiting for it.
    pub(crate) fn releases_can_be_told(&self) -> bool {
        self.config.grain.max(self.needs) == Grain::Releases
    }

    /// Whether giving something back is a step of its own.
    pub(crate) fn shows_releases(&self) -> bool {
        self.config.grain == Grain::Releases && self.may_pause()
    }

    /// Whether threads other than the current one have not ended.
    pub(crate) fn others_live(&self) -> bool {
        let mut tasks = self.tasks.iter().enumerate();
        tasks.any(|(id, task)| id != self.current && !task.finished)
    }

    /// Notes that the current step ends the program.
    pub(crate) fn end_program(&mut self) {
        self.footprint.ends_program = self.watched && self.others_live();
    }

    /// Tells the strategy that there are no more steps.
    pub(crate) fn finish(&mut self) {
        if !self.wants_footprints {
            return;
        }
        let footprint = std::mem::take(&mut self.footprint);
        let live = self.tasks.iter().enumerate().filter(|(_, t)| !t.finished);
        let pending: Vec<(TaskId, Op)> = live
            .filter(|&(id, _)| !candidates::possible(self, id))
            .map(|(id, task)| (id, task.pending))
            .collect();
        let end = End {
            footprint: &footprint,
            blocked: &pending,
            completed: matches!(self.outcome, Some(Outcome::Completed)),
        };
        self.strategy().end(&end);
        self.footprint = footprint;
    }

    /// The threads that have not ended, and what they wait for.
    pub(crate) fn blocked(&self) -> Vec<Blocked> {
        let live = self.tasks.iter().enumerate().filter(|(_, t)| !t.finished);
        live.map(|(id, task)| {
            let held = candidates::holder(self.scene(), id);
            Blocked {
                task: id,
                op: task.pending,
                number: self.number(task.pending),
                holder: held.map(|held| held.by),
                held_since: held.map(|held| held.since),
            }
        })
        .collect()
    }

    fn number(&self, op: Op) -> Option<u32> {
        op.object.map(|id| self.objects[id.0 as usize].number)
    }

    fn record_blocked(&mut self, task: TaskId) {
        let holder = candidates::holder(self.scene(), task).map(|held| held.by);
        let op = self.tasks[task].pending;
        let number = self.number(op);
        self.trace.push(Step {
            task,
            op,
            number,
            result: StepResult::Blocked(holder),
        });
    }

    /// Keeps a step of the current thread, if the execution is traced.
    #[inline]
    pub(crate) fn record(&mut self, op: Op, result: StepResult) {
        if self.config.traced && !self.over {
            self.keep_step(op, result);
        }
    }

    fn keep_step(&mut self, op: Op, result: StepResult) {
        let number = self.number(op);
        self.trace.push(Step {
            task: self.current,
            op,
            number,
            result,
        });
    }

    /// The object's clock becomes the current thread's, which knows all that it had.
    pub(crate) fn hand_over(&mut self, object: ObjectId) {
        self.settle_pointers(None);
        let clock = &self.tasks[self.current].clock;
        let object = &mut self.objects[object.0 as usize];
        debug_assert!(clock.knows(&object.clock), "{clock:?} {object:?}");
        object.clock.clone_from(clock);
    }

    /// The current thread's clock takes over the object's, and the other way round.
    pub(crate) fn synchronise(&mut self, object: ObjectId) {
        self.settle_pointers(None);
        let clock = &mut self.tasks[self.current].clock;
        let object = &mut self.objects[object.0 as usize];
        clock.share(&mut object.clock);
    }

    /// The outcome of a finished search for the next thread, with panics taken into account.
    fn settle(&mut self) -> Outcome {
        let outcome = self.outcome.take().unwrap_or(Outcome::Completed);
        let unhandled = PanicRecord::root_cause(&self.panics);
        match (outcome, unhandled) {
            // A worker that died is why the others wait for ever.
            (Outcome::Completed | Outcome::Deadlock(_), Some(panic)) => {
                Outcome::Panicked(panic.clone())
            }
            (outcome, _) => outcome,
        }
    }

    /// What it did. Afterwards it is as new, and left to the next execution.
    pub(crate) fn end(mut self: Box<Self>) -> Executed {
        let outcome = self.settle();
        let leaked = match outcome {
            Outcome::Completed => leaks::leaked(&self.tasks),
            _ => Vec::new(),
        };
        let threads = self.tasks.len();
        let names = self.tasks.iter_mut().enumerate();
        let names = names.filter_map(|(task, state)| Some((task, state.name.take()?)));
        let executed = Executed {
            outcome,
            leaked,
            threads,
            names: names.collect(),
            schedule: Schedule(std::mem::take(&mut self.schedule)),
            preemptions: self.preemptions,
            switches: self.switches,
            surprises: self.surprises,
            steps: self.steps,
            output: String::from_utf8_lossy(&self.output).into_owned(),
            trace: std::mem::take(&mut self.trace),
            finer: (self.needs > self.config.grain).then_some(self.needs),
            opaque: self.opaque,
            uses: std::mem::take(&mut self.uses),
        };
        self.choices = executed.schedule.0.len().min(MOST_ROOM);
        self.clear();
        SPARE.set(Some(self));
        executed
    }

    /// Makes it as new, apart from room and what [`begin`](Self::begin) sets.
    fn clear(&mut self) {
        self.tasks.clear();
        self.objects.clear();
        self.candidates.clear();
        self.footprint.clear();
        self.panics.clear();
        self.output.clear();
        self.fenced.clear();
        self.cleanups = Cleanups::default();
        self.numbers = [0; Class::COUNT];
        self.current = 0;
        self.next = None;
        self.printed = 0;
        self.over = false;
        self.needs = Grain::Coarse;
        self.in_step = InStep::default();
        self.opaque = false;
        self.steps = 0;
        self.preemptions = 0;
        self.switches = 0;
        self.surprises = 0;
        self.streak = 0;
    }
}
