//! The commands for teachers, and the opening of sealed checks. Only the full build has them.
//!
//! `commands/without_teachers.rs` offers the same names to the small build.

mod dev;
mod publish;

use crate::{
    ExitCode,
    cli::Teachers,
    course::Course,
    mutate, new, patch,
    publish::Error as PublishError,
    ui::Ui,
    user_error::{UserError, of},
};

pub(crate) use crate::publish::{key, seal::Identity, unseal};
use dev::{StubError, WrongError};

/// Runs the command that was asked for.
pub(crate) fn run(course: &Course, command: &Teachers, ui: &Ui) -> anyhow::Result<ExitCode> {
    match command {
        Teachers::Publish(arguments) => publish::run(course, arguments, ui),
        Teachers::Dev(command) => dev::run(course, command, ui),
    }
}

/// The advice of an error that only teachers meet.
pub(crate) fn advice<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a dyn UserError> {
    of::<StubError>(error)
        .or_else(|| of::<WrongError>(error))
        .or_else(|| of::<mutate::EquivalentsError>(error))
        .or_else(|| of::<mutate::Error>(error))
        .or_else(|| of::<new::Error>(error))
        .or_else(|| of::<patch::Error>(error))
        .or_else(|| of::<PublishError>(error))
}
