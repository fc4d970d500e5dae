//! The grader of Interleave, a course in concurrent programming.
//!
//! [`run`] is the whole program. Arguments ([`cli`]), behaviour (`commands`) and
//! wire formats (the `grader-schema` crate) are three places. Reading the course
//! (`kit`), taking an answer in (`answer`), compiling and judging it (`judge`) and
//! remembering the result (`progress`) touch the world; deciding which exercises
//! are meant, what an answer is worth and how it is drawn (`render`) does not.
#![forbid(unsafe_code)]
#![expect(
    clippy::format_push_string,
    reason = "text is put together here and there; `let _ = write!` would say that this can fail"
)]

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

mod answer;
mod audit;
mod backup;
pub mod cli;
mod commands;
mod digest;
pub mod docs;
mod exit;
mod judge;
mod kit;
mod language;
mod mutate;
mod new;
mod outcomes;
mod progress;
mod publish;
mod render;
mod stub;
mod syllabus;
mod trouble;
mod ui;

pub use exit::ExitCode;

/// Runs the program with these arguments, the first of which is its own name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = cli::Cli::command()
        .try_get_matches_from(args)
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
    match commands::run(&cli, &ui) {
        Ok(code) => code,
        Err(error) if ui::is_broken_pipe(&error) => ExitCode::Passed,
        Err(error) => trouble::tell(&error, &ui),
    }
}
