//! The grader of Interleave, a course in concurrent programming.
//!
//! [`run`] is the whole program. Arguments ([`cli`]), behaviour (`commands`) and
//! wire formats (the `grader-schema` crate) are three places. Reading the course
//! (`course`), taking an answer in (`answer`), compiling and judging it (`pipeline`) and
//! remembering the result (`progress`) touch the world; deciding which exercises
//! are meant, what an answer is worth and how it is drawn (`render`) does not.
//!
//! There are two builds. The small one is what students wait for; the full one has the
//! feature `teacher`, and what only teachers need. `commands::teachers` and `patch` have stand-ins
//! in the small one, where `forward` hands a command that needs the full build over to it.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "teacher"),
    expect(
        dead_code,
        unused_imports,
        reason = "what students and teachers share has parts that only the full build uses"
    )
)]
#![expect(
    clippy::format_push_string,
    reason = "text is put together here and there; `let _ = write!` would say that this can fail"
)]

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

mod answer;
mod as_test;
#[cfg(feature = "teacher")]
mod audit;
mod backup;
pub mod cli;
mod commands;
mod course;
mod digest;
#[cfg(feature = "teacher")]
pub mod docs;
mod dot_files;
mod error_report;
mod exit;
mod forward;
mod given;
mod grade;
mod language;
mod lateness;
#[cfg(feature = "teacher")]
mod mutate;
#[cfg(feature = "teacher")]
mod new;
#[cfg(feature = "teacher")]
mod outcomes;
#[cfg(feature = "teacher")]
mod patch;
#[cfg(not(feature = "teacher"))]
#[path = "without_patch.rs"]
mod patch;
mod pipeline;
mod progress;
#[cfg(feature = "teacher")]
mod publish;
#[cfg(feature = "teacher")]
pub mod reference;
mod render;
mod reporter;
mod run_directory;
#[cfg(feature = "teacher")]
mod stub;
mod submission_time;
#[cfg(feature = "teacher")]
mod syllabus;
mod ui;
mod user_error;

pub use exit::ExitCode;

/// Runs the program with these arguments, the first of which is its own name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let parsed = cli::Cli::command()
        .try_get_matches_from(&args)
        .and_then(|matches| cli::Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version arrive here too; clap knows which stream they belong to.
            let code = if error.use_stderr() {
                ExitCode::Usage
            } else {
                ExitCode::Passed
            };
            let _ = error.print();
            return code;
        }
    };
    let ui = ui::Ui::new(&cli.global);
    match commands::run(&cli, args.get(1..).unwrap_or_default(), &ui) {
        Ok(code) => code,
        Err(error) if ui::is_broken_pipe(&error) => ExitCode::Passed,
        Err(error) => error_report::report(&error, &ui),
    }
}
