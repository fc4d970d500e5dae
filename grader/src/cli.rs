//! The command line, and nothing but the command line.

use std::{num::NonZero, path::PathBuf};

use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use grader_schema::{RunMode, text::Language};

/// Checks exercises in concurrent programming by exploring the schedules that the code allows.
#[derive(Debug, Parser)]
#[command(
    name = "grader",
    version,
    max_term_width = 80,
    propagate_version = true,
    after_help = "Start with `cargo grader list`, then `cargo grader check`.\n\
                  开始：`cargo grader list`，然后 `cargo grader check`。"
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The course: the directory with `exercises/` and `grader/` [default: this directory, or the nearest one above it]
    #[arg(long, alias = "kit", value_name = "DIR", global = true)]
    pub course: Option<PathBuf>,
    /// Language of all messages [default: from the environment]
    #[arg(long, value_name = "LANG", global = true)]
    pub lang: Option<Lang>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorChoice,
}

/// A language, by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// 简体中文
    Zh,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Zh => Self::Chinese,
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// How a command prints what it has found: the same option everywhere.
#[derive(Debug, Clone, Copy, Args)]
pub struct OutputArgs {
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// The same for the commands that had `--json` before.
#[derive(Debug, Clone, Copy, Args)]
pub struct TeacherOutputArgs {
    /// The option.
    #[command(flatten)]
    output: OutputArgs,
    /// The former name of `--format json`
    #[arg(long, hide = true, conflicts_with = "format")]
    json: bool,
}

impl TeacherOutputArgs {
    /// The format that was asked for.
    pub fn format(self) -> Format {
        if self.json {
            Format::Json
        } else {
            self.output.format
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the exercises and your progress
    List(List),
    /// Judge exercises
    Check(Check),
    /// Show the next hint for an exercise
    Hint(Hint),
    /// Replay one failing schedule, by its token
    Replay(Replay),
    /// Show points, chapter by chapter, and what to do next
    Report(Report),
    /// Restore an exercise to its stub; your work is kept in a backup
    Reset(Reset),
    /// Check that this computer has what the grader needs
    Doctor,
    /// What only teachers do.
    #[command(flatten)]
    Teachers(Teachers),
}

/// What only teachers do. The small build knows the words, and leaves the rest to the full one.
#[derive(Debug, Subcommand)]
pub enum Teachers {
    /// For teachers: make a pack for students, without any secrets
    Publish(Publish),
    /// For teachers: write exercises, and check their checks
    #[command(subcommand)]
    Dev(Dev),
}

/// The commands for authors of exercises.
#[derive(Debug, Subcommand)]
pub enum Dev {
    /// Create an exercise that is complete from the start
    New(New),
    /// Generate the stubs from the reference solutions, and the table of the syllabus
    Stub(Stub),
    /// Check the checks, with every answer in `solutions/`
    Check(DevCheck),
    /// Put mistakes into the reference solutions: the checks must find them
    Mutate(Mutate),
    /// Read and write the wrong answers, which are diffs from right ones
    #[command(subcommand)]
    Wrong(Wrong),
}

/// What is done with wrong answers.
#[derive(Debug, Subcommand)]
pub enum Wrong {
    /// List the wrong answers: what each is based on, and whether it applies
    List(Chosen),
    /// Show a wrong answer as the file that is judged
    Show(ShowWrong),
    /// Write a wrong answer from a whole file, as a diff from the nearest right answer
    Make(MakeWrong),
    /// Rewrite the diffs after a right answer has changed
    Refresh(Chosen),
}

/// Some exercises, or all.
#[derive(Debug, Args)]
pub struct Chosen {
    /// Exercises: numbers, names, or ranges such as `04-10` [default: all]
    #[arg(value_name = "EXERCISE")]
    pub exercises: Vec<String>,
}

/// Arguments of `dev wrong show`.
#[derive(Debug, Args)]
pub struct ShowWrong {
    /// The exercise: its number or name
    #[arg(value_name = "EXERCISE")]
    pub exercise: String,
    /// The wrong answer: the name of its file, without the ending
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Arguments of `dev wrong make`.
#[derive(Debug, Args)]
pub struct MakeWrong {
    /// The exercise: its number or name
    #[arg(value_name = "EXERCISE")]
    pub exercise: String,
    /// The wrong answer: the name of its file, without the ending
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The whole answer: a `lib.rs`, or a directory with `src/lib.rs` [default: the file that the answer has now]
    #[arg(long, value_name = "PATH")]
    pub source: Option<PathBuf>,
}

/// Arguments of `dev new`.
#[derive(Debug, Args)]
pub struct New {
    /// Its name: lower-case letters, digits and hyphens
    #[arg(value_name = "NAME")]
    pub slug: String,
    /// Its chapter, 1 to 7
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=7))]
    pub chapter: u8,
    /// How answers are run
    #[arg(long = "engine", value_name = "ENGINE", default_value = "model", value_parser = run_mode())]
    pub mode: RunMode,
    /// Its number [default: the next one after the syllabus]
    #[arg(long, value_name = "N")]
    pub number: Option<u32>,
}

/// Reads the name of a mode, and lists the names with what they mean in the help.
fn run_mode() -> impl TypedValueParser<Value = RunMode> {
    let names = RunMode::ALL.map(|mode| PossibleValue::new(mode.name()).help(mode.traits().help));
    PossibleValuesParser::new(names)
        .map(|name| RunMode::named(&name).expect("no other name is allowed"))
}

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub struct Publish {
    /// Exercises: numbers, names, or ranges such as `04-10` [default: all]
    #[arg(value_name = "EXERCISE", conflicts_with = "assignment")]
    pub exercises: Vec<String>,
    /// Take exercises, points and dates from this file
    #[arg(long, value_name = "FILE")]
    pub assignment: Option<PathBuf>,
    /// Where the pack goes: a new directory, or a file that ends in `.tar.zst`
    #[arg(long, value_name = "PATH", required_unless_present = "check")]
    pub out: Option<PathBuf>,
    /// Seal the hidden checks for this public key (`age1…`), or for those in this file; may be repeated
    #[arg(long, value_name = "KEY", conflicts_with = "public_only")]
    pub seal: Vec<String>,
    /// Leave the hidden checks out
    #[arg(long)]
    pub public_only: bool,
    /// Write nothing; say what would change for students who have this pack
    #[arg(long, value_name = "PACK", conflicts_with_all = ["exercises", "assignment", "out", "seal", "public_only"])]
    pub check: Option<PathBuf>,
}

/// Arguments of `dev check`.
#[derive(Debug, Args)]
pub struct DevCheck {
    /// Exercises: numbers, names, or ranges such as `04-10` [default: all]
    #[arg(value_name = "EXERCISE")]
    pub exercises: Vec<String>,
    /// Judge every answer with the seeds 1 to N
    #[arg(long, value_name = "N", default_value = "5")]
    pub seeds: NonZero<u64>,
    /// Judge a wrong answer only by the checks that it declares to fail; failures that it does not declare are not found, nor what its histories say of a model
    #[arg(long)]
    pub declared: bool,
    /// How many answers to judge in parallel; the findings do not depend on it [default: one per core]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// How to print it.
    #[command(flatten)]
    pub output: TeacherOutputArgs,
    /// Judge every answer again, even if an earlier run has judged it
    #[arg(long)]
    pub no_cache: bool,
    /// Print on standard error how long each check took, and which answer took longest
    #[arg(long)]
    pub times: bool,
}

/// Arguments of `dev mutate`.
#[derive(Debug, Args)]
pub struct Mutate {
    /// Exercises: numbers, names, or ranges such as `04-10` [default: all]
    #[arg(value_name = "EXERCISE")]
    pub exercises: Vec<String>,
    /// Judge a mutant with the seeds 1 to N, until one of them detects it
    #[arg(long, value_name = "N", default_value = "1")]
    pub seeds: NonZero<u64>,
    /// How many mutants to judge in parallel [default: one per core]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// Delete one property of the checks at a time instead; the outcome of some answer must change
    #[arg(long)]
    pub properties: bool,
    /// Delete only N properties, chosen by --seed
    #[arg(long, value_name = "N", requires = "properties")]
    pub sample: Option<usize>,
    /// Seed that chooses the sample
    #[arg(long, value_name = "SEED", default_value = "1", requires = "sample")]
    pub seed: u64,
    /// Judge a mutant by one check after the other until one fails, which takes less time
    #[arg(long, conflicts_with = "properties")]
    pub first: bool,
    /// How to print it.
    #[command(flatten)]
    pub output: TeacherOutputArgs,
    /// Judge every mutant again, even if an earlier run has judged it
    #[arg(long)]
    pub no_cache: bool,
}

/// Arguments of `dev stub`.
#[derive(Debug, Args)]
pub struct Stub {
    /// Exercises: numbers, names, or ranges such as `04-10` [default: all]
    #[arg(value_name = "EXERCISE")]
    pub exercises: Vec<String>,
    /// Write nothing; show how the stubs differ from the generated ones
    #[arg(long)]
    pub check: bool,
    /// Write the stub even over a student's work; the work is kept in a backup
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct List {
    /// How to print it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Exercises: numbers, names, or ranges such as `04-10` [default: the first one not passed]
    #[arg(value_name = "EXERCISE")]
    pub exercises: Vec<String>,
    /// Judge every exercise
    #[arg(long, conflicts_with = "exercises")]
    pub all: bool,
    /// Which answer to judge.
    #[command(flatten)]
    pub answer: AnswerArgs,
    /// Open sealed hidden checks with the secret key in this file
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// When the answers were submitted, such as `2026-10-14T23:59` in the time zone of the assignment [default: now]
    #[arg(long, value_name = "MOMENT", allow_hyphen_values = true)]
    pub submitted: Option<String>,
    /// For teachers: leave hidden checks out, as in a student's copy; progress is not recorded
    #[arg(long, conflicts_with = "key")]
    pub public_only: bool,
    /// Seed of all random choices
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many checks to judge in parallel; the verdict does not depend on it [default: one per core]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// Fork every process in every execution, instead of remembering what processes do; the verdict does not depend on it
    #[arg(long, hide = true)]
    pub plain_forks: bool,
    /// How to print it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which answer to judge.
#[derive(Debug, Clone, Args)]
pub struct AnswerArgs {
    /// Judge the reference solution instead of your answer
    #[arg(long)]
    pub solution: bool,
    /// Judge this answer instead: a `lib.rs`, or a directory with `src/lib.rs`
    #[arg(long, value_name = "PATH", conflicts_with = "solution")]
    pub source: Option<PathBuf>,
}

/// Arguments of `hint`.
#[derive(Debug, Args)]
pub struct Hint {
    /// The exercise: its number or name
    #[arg(value_name = "EXERCISE")]
    pub exercise: String,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct Replay {
    /// The exercise: its number or name
    #[arg(value_name = "EXERCISE")]
    pub exercise: String,
    /// The token printed with the failure
    #[arg(value_name = "TOKEN")]
    pub token: String,
    /// Also write the generated program that fails as a test of the exercise's crate
    #[arg(long)]
    pub as_test: bool,
    /// Which answer to judge.
    #[command(flatten)]
    pub answer: AnswerArgs,
    /// Open sealed hidden checks with the secret key in this file
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// How to print it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// How to print it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `reset`.
#[derive(Debug, Args)]
pub struct Reset {
    /// The exercise: its number or name
    #[arg(value_name = "EXERCISE")]
    pub exercise: String,
}
