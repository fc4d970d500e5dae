//! `reset`: the stub is put back, and the work is kept.

use std::path::Path;

use fs_err as fs;
use grader_schema::text::Language;

use crate::{ExitCode, cli::Reset, kit::Course, ui::Ui};

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
            Language::English => format!("{directory} is as it was given; nothing to do.\n"),
            Language::Chinese => format!("{directory} 与初始状态相同；无需操作。\n"),
        })?;
        return Ok(ExitCode::Passed);
    }

    let backups = course
        .state()
        .join("backup")
        .join(exercise.entry.directory());
    let backup = fresh(&backups)?;
    for path in &changed {
        let (from, to) = (place.join(path), backup.join(path));
        if from.symlink_metadata().is_ok() {
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            // Moved and not copied: what is no file, or leads elsewhere, is kept as it is.
            fs::rename(&from, &to)?;
        }
        if let Some(parent) = from.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(place.join("stub").join(path), &from)?;
    }
    let backup = backup.strip_prefix(&course.root).unwrap_or(&backup);
    let backup = backup.display();
    ui.out(&match ui.language {
        Language::English => {
            format!("{directory} is as it was given again.\nYour work is kept in {backup}.\n")
        }
        Language::Chinese => {
            format!("{directory} 已恢复为初始状态。\n你的代码保存在 {backup}。\n")
        }
    })?;
    Ok(ExitCode::Passed)
}

/// A directory that nobody had before.
fn fresh(parent: &Path) -> std::io::Result<std::path::PathBuf> {
    fs::create_dir_all(parent)?;
    let mut number = 1_u32;
    loop {
        let path = parent.join(number.to_string());
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}
