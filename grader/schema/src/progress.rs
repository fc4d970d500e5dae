//! `.grader/progress.json`: what a student has done so far.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Text, report::Status};

/// The version of the progress format.
pub const FORMAT: u32 = 1;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// By exercise id, so that a renumbered syllabus loses nothing.
    pub exercises: BTreeMap<String, ExerciseProgress>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            format: FORMAT,
            exercises: BTreeMap::new(),
        }
    }
}

/// One exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseProgress {
    /// Status of the last check; nothing if it was never checked.
    pub status: Option<Status>,
    /// Points of the last check, as if it had been handed in in time.
    pub points: u32,
    /// The most points ever earned.
    pub best: u32,
    /// Points that could be earned at the last check.
    pub max_points: u32,
    /// Points of those that hidden checks judge which were not there at the last check; none in
    /// files of older graders, whose `max_points` are without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unjudged_points: Option<u32>,
    /// How many checks were run.
    pub attempts: u32,
    /// How many hints were shown.
    pub hints_shown: usize,
    /// The first failure of the last check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<LastFailure>,
}

/// What to remember of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastFailure {
    /// The check's id.
    pub check: String,
    /// What happened.
    pub happened: Text,
    /// The replay token, where there is one.
    pub token: Option<String>,
}
