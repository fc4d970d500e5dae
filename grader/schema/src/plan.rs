//! Grader to verdict process and back: what to judge, and what was found.
//!
//! The grader writes a [`Plan`] to the verdict process's standard input and reads a
//! [`Message`] from each line of its standard output. No student's code runs on either side.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{RunMode, Text, launch::Launch, report::Verdict};

/// What to judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How a driver is started. Each check has one of its own, in a directory of its own below
    /// the one that is named here, which is empty and writable.
    pub driver: Launch,
    /// How the answer is run.
    pub mode: RunMode,
    /// The checks, in order.
    pub checks: Vec<PlannedCheck>,
    /// The seed of all random choices.
    pub seed: u64,
    /// Prefix of the student's crate in source locations, ending in `/`; it is cut off.
    pub source_root: String,
    /// The files of the answer by the names that places use, `src/lib.rs` for example: what
    /// something is called is read there.
    pub sources: BTreeMap<String, String>,
    /// Digest of the answer, which tokens carry to tell that the code has changed.
    pub source_digest: String,
    /// Wall-clock limit of one check, in milliseconds.
    pub time_limit_ms: u64,
    /// How many checks to judge at the same time, at most.
    pub jobs: usize,
    /// Judge only this one schedule, of the check that it names.
    pub replay: Option<String>,
    /// Whether to say what is known of the checks themselves.
    #[serde(default)]
    pub describes_checks: bool,
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

/// A line of the verdict process's standard output. Checks that are judged side by side take
/// turns in any order; the last line says that all are judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// A check is judged from now on; its id.
    Started(String),
    /// A check is judged.
    Judged(Box<CheckVerdict>),
    /// Every check is judged.
    Ended {
        /// Set if the replayed token was made from other code.
        code_changed: bool,
    },
}

/// All verdicts of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckVerdicts {
    /// One verdict per planned check, in the plan's order.
    pub checks: Vec<CheckVerdict>,
    /// Set if the replayed token was made from other code.
    pub code_changed: bool,
}

/// The verdict on one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckVerdict {
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
    pub sensitivity: SeedSensitivity,
    /// How long it took, in milliseconds: no part of the verdict.
    #[serde(default)]
    pub took_ms: u64,
    /// What is known of the check itself, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

/// Facts about a check that lints need, independent of the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What its properties asked the histories of this answer for.
    pub asked: BTreeSet<Asked>,
    /// What these histories had.
    pub recorded: BTreeSet<Record>,
    /// What its model could say as well, as far as this answer shows; nothing if it has no model,
    /// or if the answer is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unrefuted: Option<BTreeSet<Text>>,
    /// Whether its scenario must come to rest.
    pub rests: bool,
    /// Why atomics are sequentially consistent in it, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequential: Option<Text>,
}

impl About {
    /// Adds what another answer, another seed, or other executions show of the same check.
    pub fn add(&mut self, other: Self) {
        for asked in other.asked {
            let same = |found| Asked {
                found,
                ..asked.clone()
            };
            if asked.found {
                self.asked.remove(&same(false));
            } else if self.asked.contains(&same(true)) {
                continue;
            }
            self.asked.insert(asked);
        }
        self.recorded.extend(other.recorded);
        self.unrefuted = match (self.unrefuted.take(), other.unrefuted) {
            (Some(one), Some(other)) => Some(one.intersection(&other).cloned().collect()),
            (one, other) => one.or(other),
        };
        self.rests |= other.rests;
        self.sequential = other.sequential.or_else(|| self.sequential.take());
    }
}

/// Something that a property asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Asked {
    /// The promise of the property.
    pub promise: Text,
    /// What it asked for.
    pub record: Record,
    /// Whether a history had it.
    pub found: bool,
}

/// Records of one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    /// What sort of record.
    pub kind: RecordKind,
    /// The name that the scenario gives them; empty for any name.
    pub name: String,
}

/// The sorts of record that a property can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// Marks.
    Mark,
    /// Marks whose values have the type that is asked for.
    TypedMark,
    /// Calls.
    Call,
    /// Calls whose results are those that the property is about.
    ChosenCall,
    /// Marks or calls.
    MarkOrCall,
    /// Spans.
    Span,
}

/// What of a verdict another seed could change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeedSensitivity {
    /// Everything, as far as is known.
    #[default]
    Full,
    /// What samples find. The inputs are the same, and so is what a search of all
    /// interleavings finds.
    SampledOnly,
    /// Nothing: the inputs are the same, and everything was tried on them.
    None,
}
