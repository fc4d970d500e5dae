//! Who chooses the schedule.

mod bounded;
mod by_time;
mod chance;
mod dpor;
mod follow;
mod pct;
mod portfolio;
mod pos;
mod random;
mod rare_wakes;
mod urw;

pub use bounded::Bounded;
pub use by_time::ByTime;
pub use dpor::Dpor;
pub use follow::Follow;
pub use pct::Pct;
pub use portfolio::Portfolio;
pub use pos::Pos;
pub use random::RandomWalk;
pub use rare_wakes::RareWakes;
pub use urw::{Lengths, Urw};

use crate::{
    access::{Access, Footprint, Resource},
    op::{Op, TaskId, Wake},
    task::Task,
};

/// A step that a thread could take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The thread.
    pub task: TaskId,
    /// What would let it.
    pub wake: Wake,
}

/// After so many steps in a row a thread may spin, and the others get their turn.
pub(crate) const TIRED: usize = 64;

/// What a strategy sees when it has to choose.
#[derive(Debug)]
pub struct View<'a> {
    /// The possible steps that need no time-out and no luck, in the order of threads.
    pub normal: &'a [Candidate],
    /// The other possible steps. If there is no normal one, one of them is a time-out, except
    /// in [`Strategy::when_all_wait`].
    pub rare: RareWakes<'a>,
    /// The thread that took the last step, if it has not ended.
    pub current: Option<TaskId>,
    /// Steps taken so far.
    pub step: usize,
    /// Steps that the current thread has taken in a row.
    pub streak: usize,
    /// What the last step touched, for strategies that want to know.
    pub footprint: &'a Footprint,
    /// All threads.
    pub(crate) tasks: &'a [Task],
}

/// A step that is decided before it is known what else is possible, because an earlier
/// execution came here.
#[derive(Debug, Clone, Copy)]
pub struct Decided {
    /// The step.
    pub step: Candidate,
    /// Whether it is known what the step touches.
    pub explored: bool,
}

/// What a strategy sees when there are no more steps.
#[derive(Debug)]
pub struct End<'a> {
    /// What the last step touched.
    pub footprint: &'a Footprint,
    /// The threads that wait for their turn, what for, and how they would take it.
    pub blocked: &'a [(TaskId, Resource, Access)],
    /// The thread with which the program came to its end, if it did.
    pub ended_with: Option<TaskId>,
}

/// What a strategy picks within a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The waiting thread that is notified. All are equally good.
    Waiter,
    /// What the documentation leaves to the operating system; the first is what lets most
    /// threads go on.
    Policy,
    /// Whether something happens that no thread causes; the first is that it does not.
    Chance,
    /// The value that a weakly ordered load sees; the first is the newest.
    Value,
}

impl<'a> View<'a> {
    /// The possible steps: first the normal ones, then the rare ones.
    pub fn candidates(&self) -> impl Iterator<Item = Candidate> + Clone + use<'a> {
        self.normal.iter().copied().chain(self.rare.iter())
    }

    /// The operation that a thread has announced.
    #[inline]
    pub fn op(&self, task: TaskId) -> &Op {
        &self.tasks[task].pending
    }

    /// The step that goes on without a preemption: the current thread's, else the
    /// next thread's that has what it needs, in the order of threads.
    ///
    /// # Panics
    ///
    /// If no step is possible: an execution that is stuck asks for no choice.
    pub fn default_choice(&self) -> Candidate {
        let keen = |c: &Candidate| !self.op(c.task).kind.gives_way() && self.streak < TIRED;
        let find = |f: &dyn Fn(&Candidate) -> bool| self.normal.iter().find(|c| f(c));
        find(&|c| Some(c.task) == self.current && keen(c))
            .or_else(|| find(&|c| Some(c.task) > self.current))
            .or_else(|| find(&|c| Some(c.task) != self.current))
            .or(self.normal.first())
            .copied()
            .or_else(|| self.rare.iter().find(|c| c.wake == Wake::Timeout))
            .or_else(|| self.rare.iter().next())
            .expect("a thread can go on")
    }
}

/// Chooses the schedule of one execution.
pub trait Strategy: std::fmt::Debug {
    /// One of the view's candidates, or nothing to give up.
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate>;

    /// One of `count` continuations of the current step.
    fn pick(&mut self, count: usize, what: Pick) -> usize;

    /// Whether steps are [`decided`](Self::decided) at times.
    fn decides(&self) -> bool {
        false
    }

    /// The next step, if it is decided; else [`choose`](Self::choose) is asked. It must not
    /// be decided after a step that is not explored, whose footprint only `choose` is told.
    fn decided(&mut self) -> Option<Decided> {
        None
    }

    /// The step to take where every thread waits and only spurious wake-ups are possible;
    /// `None` makes it a deadlock. A search of all schedules explores both: whether a thread
    /// may wake up spuriously must not depend on what the other threads can do, or steps of
    /// theirs that share nothing with it would not commute with its wake-up.
    fn when_all_wait(&mut self, _: &View<'_>) -> Option<Candidate> {
        None
    }

    /// Whether the engine must not overrule the strategy to be fair.
    fn is_exact(&self) -> bool {
        false
    }

    /// Whether footprints are wanted, which takes time.
    fn wants_footprints(&self) -> bool {
        false
    }

    /// There are no more steps. Called if footprints are wanted.
    fn end(&mut self, _: &End<'_>) {}
}
