//! One execution: its threads, objects, clock and choices. Plain state; the
//! coroutine switching around it is in [`crate::runtime`].

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{
    VectorClock, candidates,
    coroutine::Thread,
    object::{Class, Object, ObjectId, State},
    op::{Op, OpKind, TaskId, Wake},
    outcome::{Blocked, Outcome},
    panics::PanicRecord,
    schedule::{Choice, Schedule},
    strategy::{Candidate, Strategy, TIRED, View},
    trace::{Step, StepResult},
};

/// Limits of one execution.
#[derive(Debug, Clone)]
pub struct Config {
    /// Steps after which an execution counts as making no progress.
    ///
    /// The last three quarters of them are scheduled fairly, whatever the strategy
    /// says, so that a spinning thread cannot starve the one it waits for.
    pub max_steps: usize,
    /// Spurious wake-ups that an execution may have.
    pub max_spurious: usize,
    /// Bytes that an execution may print.
    pub max_output: usize,
    /// Whether to keep every step.
    pub traced: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_steps: 20_000,
            max_spurious: 1,
            max_output: 1 << 20,
            traced: false,
        }
    }
}

/// What an execution did.
#[derive(Debug)]
pub struct Executed {
    /// How it ended.
    pub outcome: Outcome,
    /// Every choice that was made.
    pub schedule: Schedule,
    /// Names of the threads.
    pub threads: Vec<String>,
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
}

/// A thread's wait on a condition variable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) woken: Option<StepWake>,
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
pub(crate) struct Task {
    pub(crate) name: Option<String>,
    pub(crate) thread: Option<Thread>,
    pub(crate) pending: Op,
    pub(crate) wake: Wake,
    pub(crate) finished: bool,
    pub(crate) clock: VectorClock,
    /// The moment at which its pending operation gives up, in nanoseconds.
    pub(crate) deadline: Option<u64>,
    pub(crate) waiting: Option<Waiting>,
    /// The token of `park`, with the clock of whoever gave it.
    pub(crate) token: Option<VectorClock>,
    pub(crate) panicking: bool,
    /// Set once the execution is over and this thread is being unwound.
    pub(crate) abandoned: bool,
}

pub(crate) struct Execution {
    pub(crate) generation: u64,
    pub(crate) config: Config,
    pub(crate) tasks: Vec<Task>,
    pub(crate) objects: Vec<Object>,
    pub(crate) current: TaskId,
    pub(crate) next: Option<TaskId>,
    pub(crate) now: u64,
    /// How often the program looked at the clock.
    pub(crate) clock_reads: u32,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) panics: Vec<PanicRecord>,
    pub(crate) output: Vec<u8>,
    pub(crate) printed: usize,
    pub(crate) trace: Vec<Step>,
    /// Set once the outcome is known: threads are unwound, nothing is scheduled.
    pub(crate) over: bool,
    /// Whether releasing a mutex is a visible operation: only where somebody tries
    /// a lock without waiting can the moment of release be told.
    pub(crate) visible_unlocks: bool,
    /// Whether a lock was tried without waiting.
    pub(crate) tried_locks: bool,
    strategy: Box<dyn Strategy>,
    fair: fastrand::Rng,
    schedule: Vec<Choice>,
    candidates: Vec<Candidate>,
    steps: usize,
    preemptions: u32,
    switches: u32,
    surprises: u32,
    spurious: usize,
    /// Steps that the same thread has taken in a row.
    streak: usize,
}

static GENERATIONS: AtomicU64 = AtomicU64::new(1);

impl Execution {
    pub(crate) fn new(config: Config, strategy: Box<dyn Strategy>, visible_unlocks: bool) -> Self {
        Self {
            generation: GENERATIONS.fetch_add(1, Ordering::Relaxed),
            config,
            tasks: Vec::new(),
            objects: Vec::new(),
            current: 0,
            next: None,
            now: 0,
            clock_reads: 0,
            outcome: None,
            panics: Vec::new(),
            output: Vec::new(),
            printed: 0,
            trace: Vec::new(),
            over: false,
            visible_unlocks,
            tried_locks: false,
            strategy,
            fair: fastrand::Rng::with_seed(0x5eed),
            schedule: Vec::new(),
            candidates: Vec::new(),
            steps: 0,
            preemptions: 0,
            switches: 0,
            surprises: 0,
            spurious: 0,
            streak: 0,
        }
    }

    pub(crate) fn register(&mut self, class: Class, state: State) -> ObjectId {
        let same = |object: &&Object| {
            std::mem::discriminant(&object.state) == std::mem::discriminant(&state)
        };
        let number = self.objects.iter().filter(same).count() as u32 + 1;
        debug_assert!(matches!(
            (class, &state),
            (Class::Mutex, State::Mutex { .. })
                | (Class::Condvar, State::Condvar { .. })
                | (Class::Atomic, State::Atomic)
                | (Class::Channel, State::Channel(_))
        ));
        self.objects.push(Object {
            state,
            clock: VectorClock::default(),
            number,
        });
        ObjectId(self.objects.len() as u32 - 1)
    }

    pub(crate) fn object(&mut self, id: ObjectId) -> &mut Object {
        &mut self.objects[id.0 as usize]
    }

    pub(crate) fn add_task(&mut self, name: Option<String>, op: Op, thread: Thread) -> TaskId {
        let clock = self
            .tasks
            .get(self.current)
            .map_or_else(VectorClock::default, |parent| parent.clock.clone());
        self.tasks.push(Task {
            name,
            thread: Some(thread),
            pending: op,
            wake: Wake::Normal,
            finished: false,
            clock,
            deadline: None,
            waiting: None,
            token: None,
            panicking: false,
            abandoned: false,
        });
        self.tasks.len() - 1
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
        let mut candidates = std::mem::take(&mut self.candidates);
        let may_be_spurious = self.spurious < self.config.max_spurious;
        candidates::collect(self, may_be_spurious, &mut candidates);
        if candidates.iter().all(|c| c.wake == Wake::Spurious) {
            self.outcome = Some(Outcome::Deadlock(self.blocked()));
            self.candidates = candidates;
            return;
        }
        let view = View {
            candidates: &candidates,
            current: stays,
            step: self.steps,
            streak: self.streak,
        };
        let chosen = if self.steps >= self.config.max_steps / 4 && !self.strategy.is_exact() {
            let fair = candidates.iter().filter(|c| c.wake != Wake::Spurious);
            let index = self.fair.usize(..fair.clone().count());
            fair.clone().nth(index).copied()
        } else {
            self.strategy.choose(&view).map(|index| candidates[index])
        };
        match chosen {
            Some(chosen) => self.take(chosen, stays, &candidates),
            None => {
                self.outcome = Some(Outcome::Diverged {
                    step: self.schedule.len(),
                });
            }
        }
        self.candidates = candidates;
    }

    fn take(&mut self, chosen: Candidate, stays: Option<TaskId>, candidates: &[Candidate]) {
        let normal = |c: &Candidate| c.wake == Wake::Normal;
        self.streak += 1;
        if stays != Some(chosen.task) {
            self.switches += 1;
            if let Some(stays) = stays {
                let could_go_on = candidates.iter().any(|c| c.task == stays && normal(c));
                let gives_way = self.tasks[stays].pending.kind.gives_way() || self.streak >= TIRED;
                if could_go_on && !gives_way {
                    self.preemptions += 1;
                }
                if !could_go_on {
                    self.record_blocked(stays);
                }
            }
            self.streak = 0;
        }
        match chosen.wake {
            Wake::Normal => {}
            Wake::Timeout => {
                if candidates.iter().any(normal) && chosen.op.kind != OpKind::Sleep {
                    self.surprises += 1;
                }
                let deadline = self.tasks[chosen.task].deadline.unwrap_or(self.now);
                self.now = self.now.max(deadline);
            }
            Wake::Spurious => {
                self.surprises += 1;
                self.spurious += 1;
            }
        }
        self.steps += 1;
        self.schedule.push(Choice::Run(chosen.task, chosen.wake));
        let task = &mut self.tasks[chosen.task];
        task.wake = chosen.wake;
        task.clock.tick(chosen.task);
        self.next = Some(chosen.task);
    }

    /// Chooses which of `count` waiting threads is notified.
    pub(crate) fn pick(&mut self, count: usize) -> usize {
        if count < 2 || self.over {
            return 0;
        }
        let index = self.strategy.pick(count).min(count - 1);
        self.schedule.push(Choice::Pick(index));
        index
    }

    /// The threads that have not ended, and what they wait for.
    pub(crate) fn blocked(&self) -> Vec<Blocked> {
        let live = self.tasks.iter().enumerate().filter(|(_, t)| !t.finished);
        live.map(|(id, task)| {
            let held = candidates::holder(self, id);
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
        if self.config.traced {
            let holder = candidates::holder(self, task).map(|held| held.by);
            let op = self.tasks[task].pending;
            let number = self.number(op);
            self.trace.push(Step {
                task,
                op,
                number,
                result: StepResult::Blocked(holder),
            });
        }
    }

    /// Keeps a step of the current thread, if the execution is traced.
    pub(crate) fn record(&mut self, op: Op, result: StepResult) {
        if self.config.traced && !self.over {
            let number = self.number(op);
            self.trace.push(Step {
                task: self.current,
                op,
                number,
                result,
            });
        }
    }

    /// The current thread's clock takes over the object's, and the other way round.
    pub(crate) fn synchronise(&mut self, object: ObjectId) {
        let clock = &mut self.tasks[self.current].clock;
        let object = &mut self.objects[object.0 as usize];
        clock.join(&object.clock);
        object.clock.clone_from(clock);
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

    pub(crate) fn into_executed(mut self) -> Executed {
        let outcome = self.settle();
        let name = |(id, task): (usize, &Task)| match (&task.name, id) {
            (Some(name), _) => name.clone(),
            (None, 0) => "main".to_owned(),
            (None, id) => format!("T{id}"),
        };
        Executed {
            outcome,
            threads: self.tasks.iter().enumerate().map(name).collect(),
            schedule: Schedule(self.schedule),
            preemptions: self.preemptions,
            switches: self.switches,
            surprises: self.surprises,
            steps: self.steps,
            output: String::from_utf8_lossy(&self.output).into_owned(),
            trace: self.trace,
        }
    }
}
