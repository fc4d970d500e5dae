//! `exercise.toml` and `hidden.toml`: what a teacher declares about an exercise.

use serde::{Deserialize, Serialize};

use crate::{RunMode, Text};

/// The version of both manifest formats that this grader reads.
pub const FORMAT: u32 = 1;

/// `exercises/NN-slug/exercise.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// The slug. Progress is stored by it, so it never changes.
    pub id: String,
    /// Position in the syllabus, 1–46.
    pub number: u32,
    /// Chapter of the syllabus, 1–7.
    pub chapter: u32,
    /// The notes' own asterisks, 0–6.
    pub stars: u32,
    /// How the student's code is run.
    #[serde(rename = "engine")]
    pub mode: RunMode,
    /// Title of the task.
    pub title: Text,
    /// The files that the student edits, relative to the exercise.
    pub editable: Vec<String>,
    /// Why no check comes to rest although the reference sleeps: an answer may poll, or a right
    /// one need not come to rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polling: Option<Text>,
    /// The public checks, in the order in which they are run and shown.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
    /// Hints, from a nudge to nearly the answer.
    #[serde(rename = "hint")]
    pub hints: Vec<Text>,
}

/// `solutions/NN-slug/hidden.toml`: the checks that students do not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiddenManifest {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// The hidden checks, in the order in which they are run and shown.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
}

/// One check of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The name of the scenario and oracle functions in the check source.
    pub id: String,
    /// Its points.
    pub points: u32,
    /// What it shows, for a list of results.
    pub title: Text,
    /// How many schedules to sample, if not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executions: Option<u32>,
    /// After how many steps an execution counts as making no progress, if not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<u32>,
}
