//! The commands for teachers. Only the full build has them.

mod dev;
mod publish;

use crate::{ExitCode, cli::Teachers, course::Course, ui::Ui};

pub(crate) use dev::{StubError, WrongError};

/// Runs the command that was asked for.
pub(crate) fn run(course: &Course, command: &Teachers, ui: &Ui) -> anyhow::Result<ExitCode> {
    match command {
        Teachers::Publish(arguments) => publish::run(course, arguments, ui),
        Teachers::Dev(command) => dev::run(course, command, ui),
    }
}
