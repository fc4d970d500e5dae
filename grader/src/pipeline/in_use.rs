//! Locks on directories of the cache: no other grader, and no other thread of this one, deletes a
//! directory while it is in use.

use std::{io, os::unix::fs::MetadataExt as _, path::Path};

use fs_err as fs;
use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

/// A directory stays for as long as this value lives. The default stands for none.
///
/// The kernel forgets it however the process ends. On a file system without locks it holds nothing.
#[derive(Debug, Default)]
pub(super) struct InUse {
    #[expect(dead_code, reason = "it is locked as long as it is open")]
    directory: Option<fs::File>,
}

impl InUse {
    /// Holds `directory`; nothing if it is not there, or about to be thrown away.
    pub(super) fn of(directory: &Path) -> Option<Self> {
        let file = fs::File::open(directory).ok()?;
        let locked = flock(file.file(), FlockOperation::NonBlockingLockShared);
        if locked == Err(Errno::WOULDBLOCK) {
            return None;
        }
        // Between opening and locking, another grader may have put a new one in its place.
        let (locked, there) = (file.metadata().ok()?, fs::metadata(directory).ok()?);
        ((locked.dev(), locked.ino()) == (there.dev(), there.ino())).then_some(Self {
            directory: Some(file),
        })
    }
}

/// Throws a directory away, unless a grader uses it.
///
/// # Errors
///
/// If it cannot be read or renamed. That it is gone already is no error.
pub(super) fn remove_unused(directory: &Path) -> io::Result<()> {
    let file = match fs::File::open(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    let locked = flock(file.file(), FlockOperation::NonBlockingLockExclusive);
    if locked == Err(Errno::WOULDBLOCK) {
        return Ok(());
    }
    // It vanishes under its own name in one step, so that no other process finds half of it.
    let parent = directory.parent().unwrap_or(Path::new("."));
    let away = tempfile::Builder::new()
        .prefix(".old-")
        .tempdir_in(parent)?;
    fs::rename(directory, away.path().join("thrown-away"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_thrown_away_only_when_its_last_user_has_gone() {
        let cache = tempfile::tempdir().unwrap();
        let kept = cache.path().join("kept");
        fs::create_dir(&kept).unwrap();
        fs::write(kept.join("driver"), "").unwrap();
        let users = [InUse::of(&kept).unwrap(), InUse::of(&kept).unwrap()];
        for user in users {
            remove_unused(&kept).unwrap();
            assert!(kept.join("driver").is_file());
            drop(user);
        }
        remove_unused(&kept).unwrap();
        assert!(!kept.exists());
        assert!(InUse::of(&kept).is_none());
        remove_unused(&kept).unwrap();
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_being_thrown_away_cannot_be_used_any_more() {
        let cache = tempfile::tempdir().unwrap();
        let directory = fs::File::open(cache.path()).unwrap();
        flock(directory.file(), FlockOperation::LockExclusive).unwrap();
        assert!(InUse::of(cache.path()).is_none());
        drop(directory);
        assert!(InUse::of(cache.path()).is_some());
    }

    #[test]
    fn a_directory_that_is_renamed_stays_in_use() {
        let cache = tempfile::tempdir().unwrap();
        let (new, kept) = (cache.path().join(".new"), cache.path().join("kept"));
        fs::create_dir(&new).unwrap();
        let user = InUse::of(&new).unwrap();
        fs::rename(&new, &kept).unwrap();
        remove_unused(&kept).unwrap();
        assert!(kept.is_dir());
        drop(user);
        remove_unused(&kept).unwrap();
        assert!(!kept.exists());
    }
}
