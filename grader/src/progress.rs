//! Reads and writes `.grader/progress.json` so that no progress is ever lost.
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

use crate::user_error::UserError;

/// Why progress cannot be kept.
#[derive(Debug, Error)]
#[error("cannot keep progress")]
pub(crate) struct Error(#[source] std::io::Error);

impl UserError for Error {
    fn next(&self) -> Text {
        Text::new(
            "make `.grader/` in the course directory writable; `cargo grader doctor` checks that",
            "请确保课程目录下的 `.grader/` 可写；`cargo grader doctor` 会检查",
        )
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self(error)
    }
}

/// Progress, and a warning about the file, if any.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// What the file says.
    pub(crate) progress: Progress,
    /// The damaged file's new name.
    pub(crate) damaged: Option<PathBuf>,
    /// The format of a file that a newer version of the course has written. It is left alone.
    pub(crate) newer: Option<u64>,
}

/// Reads progress without changing it, but for putting a damaged file aside. A file of a newer
/// version is neither understood nor touched.
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
    if opened.newer.is_none() {
        save(state, &opened.progress)?;
    }
    Ok(opened)
}

/// Writes down what a check found.
pub(crate) fn record(progress: &mut Progress, report: &ExerciseReport) {
    let entry: &mut ExerciseProgress = progress.exercises.entry(report.id.clone()).or_default();
    entry.status = Some(report.status);
    // What an answer is worth does not change by looking at it once more after the due date.
    let points = report.points.saturating_add(report.lost_to_lateness);
    entry.points = points;
    entry.best = entry.best.max(points);
    entry.max_points = report.max_points;
    entry.unjudged_points = Some(report.unjudged_points);
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

/// The lock is released when the file is closed, even by a crash.
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
            ..Opened::default()
        });
    }
    if let Some(format) = newer(&bytes) {
        return Ok(Opened {
            newer: Some(format),
            ..Opened::default()
        });
    }
    let aside = (1..=u32::MAX)
        .map(|number| state.join(format!("progress.damaged-{number}.json")))
        .find(|path| !path.exists())
        .ok_or_else(|| std::io::Error::other("too many damaged progress files"))?;
    fs::rename(&path, &aside)?;
    Ok(Opened {
        damaged: Some(aside),
        ..Opened::default()
    })
}

/// The format that a file says it has, if it is one that comes after ours. What else is in it
/// cannot be known.
fn newer(bytes: &[u8]) -> Option<u64> {
    /// What every version has.
    #[derive(serde::Deserialize)]
    struct Version {
        format: u64,
    }
    let Version { format } = serde_json::from_slice(bytes).ok()?;
    (format > u64::from(FORMAT)).then_some(format)
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
    fn a_file_of_a_newer_version_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("progress.json");
        for text in [
            "{\"format\": 9, \"exercises\": {}}",
            "{\"format\": 2, \"students\": [1, 2]}",
            "{\"format\": 18446744073709551615}",
        ] {
            fs_err::write(&path, text).unwrap();
            assert!(read(dir.path()).unwrap().newer.is_some(), "{text}");
            let opened = update(dir.path(), |progress| {
                progress.exercises.entry("a".to_owned()).or_default();
            });
            assert_eq!(opened.unwrap().damaged, None, "{text}");
            assert_eq!(fs_err::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_damaged_file_is_put_aside_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        for (number, damage) in [
            "{\"format\": 1, \"exer",
            "{\"format\": 0, \"exercises\": {}}",
            "{\"format\": \"9\", \"exercises\": {}}",
            "{\"format\": -1}",
            "{\"format\": 1e99}",
            "{\"format\": 1, \"exercises\": {\"a\": {\"points\": -1}}}",
            "",
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
