//! Panics of the program under test: who panicked, where, and who took it.

use std::{any::Any, cell::Cell, panic, process, sync::Once};

use crate::{
    op::TaskId,
    runtime::{self, try_with},
    solo,
};

/// A panic of a thread.
#[derive(Debug, Clone)]
pub struct PanicRecord {
    /// The thread.
    pub task: TaskId,
    /// The message.
    pub message: String,
    /// File, line and column of the panic.
    pub place: Option<(String, u32, u32)>,
    /// Whether a `join` handed it to another thread.
    pub(crate) taken: bool,
}

/// A panic that no code caught and no `join` took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unhandled<'a> {
    /// The thread that it ended.
    pub(crate) ended: TaskId,
    /// What is to blame: the panic itself, or that of another thread if it only passes that on.
    pub(crate) cause: &'a PanicRecord,
}

impl PanicRecord {
    /// The panic that ended the thread `main`, else the first one that ended another.
    pub(crate) fn unhandled(panics: &[Self], main: TaskId) -> Option<Unhandled<'_>> {
        let main = panics.iter().rfind(|p| p.task == main && !p.taken);
        let last = main.or_else(|| panics.iter().find(|p| !p.taken))?;
        let passed_on = || panics.iter().find(|p| p.task != last.task);
        let cause = last.passes_on().then(passed_on).flatten();
        Some(Unhandled {
            ended: last.task,
            cause: cause.unwrap_or(last),
        })
    }

    fn passes_on(&self) -> bool {
        self.message == "a scoped thread panicked"
            || self
                .message
                .starts_with("called `Result::unwrap()` on an `Err` value: Any {")
            || self.message.contains("PoisonError")
    }
}

/// The payload by which an abandoned thread is unwound.
#[derive(Debug)]
pub(crate) struct Abandonment;

/// Whether `payload` is the engine's own and must be passed on with `resume_unwind`.
pub fn is_abandonment(payload: &(dyn Any + Send)) -> bool {
    payload.is::<Abandonment>()
}

/// Whether the current thread is unwinding from a panic.
pub fn is_panicking() -> bool {
    try_with(|execution| execution.tasks[execution.current].is_panicking())
        .unwrap_or_else(std::thread::panicking)
}

/// Whether the current thread is unwinding, be it that the execution is over: what the
/// program itself is told.
pub fn is_unwinding() -> bool {
    try_with(|execution| execution.over || execution.tasks[execution.current].is_panicking())
        .unwrap_or_else(std::thread::panicking)
}

/// The current thread begins to unwind without a call of the panic hook, as with
/// `resume_unwind` of `payload`.
pub fn resume_panic(payload: &(dyn Any + Send)) {
    try_with(|execution| {
        let current = execution.current;
        execution.tasks[current].panics += 1;
        execution.panics.push(PanicRecord {
            task: current,
            message: text(payload),
            place: None,
            taken: false,
        });
    });
}

/// The current thread has caught its latest panic, and goes on with it later: it does not unwind
/// meanwhile, but is not well either.
pub fn put_panic_off() {
    try_with(|execution| {
        let current = execution.current;
        let panics = &mut execution.tasks[current].panics;
        *panics = panics.saturating_sub(1);
    });
}

/// The current thread goes on with the panic that it [put off](put_panic_off).
pub fn go_on_with_panic() {
    try_with(|execution| {
        let current = execution.current;
        execution.tasks[current].panics += 1;
    });
}

/// What a payload says.
fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic was resumed with a payload that is no text")
        .to_owned()
}

/// The current thread has caught its latest panic with `catch_unwind`.
pub fn caught_panic() {
    put_panic_off();
    try_with(|execution| {
        let current = execution.current;
        let last = execution.panics.iter().rposition(|p| p.task == current);
        if let Some(index) = last {
            execution.panics.remove(index);
        }
    });
}

thread_local! {
    /// Whether a strategy is deciding something on this operating-system thread.
    static DECIDING: Cell<bool> = const { Cell::new(false) };
}

/// Lets a strategy decide. A panic of its own aborts the process: it would look like a panic of
/// the thread under test in whose name the strategy runs.
#[inline]
pub(crate) fn while_deciding<R>(decide: impl FnOnce() -> R) -> R {
    DECIDING.set(true);
    let decided = decide();
    DECIDING.set(false);
    decided
}

/// Whether the caller is code of the program under test, as far as the engine can tell: an execution
/// is running, and no strategy is deciding.
pub fn is_program() -> bool {
    runtime::is_running() && !DECIDING.get()
}

/// Notes panics of threads under test instead of printing them. Panics elsewhere go
/// to the hook that was there before.
pub(crate) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if DECIDING.get() {
                previous(info);
                process::abort();
            }
            if !runtime::is_running() {
                previous(info);
                return;
            }
            let message = info
                .payload_as_str()
                .unwrap_or("a panic with a payload that is no text")
                .to_owned();
            let place = info
                .location()
                .map(|l| (l.file().to_owned(), l.line(), l.column()));
            let outlet = solo::outlet();
            let record = runtime::with(|execution| {
                let task = execution.current;
                execution.tasks[task].panics += 1;
                let record = PanicRecord {
                    task,
                    message,
                    place,
                    taken: false,
                };
                if !execution.over || outlet.is_some() {
                    execution.panics.push(record.clone());
                }
                record
            });
            if let Some(outlet) = outlet {
                (outlet.panics)(&record);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use std::{env, os::unix::process::ExitStatusExt as _, process::Command};

    use crate::{
        Config,
        execution::Execution,
        runtime,
        strategy::{Candidate, Decided, End, Pick, Strategy, View},
    };

    /// A strategy with a mistake in one of its functions.
    #[derive(Debug)]
    struct Broken(&'static str);

    impl Broken {
        fn at(&self, function: &str) {
            assert!(self.0 != function, "a mistake of the strategy");
        }
    }

    impl Strategy for Broken {
        fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
            self.at("choose");
            Some(view.default_choice())
        }

        fn pick(&mut self, _: usize, _: Pick) -> usize {
            self.at("pick");
            0
        }

        fn decides(&self) -> bool {
            true
        }

        fn decided(&mut self) -> Option<Decided> {
            self.at("decided");
            None
        }

        fn wants_footprints(&self) -> bool {
            true
        }

        fn end(&mut self, _: &End<'_>) {
            self.at("end");
        }
    }

    /// A program in which a strategy picks, because a weak exchange may fail.
    fn program() {
        runtime::with(Execution::is_unlucky);
    }

    #[test]
    fn a_panic_of_a_strategy_aborts_and_is_no_panic_of_the_program() {
        const CHILD: &str = "INTERLEAVE_BROKEN_STRATEGY";
        const FUNCTIONS: [&str; 4] = ["choose", "pick", "decided", "end"];
        if let Ok(broken) = env::var(CHILD) {
            let function = FUNCTIONS.into_iter().find(|name| *name == broken);
            let mut strategy = Broken(function.unwrap_or_default());
            crate::run(Config::default(), &mut strategy, program);
            return;
        }
        let name = "panics::tests::a_panic_of_a_strategy_aborts_and_is_no_panic_of_the_program";
        let run = |broken: &str| {
            Command::new(env::current_exe().expect("the test has a file"))
                .args(["--exact", name, "--nocapture"])
                .env(CHILD, broken)
                .output()
                .expect("the test can run itself")
        };
        for function in FUNCTIONS {
            let child = run(function);
            assert_eq!(child.status.signal(), Some(6), "{function}: {child:?}");
            let talk = String::from_utf8_lossy(&child.stderr);
            assert!(talk.contains("a mistake of the strategy"), "{talk}");
        }
        assert!(run("none").status.success());
    }
}
