//! Panics of the program under test: who panicked, where, and who took it.

use std::{any::Any, panic, sync::Once};

use crate::{
    op::TaskId,
    runtime::{self, try_with},
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

/// A panic that nobody caught and no `join` took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unhandled<'a> {
    /// The thread that it ended.
    pub(crate) ended: TaskId,
    /// What is to blame: the panic itself, or that of another thread if it only passes that on.
    pub(crate) cause: &'a PanicRecord,
}

impl PanicRecord {
    /// The panic that ended the main thread, else the first one that ended another.
    pub(crate) fn unhandled(panics: &[Self]) -> Option<Unhandled<'_>> {
        let main = panics.iter().rfind(|p| p.task == 0 && !p.taken);
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

/// Notes panics of threads under test instead of printing them. Panics elsewhere go
/// to the hook that was there before.
pub(crate) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let inside = runtime::is_running();
            if !inside {
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
            runtime::with(|execution| {
                let task = execution.current;
                execution.tasks[task].panics += 1;
                if !execution.over {
                    execution.panics.push(PanicRecord {
                        task,
                        message,
                        place,
                        taken: false,
                    });
                }
            });
        }));
    });
}
