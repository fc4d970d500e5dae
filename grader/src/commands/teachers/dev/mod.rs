//! `dev`: the commands for those who write exercises, one file a command.

mod check;
mod mutate;
mod new;
mod shared;
mod stub;
mod wrong;

use crate::{ExitCode, cli::Dev, course::Course, ui::Ui};

pub(crate) use stub::Error as StubError;
pub(crate) use wrong::Error as WrongError;

/// Runs the command that was asked for.
pub(super) fn run(course: &Course, command: &Dev, ui: &Ui) -> anyhow::Result<ExitCode> {
    match command {
        Dev::New(arguments) => new::run(course, arguments, ui),
        Dev::Stub(arguments) => stub::run(course, arguments, ui),
        Dev::Check(arguments) => check::run(course, arguments, ui),
        Dev::Mutate(arguments) => mutate::run(course, arguments, ui),
        Dev::Wrong(command) => wrong::run(course, command, ui),
    }
}
