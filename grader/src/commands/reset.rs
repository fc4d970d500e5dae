//! `reset`: restores the stub and keeps the work in a backup.

use std::path::Path;

use fs_err as fs;
use grader_schema::text::Language;

use crate::{ExitCode, backup, cli::Reset, course::Course, ui::Ui};

pub(super) fn run(course: &Course, arguments: &Reset, ui: &Ui) -> anyhow::Result<ExitCode> {
    let exercise = course.one(&arguments.exercise)?;
    let directory = exercise.directory();
    let place = course.root.join(&directory);
    let editable = &exercise.manifest.editable;

    let mut changed = Vec::new();
    for path in editable {
        let stub = fs::read(place.join("stub").join(path))?;
        // What is not there, or is no file, is not as it was given.
        if fs::read(place.join(path)).ok().as_deref() != Some(&stub) {
            changed.push(path);
        }
    }
    if changed.is_empty() {
        ui.out(&match ui.language {
            Language::English => format!("{directory} is unchanged; nothing to do.\n"),
            Language::Chinese => format!("{directory} 与初始状态相同；无需操作。\n"),
        })?;
        return Ok(ExitCode::Passed);
    }

    let backup = backup::fresh(course, &exercise.entry)?;
    for path in &changed {
        let from = place.join(path);
        if let Some(file) = in_the_way(&place, path) {
            backup::keep(&place.join(file), &backup.join(file))?;
        }
        backup::keep(&from, &backup.join(path))?;
        if let Some(parent) = from.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(place.join("stub").join(path), &from)?;
    }
    let backup = backup.strip_prefix(&course.root).unwrap_or(&backup);
    let backup = backup.display();
    ui.out(&match ui.language {
        Language::English => {
            format!("{directory} is restored to its stub.\nYour work is kept in {backup}.\n")
        }
        Language::Chinese => {
            format!("{directory} 已恢复为初始状态。\n你的代码保存在 {backup}。\n")
        }
    })?;
    Ok(ExitCode::Passed)
}

/// What is no directory and stands where one of this file's has to be.
fn in_the_way<'a>(place: &Path, path: &'a str) -> Option<&'a Path> {
    let directories = Path::new(path).ancestors().skip(1);
    let directories = directories.filter(|it| !it.as_os_str().is_empty());
    let mut found = directories.filter(|directory| {
        let place = place.join(directory);
        place.symlink_metadata().is_ok() && !place.is_dir()
    });
    found.next()
}
