//! The report of `grader dev check`, as `--format json` prints it.
//!
//! Everything but [`Timing`] depends on the course, the grader and the toolchain alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Text, found_by::FoundBy};

/// The version of the report format.
pub const FORMAT: u32 = 1;

/// What was found in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// Version of the grader.
    pub grader: String,
    /// `rustc -V` of the toolchain that compiled the answers.
    pub toolchain: String,
    /// Every answer was judged with the seeds from 1 to this one.
    pub seeds: u64,
    /// Whether a wrong answer was judged only by the checks that it declares to fail.
    #[serde(default)]
    pub declared: bool,
    /// One entry per exercise, in syllabus order.
    pub exercises: Vec<ExerciseAudit>,
}

/// What was found in one exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseAudit {
    /// The slug.
    pub id: String,
    /// Position in the syllabus.
    pub number: u32,
    /// How many answers were judged: stub, reference, accepted and wrong ones.
    pub answers: usize,
    /// How many checks there are, public and hidden.
    pub checks: usize,
    /// Points that can be earned.
    pub points: u32,
    /// Who finds the wrong answers, if the exercise has a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by: Option<FoundBy>,
    /// The written scenarios that find no wrong answer which generated programs do not find.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub find_nothing_more: Vec<String>,
    /// What is wrong, in the order in which it was looked for.
    pub findings: Vec<Finding>,
    /// How long it took: the only part that differs between two runs.
    pub timing: Timing,
}

/// A fault that must be fixed before the exercise is given to students.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of finding it is.
    pub kind: FindingKind,
    /// The file or directory to look at, relative to the course.
    pub file: String,
    /// The line in it, from 1, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong.
    pub message: Text,
    /// A difference, or what a compiler said, line by line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub details: String,
    /// What to do next.
    pub next: Text,
}

/// The kinds of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A file cannot be read.
    Unreadable,
    /// A manifest is wrong.
    ManifestInvalid,
    /// A text is missing in one of the two languages.
    TextMissing,
    /// A required file of the exercise is missing.
    FileMissing,
    /// There are too few hints.
    HintsMissing,
    /// The points do not match the stars.
    PointsWrong,
    /// The row of the syllabus differs from the manifest.
    SyllabusDiffers,
    /// A README shows a signature that differs from the stub's.
    SignatureDiffers,
    /// The marks for the stub in the reference are wrong.
    MarkersInvalid,
    /// A stub differs from the one generated from the reference.
    StubDiffers,
    /// There are too few accepted or wrong answers.
    AnswersMissing,
    /// A wrong answer does not declare the checks that it fails.
    HeaderInvalid,
    /// A wrong answer is written as a diff that cannot be applied.
    DiffInvalid,
    /// The grader cannot judge an answer.
    CannotJudge,
    /// An answer does not compile.
    DoesNotCompile,
    /// The compiler warns about the stub or a right answer.
    CompilerWarns,
    /// The stub is not judged as "not started".
    StubIsStarted,
    /// A right answer loses points.
    RightAnswerFails,
    /// A wrong answer passes a check that it should fail.
    MistakeNotFound,
    /// A wrong answer fails in another way than it declares.
    KindDiffers,
    /// A wrong answer fails a check that it does not declare.
    UndeclaredFailure,
    /// A failing schedule does not show the same failure again.
    ReplayDiffers,
    /// A property asks for a record that no history of a right answer has.
    PropertyUnfed,
    /// A scenario records what no property asks for.
    RecordUnread,
    /// No right answer refutes a model with a small mistake.
    ModelMutantPasses,
    /// A check asks for sequentially consistent memory but does not say why.
    MemoryUnexplained,
    /// No check distinguishes sleeping from polling.
    SleepUnchecked,
    /// No wrong answer fails a check.
    CheckNeverFails,
    /// Students can read the name of a hidden check.
    HiddenNameLeaks,
    /// Students can read a value that identifies a hidden check.
    HiddenValueLeaks,
    /// A hidden file has no canary.
    CanaryMissing,
    /// Students can read the canary of a hidden file.
    CanaryLeaks,
}

impl FindingKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 32] = [
        Self::Unreadable,
        Self::ManifestInvalid,
        Self::TextMissing,
        Self::FileMissing,
        Self::HintsMissing,
        Self::PointsWrong,
        Self::SyllabusDiffers,
        Self::SignatureDiffers,
        Self::MarkersInvalid,
        Self::StubDiffers,
        Self::AnswersMissing,
        Self::HeaderInvalid,
        Self::DiffInvalid,
        Self::CannotJudge,
        Self::DoesNotCompile,
        Self::CompilerWarns,
        Self::StubIsStarted,
        Self::RightAnswerFails,
        Self::MistakeNotFound,
        Self::KindDiffers,
        Self::UndeclaredFailure,
        Self::ReplayDiffers,
        Self::PropertyUnfed,
        Self::RecordUnread,
        Self::ModelMutantPasses,
        Self::MemoryUnexplained,
        Self::SleepUnchecked,
        Self::CheckNeverFails,
        Self::HiddenNameLeaks,
        Self::HiddenValueLeaks,
        Self::CanaryMissing,
        Self::CanaryLeaks,
    ];

    /// The name that reports use, `header-invalid` for example.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::ManifestInvalid => "manifest-invalid",
            Self::TextMissing => "text-missing",
            Self::FileMissing => "file-missing",
            Self::HintsMissing => "hints-missing",
            Self::PointsWrong => "points-wrong",
            Self::SyllabusDiffers => "syllabus-differs",
            Self::SignatureDiffers => "signature-differs",
            Self::MarkersInvalid => "markers-invalid",
            Self::StubDiffers => "stub-differs",
            Self::AnswersMissing => "answers-missing",
            Self::HeaderInvalid => "header-invalid",
            Self::DiffInvalid => "diff-invalid",
            Self::CannotJudge => "cannot-judge",
            Self::DoesNotCompile => "does-not-compile",
            Self::CompilerWarns => "compiler-warns",
            Self::StubIsStarted => "stub-is-started",
            Self::RightAnswerFails => "right-answer-fails",
            Self::MistakeNotFound => "mistake-not-found",
            Self::KindDiffers => "kind-differs",
            Self::UndeclaredFailure => "undeclared-failure",
            Self::ReplayDiffers => "replay-differs",
            Self::PropertyUnfed => "property-unfed",
            Self::RecordUnread => "record-unread",
            Self::ModelMutantPasses => "model-mutant-passes",
            Self::MemoryUnexplained => "memory-unexplained",
            Self::SleepUnchecked => "sleep-unchecked",
            Self::CheckNeverFails => "check-never-fails",
            Self::HiddenNameLeaks => "hidden-name-leaks",
            Self::HiddenValueLeaks => "hidden-value-leaks",
            Self::CanaryMissing => "canary-missing",
            Self::CanaryLeaks => "canary-leaks",
        }
    }
}

/// Time and effort; different in every run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// The total time of judging the answers when they were judged, in milliseconds.
    pub judging_ms: u64,
    /// How many of the answers were known from an earlier run.
    pub known: usize,
    /// What each check took.
    #[serde(default)]
    pub checks: BTreeMap<String, CheckTime>,
}

/// What a check took when answers were judged; compiling is no part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckTime {
    /// All answers with all seeds, in milliseconds.
    pub all_ms: u64,
    /// The answer that took longest, with all seeds.
    pub slowest: String,
    /// How long that one took.
    pub slowest_ms: u64,
}
