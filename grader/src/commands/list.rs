//! `list`: the exercises and how far the student is.

use super::{items, tell_copies, tell_damage};
use crate::{ExitCode, kit::Course, progress, render, ui::Ui};

pub(super) fn run(course: &Course, ui: &Ui) -> anyhow::Result<ExitCode> {
    let opened = progress::read(&course.state())?;
    tell_damage(&opened, ui);
    tell_copies(course, ui);
    let items = items(course, &opened)?;
    ui.out(&render::list::render(&items, ui.into()))?;
    ui.out(&render::stars::legend(&items, ui.into()))?;
    Ok(ExitCode::Passed)
}
