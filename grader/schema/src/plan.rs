//! Grader to verdict process and back: what to judge, and what was found.
//!
//! The grader writes a [`Plan`] to the verdict process's standard input and reads
//! [`Findings`] from its standard output. No student's code runs on either side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{manifest::Engine, report::Verdict};

/// What to judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The driver program to run.
    pub driver: String,
    /// How the answer is run.
    pub engine: Engine,
    /// Directory below which each check's driver runs in one of its own; empty and writable.
    pub directory: String,
    /// The checks, in order.
    pub checks: Vec<PlannedCheck>,
    /// Source of every choice that is left to chance.
    pub seed: u64,
    /// Prefix of the student's crate in source locations, ending in `/`; it is cut off.
    pub source_root: String,
    /// The files of the answer by the names that places use, `src/lib.rs` for example: what
    /// something is called is read there.
    pub sources: BTreeMap<String, String>,
    /// Digest of the answer, which tokens carry to tell that the code has changed.
    pub source_digest: String,
    /// Wall-clock safety net for one check, in milliseconds.
    pub time_limit_ms: u64,
    /// How many checks to judge at the same time, at most.
    pub jobs: usize,
    /// Judge only this one schedule, of the check that it names.
    pub replay: Option<String>,
}

/// One check of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCheck {
    /// The check's id: the name of its functions.
    pub id: String,
    /// How many schedules to sample.
    pub executions: u32,
    /// After how many steps an execution counts as making no progress.
    pub max_steps: u32,
    /// Whether the search of all interleavings, which no seed changes, was made before and
    /// found nothing.
    #[serde(default)]
    pub searched: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// One verdict per planned check, in the plan's order.
    pub checks: Vec<Found>,
    /// Set if the replayed token was made from other code.
    #[serde(default)]
    pub code_changed: bool,
}

/// The verdict on one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The check's id.
    pub id: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Executions until one failed, that one among them; none if nothing failed, or if only
    /// one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executions: Option<u64>,
    /// What another seed could change.
    #[serde(default)]
    pub depends: Depends,
}

/// What of a verdict another seed could change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depends {
    /// Everything, or nobody knows.
    #[default]
    Wholly,
    /// The inputs are the same, and so what a search of all interleavings finds is, too.
    OnSamples,
    /// Nothing: on inputs that are the same all was tried.
    Not,
}
