//! Temporary directories of one run. A grader removes its own; if it was killed, the next grader
//! does.

use std::path::Path;

use fs_err as fs;
use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};
use tempfile::TempDir;

/// What their names begin with.
const PREFIX: &str = "run-";
/// A process that makes such a directory or removes left-over ones holds the lock on this file.
const LOCK: &str = "lock";

/// A directory that is this process's for as long as this value lives.
#[derive(Debug)]
pub(crate) struct RunDirectory {
    directory: TempDir,
    /// Locked, so that no other grader takes the directory for left over. The kernel unlocks it however
    /// the process ends.
    #[expect(dead_code, reason = "it is locked as long as it is held")]
    owned: Option<fs::File>,
}

impl RunDirectory {
    /// A fresh one in `build`, which is made if it is not there.
    pub(crate) fn fresh(build: &Path) -> std::io::Result<Self> {
        fs::create_dir_all(build)?;
        let _making = lock(build)?;
        let directory = tempfile::Builder::new().prefix(PREFIX).tempdir_in(build)?;
        let file = fs::File::open(directory.path())?;
        // A file system without locks has no left-overs either: none is taken away there.
        let locked = flock(file.file(), FlockOperation::NonBlockingLockExclusive);
        Ok(Self {
            directory,
            owned: locked.is_ok().then_some(file),
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// Takes away what killed graders have left. What cannot be taken away is left to the next one.
pub(crate) fn sweep(build: &Path) -> std::io::Result<()> {
    let _looking = lock(build)?;
    for item in fs::read_dir(build)? {
        let item = item?;
        let is_run = item
            .file_name()
            .as_encoded_bytes()
            .starts_with(PREFIX.as_bytes());
        if is_run && item.file_type()?.is_dir() && is_left_over(&item.path()) {
            let _ = fs::remove_dir_all(item.path());
        }
    }
    Ok(())
}

fn is_left_over(directory: &Path) -> bool {
    fs::File::open(directory)
        .is_ok_and(|file| flock(file.file(), FlockOperation::NonBlockingLockExclusive).is_ok())
}

fn lock(build: &Path) -> std::io::Result<fs::File> {
    let file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(build.join(LOCK))?;
    match flock(file.file(), FlockOperation::LockExclusive) {
        // As above.
        Ok(()) | Err(Errno::NOTSUP | Errno::NOSYS | Errno::NOLCK) => Ok(file),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{RunDirectory, sweep};

    #[test]
    fn what_nobody_owns_is_taken_away_and_nothing_else() {
        let build = tempfile::tempdir().unwrap();
        let place = |name: &str| build.path().join(name);
        let owned = RunDirectory::fresh(build.path()).unwrap();
        fs_err::write(owned.path().join("driver"), "").unwrap();
        for name in ["run-AbCd12", "run-1/deep", "other"] {
            fs_err::create_dir_all(place(name)).unwrap();
        }
        fs_err::write(place("run-1/deep/file"), "").unwrap();
        fs_err::write(place("run-5"), "a file").unwrap();
        fs_err::os::unix::fs::symlink(place("other"), place("run-link")).unwrap();
        sweep(build.path()).unwrap();
        assert!(owned.path().join("driver").is_file());
        for (name, stays) in [
            ("run-AbCd12", false),
            ("run-1", false),
            ("run-5", true),
            ("run-link", true),
            ("other", true),
        ] {
            assert_eq!(place(name).exists(), stays, "{name}");
        }
        let path = owned.path().to_path_buf();
        drop(owned);
        assert!(!path.exists());
    }
}
