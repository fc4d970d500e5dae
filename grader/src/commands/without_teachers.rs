//! Stands in the small build where the full one has the commands for teachers.
//!
//! No command gets here: `forward` hands what needs the full build over to it. If a new command is
//! forgotten there, the student gets an error and not a wrong verdict.

use std::path::Path;

use crate::{
    ExitCode,
    cli::Teachers,
    course::{Course, Exercise},
    forward::Error,
    ui::Ui,
    user_error::UserError,
};

/// A key that opens sealed checks: this build has none.
#[derive(Debug)]
pub(crate) enum Identity {}

pub(crate) fn run(_: &Course, _: &Teachers, _: &Ui) -> anyhow::Result<ExitCode> {
    Err(Error::StillSmall.into())
}

pub(crate) fn key(file: Option<&Path>) -> Result<Option<Identity>, Error> {
    file.map_or(Ok(None), |_| Err(Error::StillSmall))
}

pub(crate) fn unseal(_: &mut Exercise, key: &Identity) -> anyhow::Result<()> {
    match *key {}
}

pub(crate) fn advice<'a>(_: &'a (dyn std::error::Error + 'static)) -> Option<&'a dyn UserError> {
    None
}
