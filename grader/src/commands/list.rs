//! `list`: shows the exercises and the student's progress.

use super::{items, tell_copies, tell_damage};
use crate::{
    ExitCode,
    cli::{Format, List},
    course::Course,
    progress,
    render::{self, list::Listing},
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &List, ui: &Ui) -> anyhow::Result<ExitCode> {
    let opened = progress::read(&course.state())?;
    tell_damage(&opened, ui);
    tell_copies(course, ui);
    let exercises = items(course, &opened)?;
    match arguments.output.format {
        Format::Text => {
            ui.out(&render::list::render(&exercises, ui.into()))?;
            ui.out(&render::stars::legend(&exercises, ui.into()))?;
        }
        Format::Json => ui.json(&Listing {
            format: render::list::FORMAT,
            exercises,
        })?,
    }
    Ok(ExitCode::Passed)
}
