//! One execution: its threads, objects, clocks and choices. Plain state; the
//! coroutine switching around it is in [`crate::runtime`].

mod life;
mod objects;

pub use life::Executed;

use std::{collections::BTreeMap, ptr::NonNull};

use crate::{
    VectorClock,
    access::{Access, Footprint, Part, Resource, Resources, StepIndex},
    call_stack::CallStack,
    candidates::{self, Candidates, SchedulerState},
    cleanup::Cleanups,
    config::{Config, Granularity},
    coroutine::{Job, Thread},
    local,
    objects::{Objects, OpKind, arc, thread},
    op::{Op, TaskId, Wake},
    outcome::{Blocked, Outcome},
    output::Printer,
    outside::Outside,
    panics::{self, PanicRecord},
    process::{Membership, Processes},
    progress::Fingerprints,
    readiness::Readiness,
    schedule::Choice,
    strategy::{Candidate, End, Pick, Strategy, TIRED, View},
    task::{Task, Tasks},
    time::Reading,
    trace::{Effect, Step, Surprise},
    uses::Use,
};

/// What a step has done beside the operation that began it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct InStep {
    /// Whether something was recorded.
    pub(crate) recorded_event: bool,
    /// How many operations became a part of it.
    pub(crate) joined: u32,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Execution {
    pub(crate) generation: u64,
    pub(crate) config: Config,
    pub(crate) tasks: Tasks,
    pub(crate) processes: Processes,
    pub(crate) objects: Objects,
    pub(crate) readiness: Readiness,
    pub(crate) resources: Resources,
    pub(crate) current: TaskId,
    pub(crate) next: Option<TaskId>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) panics: Vec<PanicRecord>,
    pub(crate) output: Vec<u8>,
    pub(crate) printed: usize,
    /// Where threads print, if not there.
    pub(crate) printer: Option<Printer>,
    pub(crate) trace: Vec<Step>,
    /// Of the system call that each thread has announced last, if the execution is traced.
    call_stacks: BTreeMap<TaskId, CallStack>,
    /// How many events of a check the trace has.
    events: usize,
    /// Set once the outcome is known: threads are unwound, nothing is scheduled.
    pub(crate) over: bool,
    /// How fine the steps of the program must be, as far as is known.
    pub(crate) needs: Granularity,
    /// What the current step has done.
    pub(crate) in_step: InStep,
    /// Whether something became a part of a step that would be a step of its own otherwise.
    pub(crate) joins: bool,
    /// Whether writers that wait for a reader-writer lock go before new readers, once that is
    /// decided.
    pub(crate) writers_first: Option<bool>,
    /// What it touched outside of the model first.
    pub(crate) outside: Option<Outside>,
    pub(crate) uses: Vec<Use>,
    /// What was known at the sequentially consistent fences so far.
    pub(crate) fenced: VectorClock,
    /// What threads have read from their clocks, if that is compared.
    pub(crate) readings: Vec<Reading>,
    /// What is to be done when it is over.
    pub(crate) cleanups: Cleanups,
    /// The memory of thread-local values of threads that have ended.
    pub(crate) destroyed_locals: local::Destroyed,
    /// The values whose sharers are counted by steps.
    pub(crate) allocations: arc::Allocations,
    /// How many values are being dropped with their last `Arc`.
    pub(crate) last_drops: u32,
    /// Whether one of them gave something back, and it made no difference which thread did.
    pub(crate) dropped_untold: bool,
    /// Points to the strategy that `run` was given, which outlives the execution.
    strategy: NonNull<dyn Strategy>,
    /// Whether the strategy knows some steps before it is asked.
    pub(crate) decides: bool,
    /// Whether the strategy wants to know footprints.
    wants_footprints: bool,
    /// Whether it wants to know that of the current step.
    watched: bool,
    pub(crate) footprint: Footprint,
    fair: fastrand::Rng,
    schedule: Vec<Choice>,
    /// How many choices to expect.
    choices: usize,
    candidates: Candidates,
    pub(crate) steps: usize,
    /// How many of them had been taken when something changed last.
    pub(crate) progress_at: usize,
    /// Before so many steps it cannot have stalled.
    pub(crate) may_stall_at: usize,
    /// What the values of locks were like when they were looked at last.
    pub(crate) fingerprints: Fingerprints,
    preemptions: u32,
    switches: u32,
    unforced: u32,
    /// Steps that the same thread has taken in a row.
    streak: usize,
}

impl Execution {
    fn strategy(&mut self) -> &mut dyn Strategy {
        // SAFETY: `begin` was promised that the strategy lives and that nothing else uses it.
        unsafe { self.strategy.as_mut() }
    }

    /// Whether the current step leaves a footprint.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched && !self.over
    }

    /// Notes that an earlier step made the current one possible.
    pub(crate) fn enabled_by(&mut self, step: StepIndex) {
        if self.is_watched() {
            self.footprint.enabled_by.push(step);
        }
    }

    /// Notes that an earlier step gave the current one room.
    pub(crate) fn room_from(&mut self, step: StepIndex) {
        if self.is_watched() {
            self.footprint.room_from.push(step);
        }
    }

    /// Notes that the current thread was waiting to take something, and takes the current step
    /// instead.
    pub(crate) fn instead_of(&mut self, awaited: impl IntoIterator<Item = (Resource, Access)>) {
        if self.is_watched() {
            self.footprint.instead_of.extend(awaited);
        }
    }

    /// Index of the current step.
    pub(crate) fn step_index(&self) -> StepIndex {
        self.steps.saturating_sub(1) as StepIndex
    }

    /// The program looked at something that threads give back, without waiting for it.
    pub(crate) fn tell_releases(&mut self) {
        self.need(Granularity::Releases);
    }

    /// The program did something that shows that its steps must be so fine.
    pub(crate) fn need(&mut self, granularity: Granularity) {
        if !self.over {
            self.needs = self.needs.and(granularity);
        }
    }

    pub(crate) fn scheduler(&self) -> SchedulerState<'_> {
        SchedulerState {
            tasks: &self.tasks,
            objects: &self.objects,
        }
    }

    pub(crate) fn add_task(
        &mut self,
        name: Option<String>,
        thread: Box<Thread>,
        job: Job,
        membership: Membership,
    ) -> TaskId {
        let last_step = self.step_index();
        let id = self.tasks.len();
        self.candidates.make_room(id + 1);
        self.readiness.add_task(id);
        let op = thread::op(thread::Operation::Start, job.location);
        let needs = op.kind.constant_facts().into();
        self.readiness.announce(id, needs, false, false);
        let resource = self.resources.allocate(Task::PARTS);
        let process = match membership {
            Membership::Inherited => self.tasks[self.current].process,
            Membership::New => self.processes.add(id, &mut self.resources),
        };
        let task = self.tasks.add(name, op, self.current, last_step);
        task.resource = resource;
        task.process = process;
        task.thread = Some(thread);
        task.job = Some(job);
        id
    }

    /// Chooses who goes on. `stays` is the thread that could continue without a
    /// switch; none if the current one has just finished.
    ///
    /// Sets [`next`](Self::next), or the outcome if no thread can go on.
    pub(crate) fn choose(&mut self, stays: Option<TaskId>) {
        self.next = None;
        if self.outcome.is_some() {
            return;
        }
        if self.is_stalled() {
            self.outcome = Some(Outcome::NoProgress(self.blocked()));
            return;
        }
        let decided = if self.decides {
            panics::while_deciding(|| self.strategy().decided())
        } else {
            None
        };
        let (chosen, watched) = if let Some(decided) = decided {
            (
                self.if_possible(decided.step),
                self.wants_footprints && !decided.explored,
            )
        } else {
            self.collect();
            if self.candidates.nobody_goes_on() && self.looks_at_all_again() {
                self.collect();
            }
            let chosen = if self.candidates.nobody_goes_on() {
                let Some(wake_up) = self.ask_when_all_wait(stays) else {
                    self.outcome = Some(Outcome::Deadlock(self.blocked()));
                    return;
                };
                Some(wake_up)
            } else {
                self.ask(stays)
            };
            (chosen, self.wants_footprints)
        };
        self.watch(watched);
        if let Some(chosen) = chosen {
            self.take(chosen, stays);
        } else {
            self.diverge();
        }
    }

    /// Forgets what is kept of threads that are told when to look again; whether there are any. That all
    /// wait for good is said only of threads that were looked at.
    #[cold]
    fn looks_at_all_again(&mut self) -> bool {
        let settled: Vec<TaskId> = self.readiness.settled().collect();
        for &task in &settled {
            self.readiness.unsettle(task);
        }
        !settled.is_empty()
    }

    /// The program is not the one for which the choices were made.
    pub(crate) fn diverge(&mut self) {
        let step = self.schedule.len();
        self.outcome.get_or_insert(Outcome::Diverged { step });
    }

    /// The step that the strategy chooses among the candidates.
    fn ask(&mut self, stays: Option<TaskId>) -> Option<Candidate> {
        if self.is_fair() {
            return self.candidates.any_fair(&mut self.fair);
        }
        let (strategy, view) = self.strategy_and_view(stays);
        panics::while_deciding(|| strategy.choose(&view))
    }

    /// The spurious wake-up that the strategy chooses where every thread waits, if one is
    /// possible and it wants one.
    #[cold]
    fn ask_when_all_wait(&mut self, stays: Option<TaskId>) -> Option<Candidate> {
        if self.candidates.rare().is_empty() {
            return None;
        }
        let (strategy, view) = self.strategy_and_view(stays);
        panics::while_deciding(|| strategy.when_all_wait(&view))
    }

    #[inline]
    fn strategy_and_view(&mut self, stays: Option<TaskId>) -> (&mut dyn Strategy, View<'_>) {
        let view = View {
            normal: self.candidates.normal(),
            rare: self.candidates.rare(),
            current: stays,
            step: self.steps,
            streak: self.streak,
            footprint: &self.footprint,
            tasks: &self.tasks,
        };
        // SAFETY: `begin` was promised that the strategy lives and that nothing else uses it.
        (unsafe { self.strategy.as_mut() }, view)
    }

    /// The step, if it is possible.
    fn if_possible(&mut self, step: Candidate) -> Option<Candidate> {
        let possible = if step.wake == Wake::Normal {
            candidates::is_ready(self.scheduler(), &self.readiness, step.task)
        } else {
            self.collect();
            self.candidates.rare().iter().any(|other| other == step)
        };
        possible.then_some(step)
    }

    fn collect(&mut self) {
        let scheduler = SchedulerState {
            tasks: &self.tasks,
            objects: &self.objects,
        };
        self.candidates
            .collect(scheduler, &mut self.readiness, self.config.max_spurious);
        if let Some(checked) = self.candidates.take_checked() {
            self.tell_when_to_look(&checked);
        }
    }

    /// Begins a new footprint, if the step to come is to leave one.
    fn watch(&mut self, watched: bool) {
        if self.watched {
            self.footprint.clear();
        }
        self.watched = watched;
    }

    /// Whether the strategy is overruled by now, so that no thread starves.
    fn is_fair(&mut self) -> bool {
        self.steps >= self.config.max_steps / 4 && !self.strategy().is_exact()
    }

    /// Takes a step, for which the candidates have been collected if it is a rare one.
    fn take(&mut self, chosen: Candidate, stays: Option<TaskId>) {
        self.streak += 1;
        if stays != Some(chosen.task) {
            self.switch(stays);
        }
        let somebody = || !self.candidates.normal().is_empty();
        if chosen.wake == Wake::Spurious || chosen.wake == Wake::Timeout && somebody() {
            self.unforced += 1;
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
        if chosen.wake != Wake::Normal {
            task.told.woken(chosen.wake);
        }
        task.wake = chosen.wake;
        task.clock.tick(chosen.task);
        let before = std::mem::replace(&mut task.last_step, step);
        if task.pending.kind.starts() {
            // No step started the first thread.
            if chosen.task != self.main_thread() {
                self.enabled_by(before);
            }
            self.progress();
        }
        self.look_at_life(chosen.task);
        self.next = Some(chosen.task);
    }

    /// Another thread goes on than the one that could without a switch, if one could.
    fn switch(&mut self, stays: Option<TaskId>) {
        self.switches += 1;
        if let Some(stays) = stays {
            let could_go_on = candidates::is_ready(self.scheduler(), &self.readiness, stays);
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
            panics::while_deciding(|| self.strategy().pick(count, what)).min(count - 1)
        };
        self.unforced += u32::from(what != Pick::Waiter && index > 0);
        self.schedule.push(Choice::Pick(index));
        let current = self.current;
        self.tasks[current].told.picked(index);
        index
    }

    /// Whether something that no thread causes happens to the current thread now.
    pub(crate) fn is_unlucky(&mut self) -> bool {
        self.pick_luck(1) == 1
    }

    /// Which of so many things that no thread causes happens to the current thread now, from 1; 0 if none
    /// does.
    pub(crate) fn pick_luck(&mut self, things: usize) -> usize {
        let current = self.current;
        if self.tasks[current].spurious >= self.config.max_spurious {
            return 0;
        }
        let picked = self.pick(things + 1, Pick::Chance);
        self.tasks[current].spurious += usize::from(picked > 0);
        picked
    }

    /// Whether a thread looks at what threads give back without waiting for it.
    pub(crate) fn releases_can_be_told(&self) -> bool {
        self.config
            .granularity
            .and(self.needs)
            .has(Granularity::Releases)
    }

    /// Whether giving something back is a step of its own.
    pub(crate) fn shows_releases(&self) -> bool {
        self.config.granularity.has(Granularity::Releases) && !self.over
    }

    /// The main function of the current thread has returned.
    pub(crate) fn return_from_main_function(&mut self) {
        let current = self.current;
        self.settle_pointers(None);
        if self.config.granularity.has(Granularity::Releases) {
            self.touch_task(current, Part::MAIN_FUNCTION, Access::Write);
        }
        let step = self.step_index();
        let task = &mut self.tasks[current];
        task.returned_at = Some(step);
        if !task.locals.is_empty() {
            task.at_return = Some(Box::new(task.clock.clone()));
        }
    }

    /// Tells the strategy that there are no more steps.
    pub(crate) fn finish(&mut self) {
        if !self.wants_footprints {
            return;
        }
        let footprint = std::mem::take(&mut self.footprint);
        let live = self.tasks.iter().enumerate().filter(|(_, t)| !t.finished);
        let blocked: Vec<(TaskId, Resource, Access)> = live
            .filter(|&(id, _)| !candidates::possible(self, id))
            .flat_map(|(id, task)| {
                let awaited = task.pending.kind.awaited(&self.objects);
                awaited
                    .into_iter()
                    .map(move |(resource, access)| (id, resource, access))
            })
            .collect();
        let end = End {
            footprint: &footprint,
            blocked: &blocked,
            ended_with: match self.outcome {
                Some(Outcome::Completed) => Some(self.main_thread()),
                Some(Outcome::Killed(_)) => Some(self.current),
                _ => None,
            },
        };
        panics::while_deciding(|| self.strategy().end(&end));
        self.footprint = footprint;
    }

    /// The threads that have not ended, and what they wait for.
    pub(crate) fn blocked(&self) -> Vec<Blocked> {
        let live = self.tasks.iter().enumerate().filter(|(_, t)| !t.finished);
        live.map(|(id, task)| {
            let held = candidates::holder(self.scheduler(), id);
            Blocked {
                task: id,
                op: task.pending,
                holder: held.map(|held| held.by),
                held_since: held.map(|held| held.since),
                stack: self.call_stack(id, task.pending),
                call: self.waiting_call(task),
            }
        })
        .collect()
    }

    fn record_blocked(&mut self, task: TaskId) {
        let holder = candidates::holder(self.scheduler(), task).map(|held| held.by);
        let op = self.tasks[task].pending;
        self.trace.push(Step {
            task,
            op,
            effect: Effect::Blocked(holder),
            stack: self.call_stack(task, op),
        });
    }

    /// Keeps a step of the current thread, if the execution is traced.
    #[inline]
    pub(crate) fn record(&mut self, op: Op, effect: Effect) {
        if self.config.traced && !self.over {
            self.keep_step(op, effect);
        }
    }

    /// Keeps a system call, if the execution is traced.
    pub(crate) fn record_call(&mut self, op: Op, shown: impl FnOnce() -> String) {
        self.record_surprise(op, None, shown);
    }

    /// The same for one in which the system may have done something that is seldom met.
    pub(crate) fn record_surprise(
        &mut self,
        op: Op,
        surprise: Option<Surprise>,
        shown: impl FnOnce() -> String,
    ) {
        if self.config.traced && !self.over {
            self.keep_step(op, Effect::Called(shown(), surprise));
        }
    }

    fn keep_step(&mut self, op: Op, effect: Effect) {
        self.trace.push(Step {
            task: self.current,
            op,
            effect,
            stack: self.call_stack(self.current, op),
        });
    }

    /// Keeps how the current thread came to the system call that it announces, if the execution is
    /// traced.
    pub(crate) fn note_call_stack(&mut self, stack: &CallStack) {
        if self.config.traced {
            self.call_stacks.insert(self.current, stack.clone());
        }
    }

    /// How a thread came to an operation that it has announced, if that is a system call.
    fn call_stack(&self, task: TaskId, op: Op) -> CallStack {
        match op.kind {
            OpKind::System(..) => self.call_stacks.get(&task).cloned().unwrap_or_default(),
            _ => CallStack::default(),
        }
    }

    /// Keeps an event of a check, if the execution is traced.
    #[cold]
    pub(crate) fn record_event(&mut self, op: Op) {
        if self.config.traced && !self.over {
            self.keep_step(op, Effect::Recorded(self.events));
            self.events += 1;
        }
    }
}
