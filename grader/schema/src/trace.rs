//! An interleaving, as people read it: rows in time, one column per thread.

use serde::{Deserialize, Serialize};

use crate::Text;

/// The interleaving that shows why a check failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Names of the threads, one per column; the first is the scenario's own.
    pub threads: Vec<String>,
    /// What happened, in order.
    pub rows: Vec<Row>,
    /// The number of preemptions.
    pub preemptions: u32,
}

/// One line of a [`Trace`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Index into [`Trace::threads`].
    pub thread: usize,
    /// Where in the source, if the step has a place.
    pub place: Option<Place>,
    /// The source line, trimmed; empty where it must not be shown.
    #[serde(default)]
    pub code: String,
    /// What the thread did there.
    pub action: Text,
    /// What became of the thread.
    pub mark: Mark,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file: `src/…` for the student's own, `checks/…` for a check.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// What a row means for its thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// It took a step.
    Acts,
    /// It cannot go on for now.
    Waits,
    /// It cannot go on ever, or it panicked: this row is the failure.
    Fails,
}
