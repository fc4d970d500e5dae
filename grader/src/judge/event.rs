//! What judging tells while it is at work, to whoever wants to know. It writes nothing itself.

use std::time::Duration;

use grader_schema::{plan::CheckVerdict, report::ExerciseReport};

/// Something that has happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'a> {
    /// The checking library is not there yet and is compiled now, once per toolchain.
    LibraryStarted,
    /// One of the crates that it is made of is compiled; its name.
    CrateCompiled(&'a str),
    /// The checking library is there.
    LibraryReady,
    /// The answer was compiled, or the compiler refused it.
    Compiled {
        /// Whether it can be run.
        accepted: bool,
        /// How long that took; next to nothing if it was compiled before.
        took: Duration,
    },
    /// A check is judged from now on; its id. Several may be at the same time.
    CheckStarted(&'a str),
    /// A check is judged.
    CheckJudged(&'a CheckVerdict),
    /// The answer is judged.
    Judged(&'a ExerciseReport),
}

/// Is told what happens.
pub(crate) type Listener<'a> = dyn FnMut(Event<'_>) + 'a;
