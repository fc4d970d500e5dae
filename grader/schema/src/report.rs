//! The report of `grader check`, as `--format json` prints it.
//!
//! Everything but [`Timing`] depends on the inputs alone, so two runs differ in
//! nothing else. In a pack with dates the moment of submission is one of the inputs, and it is
//! the moment of the run if none was given.

use serde::{Deserialize, Serialize};

use crate::{RunMode, Text, assignment::Dated, protocol::Outside, trace::Trace};

/// The version of the report format.
pub const FORMAT: u32 = 1;

/// What one run of `grader check` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this format, [`FORMAT`].
    pub format: u32,
    /// Version of the grader.
    pub grader: String,
    /// `rustc -V` of the toolchain that compiled the answers.
    pub toolchain: String,
    /// The seed of the run.
    pub seed: u64,
    /// Points earned.
    pub points: u32,
    /// Points that could be earned, with those that hidden checks judge which are not here.
    pub max_points: u32,
    /// Points of `max_points` that hidden checks judge which are not here, or are sealed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unjudged_points: u32,
    /// The assignment that the exercises are, and when it was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed: Option<Handed>,
    /// One entry per exercise, in syllabus order.
    pub exercises: Vec<ExerciseReport>,
}

/// An assignment, and the relation of the submission time to its dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// The assignment.
    pub assignment: Dated,
    /// The moment of submission that was given (RFC 9557); none if it is the moment of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<String>,
    /// Its relation to the dates.
    pub standing: Standing,
    /// Days that have begun since it was due.
    pub late_days: u32,
    /// The percentage of the points that is lost to lateness.
    pub percent_lost: u32,
}

/// The relation of a submission time to the dates of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The assignment is not open yet.
    NotOpen,
    /// In time.
    InTime,
    /// Late, but accepted.
    Late,
    /// Too late to be accepted.
    Closed,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(points: &u32) -> bool {
    *points == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(it: &bool) -> bool {
    !*it
}

/// What was found about one exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseReport {
    /// The slug.
    pub id: String,
    /// Position in the syllabus.
    pub number: u32,
    /// Title of the task.
    pub title: Text,
    /// How the code was run.
    #[serde(rename = "engine")]
    pub mode: RunMode,
    /// The answer judged, as the user named it.
    pub source: String,
    /// The directory of the exercise, from the top of the course.
    #[serde(default)]
    pub directory: String,
    /// The files that a student edits, from that directory.
    #[serde(default)]
    pub editable: Vec<String>,
    /// The options that name the answer again, such as `--source 'my answer.rs'`, as a shell
    /// takes them; empty for the student's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer_options: String,
    /// Whether the assignment's dates hold for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_assigned: bool,
    /// What the student does next after a pass; empty if no student's work was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub following: Option<Following>,
    /// The overall result.
    pub status: Status,
    /// Points earned, without those that are lost because it is late.
    pub points: u32,
    /// Points that could be earned, with those that hidden checks judge which are not here.
    pub max_points: u32,
    /// Points of `max_points` that hidden checks judge which are not here, or are sealed. More
    /// than none: what passed are the public checks.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unjudged_points: u32,
    /// Points that were earned and are lost because it is late.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost_to_lateness: u32,
    /// Why there was nothing to run, in the grader's own words; nothing where the compiler says
    /// it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Text>,
    /// What the compiler said, where it said anything worth reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compiler: Option<String>,
    /// One entry per check, in the manifest's order; empty if the answer does not compile.
    pub checks: Vec<CheckReport>,
    /// How long it took: the only part that differs between two runs.
    pub timing: Timing,
}

/// What a student does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Following {
    /// The next exercise of the syllabus; its directory.
    Exercise(String),
    /// It was the last one: the overview of all points.
    Overview,
}

/// Overall result of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Every check that was judged passed; `unjudged_points` says whether there are more.
    Passed,
    /// At least one check failed.
    Failed,
    /// The answer does not compile.
    DoesNotCompile,
    /// The exercise is not started: a `todo!()` was reached and nothing passed.
    NotStarted,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The check's id in the manifest.
    pub id: String,
    /// Whether students see its source.
    pub visibility: Visibility,
    /// What it shows.
    pub title: Text,
    /// Points earned.
    pub points: u32,
    /// Points that could be earned.
    pub max_points: u32,
    /// Executions until one failed, that one among them; none if nothing failed, or if only
    /// one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executions: Option<u64>,
    /// The verdict.
    pub verdict: Verdict,
}

impl ExerciseReport {
    /// The checks that passed by judging generated programs.
    pub fn generated(&self) -> impl Iterator<Item = &str> {
        let checks = self.checks.iter().filter(|check| {
            let Verdict::Passed { evidence } = &check.verdict else {
                return false;
            };
            matches!(evidence, Evidence::Programs { .. })
        });
        checks.map(|check| check.id.as_str())
    }
}

/// Who sees the source of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Students do.
    Public,
    /// Only the teacher does.
    Hidden,
}

/// The verdict on one check. A student's failure is this value, never an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every promise was kept.
    Passed {
        /// The evidence.
        evidence: Evidence,
    },
    /// A promise was broken.
    Failed(Box<Failure>),
}

/// The evidence of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Evidence {
    /// Every distinct interleaving of the scenario was judged: a proof for this scenario.
    AllInterleavings {
        /// How many there are.
        executions: u64,
    },
    /// So many schedules were sampled, none failed.
    Sampled {
        /// Schedules run.
        executions: u64,
        /// Distinct histories among them.
        histories: u64,
        /// What the answer touched outside of the model, so that no search could be a proof.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outside: Option<Outside>,
    },
    /// All programs of a size were judged, and larger ones that were drawn.
    Programs {
        /// How many programs there are of that size.
        programs: u64,
        /// The most threads of these programs.
        threads: u64,
        /// The most calls of each thread.
        calls: u64,
        /// Of how many programs only some schedules were tried.
        sampled: u64,
        /// How many larger programs were judged.
        larger: u64,
        /// All interleavings that were judged, and schedules that were tried.
        executions: u64,
        /// What the answer touched outside of the model, so that no search could be a proof.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outside: Option<Outside>,
    },
    /// So many cases were run and compared.
    Cases {
        /// Cases run.
        cases: u64,
    },
}

/// A broken promise and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What the README promises.
    pub promise: Text,
    /// What happened instead.
    pub happened: Text,
    /// The failing case as a picture of characters, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawing: Vec<Text>,
    /// The generated program that shows it, in Rust, as small as could be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The same program as a test for the crate of the answer, which real threads run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// What in the interleaving caused it, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Text>,
    /// What to do next.
    pub next: Text,
    /// Names the schedule for `grader replay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The shortest interleaving found that fails in this way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
    /// What the answer printed in that execution, cut to a readable length.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
}

/// The kinds of failure. A wrong answer declares which one it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// A property does not hold.
    Property,
    /// Threads wait for each other, or for an event that never happens.
    Deadlock,
    /// A thread panicked, and no other thread handled the panic.
    Panic,
    /// No end within the step limit, under a fair schedule.
    NoProgress,
    /// Two threads accessed the same plain memory, at least one wrote, and no synchronisation orders them.
    DataRace,
    /// A `todo!()` was reached.
    NotStarted,
    /// The answer's process died: a signal, an abort, a stack overflow.
    Crashed,
    /// The answer's process ended before its work was done, `exit(0)` for example.
    ExitedEarly,
    /// The program printed more than an execution may.
    OutputLimit,
    /// The wall-clock limit was exceeded.
    TimedOut,
    /// A reply on the result channel did not match its request.
    Protocol,
}

impl FailureKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Property,
        Self::Deadlock,
        Self::Panic,
        Self::NoProgress,
        Self::DataRace,
        Self::NotStarted,
        Self::Crashed,
        Self::ExitedEarly,
        Self::OutputLimit,
        Self::TimedOut,
        Self::Protocol,
    ];

    /// The name that reports and wrong answers use, `exited-early` for example.
    pub fn name(self) -> &'static str {
        match self {
            Self::Property => "property",
            Self::Deadlock => "deadlock",
            Self::Panic => "panic",
            Self::NoProgress => "no-progress",
            Self::DataRace => "data-race",
            Self::NotStarted => "not-started",
            Self::Crashed => "crashed",
            Self::ExitedEarly => "exited-early",
            Self::OutputLimit => "output-limit",
            Self::TimedOut => "timed-out",
            Self::Protocol => "protocol",
        }
    }
}

/// Wall-clock time in milliseconds; measured, so different in every run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Compiling and linking.
    pub compile_ms: u64,
    /// Running and judging.
    pub run_ms: u64,
}
