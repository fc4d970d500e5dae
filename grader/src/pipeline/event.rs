//! The events that judging reports to a listener. Judging itself writes nothing.

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
    },
    /// A check is judged from now on; its id. Several may be at the same time.
    CheckStarted(&'a str),
    /// One of them is judged.
    CheckJudged,
    /// The answer is judged, and the report is there.
    Judged,
}

/// Is told what happens.
pub(crate) type Listener<'a> = dyn FnMut(Event<'_>) + 'a;
