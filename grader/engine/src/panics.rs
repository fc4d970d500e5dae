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

impl PanicRecord {
    /// The panic that is to blame: the last one of the main thread, unless that one
    /// only passes on the panic of a thread it joined; else the first that nobody took.
    pub(crate) fn root_cause(panics: &[Self]) -> Option<&Self> {
        let main = panics.iter().rfind(|p| p.task == 0 && !p.taken);
        let untaken = panics.iter().find(|p| p.task != 0 && !p.taken);
        match main {
            Some(main) if main.passes_on() => panics.iter().find(|p| p.task != 0).or(Some(main)),
            Some(main) => Some(main),
            None => untaken,
        }
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
    try_with(|execution| execution.tasks[execution.current].panicking)
        .unwrap_or_else(std::thread::panicking)
}

/// Whether the current thread is unwinding, be it that the execution is over: what the
/// program itself is told.
pub fn is_unwinding() -> bool {
    try_with(|execution| execution.over || execution.tasks[execution.current].panicking)
        .unwrap_or_else(std::thread::panicking)
}

/// Marks the current thread as unwinding without a call of the panic hook, as
/// `resume_unwind` does.
pub fn mark_panicking() {
    try_with(|execution| {
        let current = execution.current;
        execution.tasks[current].panicking = true;
        if !execution
            .panics
            .iter()
            .any(|p| p.task == current && !p.taken)
        {
            execution.panics.push(PanicRecord {
                task: current,
                message: "a panic was resumed".to_owned(),
                place: None,
                taken: false,
            });
        }
    });
}

/// The current thread has caught its panic with `catch_unwind`.
pub fn caught_panic() {
    try_with(|execution| {
        let current = execution.current;
        execution.tasks[current].panicking = false;
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
                execution.tasks[task].panicking = true;
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
