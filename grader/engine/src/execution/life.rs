//! How an execution begins and ends. All those on one operating-system thread are one after
//! the other in the same place, because what they need is large.

use std::{
    cell::Cell,
    collections::BTreeMap,
    ptr::NonNull,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{Execution, InStep};
use crate::{
    VectorClock,
    access::{Footprint, Resources},
    candidates::Candidates,
    cleanup::Cleanups,
    config::{Config, Granularity},
    leaks::{self, Leaked},
    local::Destroyed,
    objects::{Objects, arc, system::Left},
    op::TaskId,
    outcome::Outcome,
    outside::Outside,
    panics::PanicRecord,
    process::Processes,
    progress::Fingerprints,
    readiness::Readiness,
    schedule::Schedule,
    strategy::{RandomWalk, Strategy},
    task::Tasks,
    trace::Step,
    uses::Use,
};

/// What an execution did.
#[derive(Debug)]
pub struct Executed {
    /// How it ended.
    pub outcome: Outcome,
    /// The first panic of another thread than the main one that no `join` took, if the program
    /// came to its end all the same.
    pub unhandled: Option<PanicRecord>,
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
    /// Spurious wake-ups, and time-outs that fired though another thread could have gone on.
    pub unforced: u32,
    /// Steps taken.
    pub steps: usize,
    /// The latest virtual time of a thread at the end, in nanoseconds.
    pub time: u64,
    /// Whether it is said to make no [progress](Outcome::NoProgress) only because it was longer
    /// than [allowed](Config::longest): something still changed. Never so in a search.
    pub cut_off: bool,
    /// The first bytes of what was printed.
    pub output: String,
    /// Every step, if the execution was traced.
    pub trace: Vec<Step>,
    /// The granularity of its schedule, the usual one if it makes no difference.
    pub granularity: Granularity,
    /// The granularity that the program's other executions need, if it is finer than that of this one.
    pub finer: Option<Granularity>,
    /// Whether it touched something outside of the model, so that what is possible cannot be
    /// told from footprints.
    pub opaque: bool,
    /// What that was.
    pub outside: Option<Outside>,
    /// The sorts of object that were used, if it was asked for.
    pub uses: Vec<Use>,
    /// The threads that had not ended when the main thread did.
    pub leaked: Vec<Leaked>,
    /// What processes had left when the first one ended.
    pub left: Vec<Left>,
}

impl Executed {
    /// Whether it may have come to what no execution of the program comes to: an `Arc`'s
    /// counts mattered, and the engine did not track what they order.
    pub fn is_provisional(&self) -> bool {
        let finer = |granularity: &Granularity| {
            granularity.has(Granularity::Counts) && !self.granularity.has(Granularity::Counts)
        };
        self.finer.as_ref().is_some_and(finer)
    }
}

static GENERATIONS: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The execution that was last on this operating-system thread, as it is before it begins.
    static SPARE: Cell<Option<Box<Execution>>> = const { Cell::new(None) };
}

/// Room is made for so many choices at most before they are made; few executions make more.
const MOST_ROOM: usize = 256;

impl Execution {
    /// No object is known any more: each is registered anew when it is touched next.
    pub(crate) fn begin_generation(&mut self) {
        self.generation = GENERATIONS.fetch_add(1, Ordering::Relaxed);
    }

    /// An execution that has not begun. Most take over the room of an earlier one.
    #[cold]
    fn nowhere() -> Self {
        let nobody: NonNull<dyn Strategy> = NonNull::<RandomWalk>::dangling();
        Self {
            generation: 0,
            config: Config::default(),
            tasks: Tasks::default(),
            processes: Processes::default(),
            objects: Objects::default(),
            readiness: Readiness::default(),
            resources: Resources::default(),
            current: 0,
            next: None,
            outcome: None,
            panics: Vec::new(),
            output: Vec::new(),
            printed: 0,
            printer: None,
            trace: Vec::new(),
            call_stacks: BTreeMap::new(),
            events: 0,
            over: false,
            needs: Granularity::Coarse,
            in_step: InStep::default(),
            joins: false,
            writers_first: None,
            outside: None,
            uses: Vec::new(),
            fenced: VectorClock::default(),
            readings: Vec::new(),
            cleanups: Cleanups::default(),
            destroyed_locals: Destroyed::default(),
            allocations: arc::Allocations::default(),
            last_drops: 0,
            dropped_untold: false,
            strategy: nobody,
            decides: false,
            wants_footprints: false,
            watched: false,
            footprint: Footprint::default(),
            fair: fastrand::Rng::with_seed(0),
            schedule: Vec::new(),
            choices: 0,
            candidates: Candidates::default(),
            steps: 0,
            progress_at: 0,
            may_stall_at: 0,
            fingerprints: Fingerprints::new(),
            preemptions: 0,
            switches: 0,
            unforced: 0,
            streak: 0,
        }
    }

    /// An execution under `strategy`. It takes over the room of the last one on this
    /// operating-system thread, and nothing that is in it.
    ///
    /// # Safety
    ///
    /// `strategy` must outlive the execution, and nothing else may use it meanwhile.
    pub(crate) unsafe fn begin(config: Config, strategy: &mut dyn Strategy) -> Box<Self> {
        let mut execution = SPARE.take().unwrap_or_else(|| Box::new(Self::nowhere()));
        let wants_footprints = strategy.wants_footprints();
        execution.decides = strategy.decides();
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
        execution.begin_generation();
        execution.config = config;
        execution.printer = None;
        execution.readiness.reset();
        execution.schedule.reserve(execution.choices);
        execution.fair = fastrand::Rng::with_seed(0x5eed);
        execution
    }

    /// The outcome of a finished search for the next thread, with panics taken into account,
    /// and a panic that ended a thread without making a difference to that.
    fn settle(&mut self) -> (Outcome, Option<PanicRecord>) {
        let outcome = self.outcome.take().unwrap_or(Outcome::Completed);
        let Some(unhandled) = PanicRecord::unhandled(&self.panics, self.main_thread()) else {
            return (outcome, None);
        };
        let panic = unhandled.cause.clone();
        match outcome {
            // The program of the real library goes on as well, without that thread.
            Outcome::Completed if !self.ends_program(unhandled.ended) => (outcome, Some(panic)),
            // A worker that died is why the others wait forever.
            Outcome::Completed | Outcome::Deadlock(_) => (Outcome::Panicked(panic), None),
            outcome => (outcome, None),
        }
    }

    /// What it did. Afterwards it is as new, and left to the next execution.
    pub(crate) fn end(mut self: Box<Self>) -> Executed {
        let (outcome, unhandled) = self.settle();
        let (leaked, left) = match outcome {
            Outcome::Completed => (leaks::leaked(&self.tasks), self.left()),
            _ => (Vec::new(), Vec::new()),
        };
        let cut_off = self.is_cut_off(&outcome);
        let time = self.tasks.iter().map(|task| task.clock.time()).max();
        let threads = self.tasks.len();
        let names = self.tasks.iter_mut().enumerate();
        let names = names.filter_map(|(task, state)| Some((task, state.name.take()?)));
        let executed = Executed {
            cut_off,
            outcome,
            unhandled,
            leaked,
            left,
            threads,
            names: names.collect(),
            schedule: Schedule(std::mem::take(&mut self.schedule)),
            preemptions: self.preemptions,
            switches: self.switches,
            unforced: self.unforced,
            steps: self.steps,
            time: time.unwrap_or(0),
            output: String::from_utf8_lossy(&self.output).into_owned(),
            trace: std::mem::take(&mut self.trace),
            granularity: if self.joins {
                self.config.granularity
            } else {
                self.config.granularity.and(Granularity::default())
            },
            finer: (!self.config.granularity.has(self.needs))
                .then(|| self.config.granularity.and(self.needs)),
            opaque: self.outside.is_some(),
            outside: self.outside,
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
        self.processes.clear();
        self.objects.clear();
        self.candidates.clear();
        self.footprint.clear();
        self.panics.clear();
        self.output.clear();
        self.call_stacks.clear();
        self.fenced.clear();
        self.readings.clear();
        self.cleanups = Cleanups::default();
        self.destroyed_locals.free();
        self.allocations = arc::Allocations::default();
        self.last_drops = 0;
        self.dropped_untold = false;
        self.resources = Resources::default();
        self.events = 0;
        self.current = 0;
        self.next = None;
        self.printed = 0;
        self.over = false;
        self.needs = Granularity::Coarse;
        self.in_step = InStep::default();
        self.joins = false;
        self.writers_first = None;
        self.outside = None;
        self.steps = 0;
        self.progress_at = 0;
        self.may_stall_at = 0;
        if !self.fingerprints.is_empty() {
            self.fingerprints.clear();
        }
        self.preemptions = 0;
        self.switches = 0;
        self.unforced = 0;
        self.streak = 0;
    }
}
