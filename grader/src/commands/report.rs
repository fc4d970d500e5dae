//! `report`: points by chapter, and what to do next.

use super::{items, tell_damage};
use crate::{
    ExitCode,
    cli::{Format, Report},
    kit::Course,
    progress,
    render::progress::{overview, render},
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &Report, ui: &Ui) -> anyhow::Result<ExitCode> {
    let opened = progress::read(&course.state())?;
    tell_damage(&opened, ui);
    let overview = overview(&items(course, &opened)?, &opened.progress);
    match arguments.format {
        Format::Text => ui.out(&render(&overview, ui.into()))?,
        Format::Json => ui.out(&format!("{}\n", serde_json::to_string_pretty(&overview)?))?,
    }
    Ok(ExitCode::Passed)
}
