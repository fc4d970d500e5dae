//! Threads: start, end, park.

use std::panic::Location;

use super::{Facts, OpKind, Wait};
use crate::{
    access::{Access, Part},
    clock::VectorClock,
    execution::Execution,
    op::{Op, TaskId, Wake},
    process::Membership,
    readiness::BlockOn,
    runtime::{self, point, with},
    solo,
    strategy::Pick,
    task::{Task, Token},
    task_set::TaskSet,
    time,
    trace::{Cause, Effect},
};

type Place = &'static Location<'static>;

/// Another thread, in few bytes: each announcement copies its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Other(u32);

impl Other {
    /// The thread.
    pub fn task(self) -> TaskId {
        self.0 as TaskId
    }
}

impl From<TaskId> for Other {
    fn from(task: TaskId) -> Self {
        Self(task as u32)
    }
}

/// What threads do to themselves and to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The first step of a new thread.
    Start,
    /// The end of a thread, where it can be told from its last step.
    Exit,
    /// Start a thread.
    Spawn(Other),
    /// Wait for the end of a thread.
    Join(Other),
    /// Wait until a thread's main function has returned, as the end of a scope does.
    JoinScoped(Other),
    /// Wait for a moment of virtual time.
    Sleep,
    /// Wait for a moment that never comes.
    SleepForever,
    /// Let others go on.
    Yield,
    /// Wait for a token.
    Park,
    /// Give a thread its token.
    Unpark(Other),
}

impl Operation {
    /// What is to be known of it before it is done.
    #[inline]
    pub(super) fn facts(self) -> Facts {
        match self {
            Self::Start
            | Self::Exit
            | Self::Spawn(_)
            | Self::Sleep
            | Self::Yield
            | Self::Unpark(_) => Facts::TELLS,
            Self::Join(other) => Facts::waits(Wait::While(BlockOn::end(other.task()))),
            Self::JoinScoped(_) | Self::SleepForever => Facts::waits(Wait::Until),
            Self::Park => Facts::waits(Wait::Until).spurious(),
        }
    }

    /// Whether `task`, which has announced it, can do it now.
    pub(super) fn is_enabled(self, tasks: &[Task], task: &Task) -> bool {
        match self {
            Self::Join(other) => tasks[other.task()].finished,
            Self::JoinScoped(other) => tasks[other.task()].returned_at.is_some(),
            Self::Park => task.token.is_some(),
            Self::SleepForever => false,
            Self::Start
            | Self::Exit
            | Self::Spawn(_)
            | Self::Sleep
            | Self::Yield
            | Self::Unpark(_) => true,
        }
    }

    /// Whether the thread says by it that it has nothing to do for now.
    #[inline]
    pub(crate) fn gives_way(self) -> bool {
        matches!(self, Self::Yield | Self::Sleep)
    }
}

/// What a thread announces that is about to do `operation`.
#[inline]
pub(crate) fn op(operation: Operation, location: Place) -> Op {
    Op {
        kind: OpKind::Thread(operation),
        location,
    }
}

/// Starts a thread. Its panics are noted; `body` keeps what it returns or panics with.
///
/// `body` is boxed so that this is compiled once and not for each closure.
///
/// # Panics
///
/// Panics in a forked process: only the thread that forked goes on there.
#[track_caller]
pub fn spawn(name: Option<String>, location: Place, body: Box<dyn FnOnce()>) -> TaskId {
    assert!(
        solo::outlet().is_none(),
        "in a check, a forked process cannot start threads: the grader does not model them"
    );
    // What the thread has done so far comes before all that the new one does.
    with(|execution| execution.settle_pointers(None));
    let task = runtime::spawn_task(name, location, body, Membership::Inherited);
    let op = op(Operation::Spawn(task.into()), location);
    with(|execution| {
        let current = execution.current;
        execution.tasks[current].clock.tick(current);
        execution.record(op, Effect::Done);
    });
    task
}

/// The thread that runs.
pub fn current_task() -> TaskId {
    runtime::try_with(|execution| execution.current).unwrap_or(0)
}

/// The name that `task` was spawned with.
pub fn name(task: TaskId) -> Option<String> {
    runtime::try_with(|execution| execution.tasks.get(task)?.name.clone()).flatten()
}

/// Whether `task` is the main thread of its process.
pub fn is_main(task: TaskId) -> bool {
    let is_main =
        |execution: &mut Execution| task < execution.tasks.len() && execution.ends_process(task);
    // Whoever asks outside of an execution is no thread of one.
    runtime::try_with(is_main).unwrap_or(true)
}

/// Waits until `task` has ended.
pub fn join(task: TaskId, location: Place) {
    let op = op(Operation::Join(task.into()), location);
    point(op, None);
    with(|execution| {
        let ended: VectorClock = execution.tasks[task].clock.clone();
        execution.enabled_by(execution.tasks[task].last_step);
        let current = execution.current;
        execution.tasks[current].clock.join(&ended);
        execution.note_joined(task);
        execution.record(op, Effect::Done);
    });
}

/// Waits until the main function of `task` has returned, or panicked. The destructors of its
/// thread-local values may still run.
pub fn join_scoped(task: TaskId, location: Place) {
    let op = op(Operation::JoinScoped(task.into()), location);
    point(op, None);
    with(|execution| {
        let returned = &execution.tasks[task];
        let at_return = returned.at_return.as_deref();
        // Without a thread-local value whose destructor could do something yet, it is gone.
        let is_gone = at_return.is_none();
        let clock = at_return.unwrap_or(&returned.clock).clone();
        if let Some(step) = returned.returned_at {
            execution.enabled_by(step);
        }
        execution.parked_inside(Some(&clock));
        execution.learn(&clock);
        if is_gone {
            execution.note_joined(task);
        }
        execution.record(op, Effect::Done);
    });
}

/// Whether the main function of `task` has returned. A scheduling point, so that asking
/// again and again lets the others go on.
pub fn is_finished(task: TaskId, location: Place) -> bool {
    with(Execution::tell_releases);
    point(op(Operation::Yield, location), None);
    with(|execution| {
        execution.touch_task(task, Part::MAIN_FUNCTION, Access::Read);
        execution.tasks[task].returned_at.is_some()
    })
}

/// The panic of `task` has been handed to somebody who joined it.
pub fn take_panic(task: TaskId) {
    with(|execution| {
        for panic in execution.panics.iter_mut().filter(|p| p.task == task) {
            panic.taken = true;
        }
    });
}

/// Waits for the thread's token, at most `timeout` nanoseconds; may return for no reason.
pub fn park(timeout: Option<u64>, location: Place) {
    let op = op(Operation::Park, location);
    let deadline = with(|execution| timeout.map(|t| time::deadline(execution, t)));
    let wake = point(op, deadline);
    with(|execution| {
        let current = execution.current;
        execution.touch_task(current, Part::TOKEN, Access::Write);
        if let Some(token) = execution.tasks[current].token.take() {
            // Whoever may wake without a token could have come before it.
            let task = &execution.tasks[current];
            if timeout.is_none() && task.spurious >= execution.config.max_spurious {
                execution.enabled_by(token.given_at);
            }
            execution.tasks[current].clock.join(&token.clock);
        }
        let effect = match wake {
            Wake::Normal => Effect::Done,
            Wake::Timeout => Effect::Woken(Cause::TimedOut),
            Wake::Spurious => Effect::Woken(Cause::Spurious),
        };
        execution.record(op, effect);
    });
}

/// Gives `task` its token.
pub fn unpark(task: TaskId, location: Place) {
    let op = op(Operation::Unpark(task.into()), location);
    point(op, None);
    with(|execution| {
        execution.touch_task(task, Part::TOKEN, Access::Write);
        execution.tasks[task].was_unparked = true;
        execution.tell_tokens(task);
        let clock = execution.tasks[execution.current].clock.clone();
        let given_at = execution.step_index();
        let token = &mut execution.tasks[task].token;
        match token {
            Some(token) => token.clock.join(&clock),
            None => *token = Some(Box::new(Token { clock, given_at })),
        }
        execution.record(op, Effect::Done);
    });
}

impl Execution {
    /// The current thread has waited until `task` can do nothing any more.
    fn note_joined(&mut self, task: TaskId) {
        let gone = self.tasks[task].joined.or(TaskSet::of(task));
        let joiner = &mut self.tasks[self.current];
        joiner.joined = joiner.joined.or(gone);
    }

    /// The current thread has waited, as far as it had to, for the step with `clock`, by parking
    /// as the real library does on Linux: a token that came meanwhile may be gone. The
    /// documentation of `park` promises its token to nobody else, so it may be there as well.
    pub(crate) fn parked_inside(&mut self, clock: Option<&VectorClock>) {
        let current = self.current;
        if self.tasks[current].parks_inside && !self.shows_releases() {
            return;
        }
        let known = clock.is_some_and(|clock| self.tasks[current].clock.knows(clock));
        if known {
            return;
        }
        self.tasks[current].parks_inside = true;
        self.tell_tokens(current);
        if self.shows_releases() {
            self.touch_task(current, Part::TOKEN, Access::Write);
            if self.tasks[current].token.is_some() && self.pick(2, Pick::Policy) == 1 {
                self.tasks[current].token = None;
            }
        }
    }

    /// A thread that parks for itself and does something that parks for it needs finer steps.
    fn tell_tokens(&mut self, task: TaskId) {
        let task = &self.tasks[task];
        if task.parks_inside && task.was_unparked {
            self.tell_releases();
        }
    }
}

/// Lets others go on.
pub fn yield_now(location: Place) {
    let op = op(Operation::Yield, location);
    point(op, None);
    with(|execution| {
        let current = execution.current;
        execution.tasks[current].yields += 1;
        execution.record(op, Effect::Done);
    });
}
