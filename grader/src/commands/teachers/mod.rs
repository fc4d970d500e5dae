//! The commands for teachers, one file a command. Only the full build has them.

mod check_kit;
mod mutate;
mod new;
mod publish;
mod shared;
mod stub;
mod wrong;

use crate::{
    ExitCode,
    cli::{Dev, Teachers},
    kit::Course,
    ui::Ui,
};

pub(crate) use stub::Error as StubError;
pub(crate) use wrong::Error as WrongError;

/// Runs the command that was asked for.
pub(crate) fn run(course: &Course, command: &Teachers, ui: &Ui) -> anyhow::Result<ExitCode> {
    match command {
        Teachers::CheckKit(arguments) => check_kit::run(course, arguments, ui),
        Teachers::Mutate(arguments) => mutate::run(course, arguments, ui),
        Teachers::Stub(arguments) => stub::run(course, arguments, ui),
        Teachers::New(arguments) => new::run(course, arguments, ui),
        Teachers::Publish(arguments) => publish::run(course, arguments, ui),
        Teachers::Dev(Dev::Wrong(command)) => wrong::run(course, command, ui),
    }
}
