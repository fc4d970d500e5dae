//! Runs an execution: switches between coroutines as the choices say.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind},
    ptr,
};

use kernel::Signal;

use crate::{
    candidates, cleanup,
    config::{Config, Granularity},
    coroutine::{Job, Resume, Suspender, Thread},
    execution::{Executed, Execution},
    local,
    objects::thread::{self, Operation},
    op::{Op, TaskId, Wake},
    panics::{self, Abandonment},
    process::Membership,
    readiness::Needs,
    solo::{self, Ended},
    strategy::Strategy,
    time,
    trace::Effect,
    watch,
};

/// Steps that a thread may take while it is unwound after the end. One that takes more
/// spins until another thread releases what none will.
const AFTER_END: usize = 10_000;

thread_local! {
    static CURRENT: Cell<*mut Execution> = const { Cell::new(ptr::null_mut()) };
    static SUSPENDER: Cell<Option<Suspender>> = const { Cell::new(None) };
}

/// Runs `main` once as the first thread of a program, under the schedule that
/// `strategy` chooses.
///
/// The strategy is told the last footprint and what is left before this returns.
///
/// # Panics
///
/// Panics inside of an execution, and if no stack can be mapped.
pub fn run(config: Config, strategy: &mut dyn Strategy, main: impl FnOnce() + 'static) -> Executed {
    assert!(!is_running(), "an execution cannot run inside another");
    panics::install_hook();
    // SAFETY: `strategy` is borrowed until this function returns, and the execution
    // does not outlive that.
    let mut execution = unsafe { Execution::begin(config, strategy) };
    CURRENT.set(&raw mut *execution);
    let location = Location::caller();
    spawn_task(None, location, Box::new(main), Membership::New);
    with(|execution| {
        execution.choose(None);
    });
    while let Some(task) = with(|execution| execution.next.take()) {
        let ended = resume(task);
        if ended {
            with(|execution| {
                execution.finish_task(task);
                execution.end_process_of(task);
                execution.choose(None);
            });
        }
    }
    with(Execution::finish);
    if abandon_all() {
        cleanup::run();
    }
    CURRENT.set(ptr::null_mut());
    execution.end()
}

/// Unwinds every thread that has not ended, the youngest first; whether all could be.
fn abandon_all() -> bool {
    let mut unwound = true;
    let count = with(|execution| {
        execution.over = true;
        execution.tasks.len()
    });
    for task in (0..count).rev() {
        let may_unwind = with(|execution| {
            let task = &execution.tasks[task];
            // One that stopped with its process has a stack as well. A second panic while the
            // first unwinds would abort.
            task.thread.is_some() && !task.is_panicking()
        });
        if may_unwind {
            with(|execution| execution.tasks[task].abandoned = true);
            resume(task);
        }
        if let Some(thread) = with(|execution| execution.tasks[task].thread.take()) {
            thread.give_up();
            unwound = false;
        }
    }
    unwound
}

/// Does something in the name of the main thread after the end of an execution. It is
/// given up where it would wait.
pub(crate) fn run_apart(work: Box<dyn FnOnce()>) {
    let mut thread = Thread::take().expect("a stack can be mapped");
    with(|execution| {
        execution.current = execution.main_thread();
        execution.tasks[execution.current].panics = 0;
    });
    let job = Job {
        body: work,
        location: Location::caller(),
        how: |suspender, work, _| {
            SUSPENDER.set(Some(suspender));
            let _ = catch_unwind(AssertUnwindSafe(work));
        },
    };
    let outer = SUSPENDER.take();
    let ended = thread.resume(Resume::Start(job));
    SUSPENDER.set(outer);
    if ended {
        thread.put_back();
    } else {
        thread.give_up();
    }
}

/// Drops what a thread was to do.
fn discard(suspender: Suspender, body: Box<dyn FnOnce()>, _: &'static Location<'static>) {
    SUSPENDER.set(Some(suspender));
    let _ = catch_unwind(AssertUnwindSafe(|| drop(body)));
}

/// Runs `task` until it suspends or ends, or unwinds it if it is abandoned; whether it ended.
pub(crate) fn resume(task: TaskId) -> bool {
    let (thread, input) = with(|execution| {
        execution.current = task;
        let task = &mut execution.tasks[task];
        let input = match (task.job.take(), task.abandoned) {
            (None, false) => Resume::Go,
            (None, true) => Resume::Abandon,
            (Some(job), false) => Resume::Start(job),
            // It never began.
            (Some(job), true) => Resume::Start(Job {
                how: discard,
                ..job
            }),
        };
        (task.thread.take(), input)
    });
    let mut thread = thread.expect("a thread that has not ended has a coroutine");
    let outer = SUSPENDER.take();
    let ended = thread.resume(input);
    SUSPENDER.set(outer);
    if ended {
        thread.put_back();
    } else {
        with(|execution| execution.tasks[task].thread = Some(thread));
    }
    ended
}

/// Adds a thread that will run `body`. The thread's panics end in its record.
pub(crate) fn spawn_task(
    name: Option<String>,
    location: &'static Location<'static>,
    body: Box<dyn FnOnce()>,
    membership: Membership,
) -> TaskId {
    let thread = Thread::take().expect("a stack can be mapped");
    let job = Job {
        body,
        location,
        how: live,
    };
    with(|execution| execution.add_task(name, thread, job, membership))
}

/// The life of a thread.
fn live(suspender: Suspender, body: Box<dyn FnOnce()>, location: &'static Location<'static>) {
    SUSPENDER.set(Some(suspender));
    start(location);
    // What unwinds here was noted by the panic hook, or is an abandonment.
    let ended = catch_unwind(AssertUnwindSafe(body));
    if let Some(outlet) = solo::outlet() {
        (outlet.ends)(match ended {
            Ok(()) => Ended::Returned,
            Err(_) => Ended::Panicked,
        });
    }
    let exit = || {
        let _ = catch_unwind(AssertUnwindSafe(|| exit(location)));
    };
    let (is_main, returned, has_locals) = with(|execution| {
        let current = execution.current;
        execution.tasks[current].panics = 0;
        let is_main = execution.ends_process(current);
        let may_return = is_main || !execution.shows_releases();
        if may_return {
            execution.return_from_main_function();
        }
        let has_locals = !execution.tasks[current].locals.is_empty();
        (is_main, may_return, has_locals)
    });
    if !returned {
        exit();
        with(Execution::return_from_main_function);
    }
    if has_locals {
        local::destroy_locals();
        with(|execution| execution.settle_pointers(None));
    }
    if is_main {
        exit();
    }
}

fn start(location: &'static Location<'static>) {
    watch::note(location);
    with(|execution| {
        let op = thread::op(Operation::Start, location);
        execution.record(op, Effect::Done);
    });
}

/// The main function of a thread is about to return, or a main thread to end. Where somebody
/// can tell, or where it is the end of others, these may go first.
fn exit(location: &'static Location<'static>) {
    let visible = with(|execution| {
        let current = execution.current;
        // Nobody joins the main thread of a process: others wait for the process.
        let is_joined = execution.ends_program(current) || !execution.ends_process(current);
        let is_told = is_joined && execution.config.granularity.has(Granularity::Releases);
        (is_told || execution.stops_others()) && !execution.over
    });
    if visible {
        let op = thread::op(Operation::Exit, location);
        point(op, None);
    }
    with(Execution::note_end);
}

/// Announces `op` and returns when the current thread is to do it.
///
/// `deadline` is the moment of virtual time at which it gives up instead.
#[expect(
    clippy::inline_always,
    reason = "the kind of the operation is a constant then, and so are its facts"
)]
#[inline(always)]
pub(crate) fn point(op: Op, deadline: Option<u64>) -> Wake {
    // It is written where it stays: a copy of what was just written in small parts would have to
    // wait until all of them are in memory.
    with(|execution| execution.tasks[execution.current].pending = op);
    go_on_when_chosen(op.location, op.kind.constant_facts().into(), deadline)
}

/// Returns when the current thread is to do the operation that is noted as pending, which has
/// these needs.
fn go_on_when_chosen(
    location: &'static Location<'static>,
    needs: Needs,
    deadline: Option<u64>,
) -> Wake {
    watch::note(location);
    let (stays, suspended_for_good) = with(|execution| {
        let current = execution.current;
        execution.announce(current, needs, deadline);
        if execution.over {
            // A destructor runs while the execution is taken apart. What is possible
            // is done at once; what would block can never be done.
            let task = &mut execution.tasks[current];
            task.steps_after_end += 1;
            let spins = task.steps_after_end > AFTER_END && solo::outlet().is_none();
            return (true, spins || !candidates::possible(execution, current));
        }
        execution.settle_pending_pointers();
        // Nearly always nothing is being dropped: that is asked first.
        if execution.last_drops > 0 {
            let kind = execution.tasks[current].pending.kind;
            if !kind.facts().by_anyone {
                execution.tell_drops();
            }
        }
        execution.note_pending_use();
        execution.choose(Some(current));
        (execution.next == Some(current), false)
    });
    if suspended_for_good {
        return wait_in_vain(deadline, location);
    }
    if stays {
        with(|execution| execution.next = None);
    } else if matches!(suspend(), Resume::Abandon) {
        resume_unwind(Box::new(Abandonment));
    }
    with(|execution| {
        let current = execution.current;
        execution.tasks[current].forget_deadline();
        if execution.over {
            Wake::Normal
        } else {
            execution.tasks[current].wake
        }
    })
}

/// The current thread goes on to do `op` as a part of its step.
pub(crate) fn pass(op: Op) {
    watch::note(op.location);
    with(|execution| {
        execution.settle_pointers(Some(op.kind));
        execution.note_use(op);
    });
}

/// Stops the current thread for good if the execution is over: what is about to fail would
/// make a destructor panic while the thread is unwound, and that ends the process.
pub fn stop_if_over() {
    if try_with(|execution| execution.over).unwrap_or(false) && solo::outlet().is_none() {
        wait_forever();
    }
}

/// A signal ends the first process in the current step, and the program with it.
pub(crate) fn end_program(signal: Signal) -> ! {
    with(|execution| execution.end_by_signal(signal));
    suspend();
    resume_unwind(Box::new(Abandonment))
}

/// The current thread has printed too much, and the program ends.
pub(crate) fn end_by_output() {
    if matches!(suspend(), Resume::Abandon) {
        resume_unwind(Box::new(Abandonment));
    }
}

/// Ends the execution, because what the current thread does is not what it did before under the same
/// choices: no schedule of the program means anything.
///
/// # Panics
///
/// Panics outside of an execution.
pub fn leave_schedule() -> ! {
    with(Execution::diverge);
    suspend();
    resume_unwind(Box::new(Abandonment))
}

/// Waits for what no thread will do: until `deadline` in a forked process, and else for good.
#[cold]
fn wait_in_vain(deadline: Option<u64>, location: &'static Location<'static>) -> Wake {
    let (Some(deadline), Some(_)) = (deadline, solo::outlet()) else {
        wait_forever();
    };
    let left = with(|execution| {
        let task = &mut execution.tasks[execution.current];
        task.forget_deadline();
        deadline.saturating_sub(task.clock.time())
    });
    time::sleep(Some(left), location);
    Wake::Timeout
}

/// Gives way, and never goes on.
#[cold]
fn wait_forever() -> ! {
    if let Some(outlet) = solo::outlet() {
        (outlet.waits_forever)();
    }
    loop {
        suspend();
    }
}

fn suspend() -> Resume {
    let suspender = SUSPENDER
        .get()
        .expect("a thread under test runs in a coroutine");
    // SAFETY: `SUSPENDER` is set to the running coroutine's own whenever one runs.
    let resume = unsafe { suspender.suspend() };
    SUSPENDER.set(Some(suspender));
    resume
}

/// The execution at hand.
///
/// `f` must not reach code of the program under test: it would find the execution
/// borrowed.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&mut Execution) -> R) -> R {
    let current = CURRENT.get();
    assert!(
        !current.is_null(),
        "a modelled object was used outside of an execution"
    );
    // SAFETY: `run` keeps the execution where it is while `CURRENT` points to it. Only this
    // operating-system thread sees it, no `f` calls `with` again, and no borrow
    // outlives `f`.
    f(unsafe { &mut *current })
}

/// Like [`with`], but does nothing outside of an execution.
pub(crate) fn try_with<R>(f: impl FnOnce(&mut Execution) -> R) -> Option<R> {
    (!CURRENT.get().is_null()).then(|| with(f))
}

/// Whether the caller runs inside of an execution.
pub fn is_running() -> bool {
    !CURRENT.get().is_null()
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use super::*;
    use crate::{
        objects::{
            Handle, OpKind,
            mutex::{self, Mutex},
            thread::{join, park, spawn, yield_now},
        },
        outcome::Outcome,
        strategy::RandomWalk,
    };

    fn here() -> &'static Location<'static> {
        Location::caller()
    }

    fn execute(program: impl FnOnce() + 'static) -> Executed {
        run(Config::default(), &mut RandomWalk::new(1), program)
    }

    /// Sets a flag when it is dropped.
    struct SetOnDrop(Rc<Cell<bool>>);

    impl Drop for SetOnDrop {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn a_program_ends_with_its_main_thread_and_the_others_are_unwound() {
        let dropped = Rc::new(Cell::new(false));
        let value = SetOnDrop(Rc::clone(&dropped));
        let executed = execute(move || {
            spawn(
                None,
                here(),
                Box::new(move || {
                    let _value = value;
                    loop {
                        park(None, here());
                    }
                }),
            );
        });
        assert!(matches!(executed.outcome, Outcome::Completed));
        assert!(dropped.get());
    }

    #[test]
    fn a_thread_that_locks_twice_is_a_deadlock_and_holds_what_it_waits_for() {
        let executed = execute(|| {
            let (handle, mut value) = (Handle::<Mutex>::new(), 0_u8);
            let mutex = handle.resolve(&raw mut value, 1);
            mutex::lock(mutex, here());
            mutex::lock(mutex, here());
        });
        let Outcome::Deadlock(blocked) = executed.outcome else {
            panic!("{:?}", executed.outcome);
        };
        let waits: Vec<_> = blocked.iter().map(|b| (b.task, b.holder)).collect();
        assert_eq!(waits, [(0, Some(0))]);
        assert!(matches!(
            blocked[0].op.kind,
            OpKind::Mutex(_, mutex::Operation::Lock)
        ));
    }

    #[test]
    fn a_panic_is_told_with_its_thread_and_message() {
        let executed = execute(|| {
            let thread = spawn(None, here(), Box::new(|| panic!("on purpose")));
            join(thread, here());
        });
        let panic = executed.unhandled.expect("nobody took it");
        assert_eq!((panic.task, panic.message.as_str()), (1, "on purpose"));
    }

    #[test]
    fn a_thread_that_only_gives_way_makes_no_progress() {
        let config = Config {
            max_steps: 100,
            ..Config::default()
        };
        let endless = || loop {
            yield_now(here());
        };
        let executed = run(config, &mut RandomWalk::new(1), endless);
        assert!(matches!(executed.outcome, Outcome::NoProgress(_)));
    }

    #[test]
    fn steps_are_kept_only_if_they_are_asked_for() {
        let traced = |traced| {
            let config = Config {
                traced,
                ..Config::default()
            };
            let program = || {
                let thread = spawn(None, here(), Box::new(|| ()));
                join(thread, here());
            };
            run(config, &mut RandomWalk::new(1), program).trace
        };
        assert!(traced(false).is_empty());
        let kinds: Vec<_> = traced(true).iter().map(|step| step.op.kind).collect();
        assert!(
            kinds.contains(&OpKind::Thread(Operation::Spawn(1.into())))
                && kinds.contains(&OpKind::Thread(Operation::Join(1.into())))
        );
    }

    #[test]
    fn the_same_schedule_gives_the_same_steps() {
        let program = || {
            let thread = spawn(None, here(), Box::new(|| yield_now(here())));
            yield_now(here());
            join(thread, here());
        };
        let first = execute(program);
        let mut follow = crate::strategy::Follow::exactly(first.schedule.clone());
        let again = run(Config::default(), &mut follow, program);
        assert_eq!(again.schedule, first.schedule);
        assert_eq!(again.steps, first.steps);
    }
}
