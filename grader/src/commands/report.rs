//! `report`: shows points by chapter, and what to do next.

use super::{items, tell_copies, tell_damage};
use crate::{
    ExitCode,
    cli::{Format, Report},
    course::Course,
    progress,
    render::{
        self,
        progress::{overview, render as progress_of},
    },
    submission_time,
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &Report, ui: &Ui) -> anyhow::Result<ExitCode> {
    let opened = progress::read(&course.state())?;
    tell_damage(&opened, ui);
    tell_copies(course, ui);
    let assignment = course.pack.as_ref().and_then(|it| it.assignment.clone());
    let overview = overview(&items(course, &opened)?, &opened.progress, assignment);
    match arguments.output.format {
        Format::Text => {
            let dates = submission_time::of(course, None)?
                .zip(overview.assignment.as_ref())
                .map(|(now, it)| render::dates::heading(it, &now, ui.into()))
                .unwrap_or_default();
            ui.out(&format!("{dates}{}", progress_of(&overview, ui.into())))?;
        }
        Format::Json => ui.json(&overview)?,
    }
    Ok(ExitCode::Passed)
}
