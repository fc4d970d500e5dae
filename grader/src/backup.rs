//! Keeping what a student wrote, before something else is put in its place.

use std::{
    io,
    path::{Path, PathBuf},
};

use fs_err as fs;

use crate::course::{Course, Entry};

/// A directory for a backup, under a name that no backup had before.
pub(crate) fn fresh(course: &Course, entry: &Entry) -> io::Result<PathBuf> {
    let parent = course.state().join("backup").join(entry.directory());
    fs::create_dir_all(&parent)?;
    let mut number = 1_u32;
    loop {
        let path = parent.join(number.to_string());
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Moves what is at `from`, if anything is, to `to`.
pub(crate) fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if from.symlink_metadata().is_err() {
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    // Moved and not copied: what is no file, or leads elsewhere, is kept as it is.
    fs::rename(from, to)
}
