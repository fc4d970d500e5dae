//! `.grader/progress.json`: read, changed and written so that nothing is ever lost.
//!
//! Two graders may run at once, so every change happens under a lock. A crash may
//! come at any time, so a new file replaces the old one only when it is on the disk.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use fs_err as fs;
use grader_schema::{
    Text,
    progress::{ExerciseProgress, FORMAT, LastFailure, Progress},
    report::{ExerciseReport, FailureKind, Verdict},
};
use rustix::fs::{FlockOperation, flock};
use thiserror::Error;

use crate::trouble::Advise;

/// Why progress cannot be kept.
#[derive(Debug, Error)]
#[error("cannot keep progress")]
pub(crate) struct Error(#[source] std::io::Error);

impl Advise for Error {
    fn next(&self) -> Text {
        Text::new(
            "make `.grader/` in the course directory writable; `cargo grader doctor` looks at it",
            "请确保课程目录下的 `.grader/` 可写；`cargo grader doctor` 会检查",
        )
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self(error)
    }
}

/// Progress, and where a damaged file was put aside if there was one.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// What the file says.
    pub(crate) progress: Progress,
    /// The damaged file's new name.
    pub(crate) damaged: Option<PathBuf>,
}

/// Reads progress without changing it, but for putting a damaged file aside.
pub(crate) fn read(state: &Path) -> Result<Opened, Error> {
    if !state.join("progress.json").exists() {
        return Ok(Opened::default());
    }
    let _lock = lock(state)?;
    load(state)
}

/// Changes progress; other graders wait.
pub(crate) fn update(state: &Path, change: impl FnOnce(&mut Progress)) -> Result<Opened, Error> {
    fs::create_dir_all(state)?;
    let _lock = lock(state)?;
    let mut opened = load(state)?;
    change(&mut opened.progress);
    save(state, &opened.progress)?;
    Ok(opened)
}

/// Writes down what a check found.
pub(crate) fn record(progress: &mut Progress, report: &ExerciseReport) {
    let entry: &mut ExerciseProgress = progress.exercises.entry(report.id.clone()).or_default();
    entry.status = Some(report.status);
    entry.points = report.points;
    entry.best = entry.best.max(report.points);
    entry.max_points = report.max_points;
    entry.attempts = entry.attempts.saturating_add(1);
    entry.last_failure = report.checks.iter().find_map(|check| match &check.verdict {
        Verdict::Passed { .. } => None,
        // What is not written yet has not failed.
        Verdict::Failed(failure) if failure.kind == FailureKind::NotStarted => None,
        Verdict::Failed(failure) => Some(LastFailure {
            check: check.id.clone(),
            happened: failure.happened.clone(),
            token: failure.token.clone(),
        }),
    });
}

/// The lock is let go when the file is closed, even by a crash.
fn lock(state: &Path) -> Result<fs::File, Error> {
    let file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(state.join("lock"))?;
    flock(file.file(), FlockOperation::LockExclusive).map_err(std::io::Error::from)?;
    Ok(file)
}

fn load(state: &Path) -> Result<Opened, Error> {
    let path = state.join("progress.json");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Opened::default());
        }
        Err(error) => return Err(error.into()),
    };
    if let Ok(progress) = serde_json::from_slice::<Progress>(&bytes)
        && progress.format == FORMAT
    {
        return Ok(Opened {
            progress,
            damaged: None,
        });
    }
    let aside = (1..=u32::MAX)
        .map(|number| state.join(format!("progress.damaged-{number}.json")))
        .find(|path| !path.exists())
        .ok_or_else(|| std::io::Error::other("too many damaged progress files"))?;
    fs::rename(&path, &aside)?;
    Ok(Opened {
        progress: Progress::default(),
        damaged: Some(aside),
    })
}

fn save(state: &Path, progress: &Progress) -> Result<(), Error> {
    let mut text = serde_json::to_vec_pretty(progress).map_err(std::io::Error::from)?;
    text.push(b'\n');
    let mut file = tempfile::Builder::new()
        .prefix(".progress-")
        .tempfile_in(state)?;
    file.write_all(&text)?;
    file.as_file().sync_all()?;
    file.persist(state.join("progress.json"))
        .map_err(|error| error.error)?;
    fs::File::open(state)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{read, update};

    #[test]
    fn concurrent_updates_are_all_kept() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let state = dir.path();
                scope.spawn(move || {
                    for _ in 0..10 {
                        update(state, |progress| {
                            let entry = progress.exercises.entry(format!("e{}", thread % 2));
                            entry.or_default().attempts += 1;
                        })
                        .unwrap();
                    }
                });
            }
        });
        let progress = read(dir.path()).unwrap().progress;
        let attempts: Vec<u32> = progress
            .exercises
            .values()
            .map(|one| one.attempts)
            .collect();
        assert_eq!(attempts, [40, 40]);
    }

    #[test]
    fn a_damaged_file_is_put_aside_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        for (number, damage) in [
            "{\"format\": 1, \"exer",
            "{\"format\": 7, \"exercises\": {}}",
        ]
        .into_iter()
        .enumerate()
        {
            fs_err::write(dir.path().join("progress.json"), damage).unwrap();
            let opened = read(dir.path()).unwrap();
            assert!(opened.progress.exercises.is_empty());
            let aside = opened.damaged.unwrap();
            assert!(aside.ends_with(format!("progress.damaged-{}.json", number + 1)));
            assert_eq!(fs_err::read_to_string(aside).unwrap(), damage);
        }
    }
}
