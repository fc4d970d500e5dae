//! The files that students work on, made from their stubs where there are none yet. Packs have
//! the stubs alone: a pack that is unpacked over an older one overwrites no student's work.
//!
//! What was given out is remembered, so that a student who has not started gets the stub of a new pack.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use fs_err as fs;

use crate::{course::Course, digest::Digest, dot_files::is_dot_file, pipeline::write_whole};

/// Which files changed, by their paths from the course.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// They were not there and are the stub now.
    pub(crate) made: Vec<String>,
    /// They were an older stub and are the present one now.
    pub(crate) renewed: Vec<String>,
}

/// What keeps a directory in a pack in which there is nothing yet.
pub(crate) const PLACE: &str = ".gitkeep";

/// Lets VS Code find both workspaces. It is no part of a pack, because it is the student's own.
const EDITOR: &[u8] =
    b"{\n    \"rust-analyzer.linkedProjects\": [\"exercises/Cargo.toml\", \"Cargo.toml\"]\n}\n";

/// What was given out: digests of stubs by the paths of files.
type Known = BTreeMap<String, String>;

/// Makes the files that are missing, and renews those that the student has not edited. What cannot
/// be made, on a disk that is read-only for example, is missing still when it is needed, and that
/// is said then.
pub(crate) fn make(course: &Course) -> Given {
    let mut given = Given::default();
    let memory = course.state().join("given.json");
    let known: Known = fs::read(&memory)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let mut now = known.clone();
    for entry in &course.entries {
        let directory = format!("exercises/{}", entry.directory());
        let exercise = course.root.join(&directory);
        let stub = exercise.join("stub");
        let files = files(&stub).unwrap_or_default().into_iter();
        let was_given =
            |file: &Path| known.contains_key(&format!("{directory}/{}", file.display()));
        let files: Vec<_> = files
            .map(|it| (is_fresh(&exercise, &it, was_given(&it)), it))
            .collect();
        for (is_fresh, file) in files {
            let name = format!("{directory}/{}", file.display());
            let place = exercise.join(&file);
            let Ok(text) = fs::read(stub.join(&file)) else {
                continue;
            };
            let digest = Digest::default().field(&text).short();
            if is_fresh {
                if create(&place, &text).is_ok() {
                    now.insert(name.clone(), digest);
                    given.made.push(name);
                }
            } else if let Ok(found) = fs::read(&place) {
                let found = Digest::default().field(found).short();
                if found == digest {
                    now.insert(name, digest);
                } else if known.get(&name) == Some(&found) && write_whole(&place, &text).is_ok() {
                    now.insert(name.clone(), digest);
                    given.renewed.push(name);
                }
            }
        }
    }
    if course.pack.is_some() {
        // Without it the editor works without them.
        let _ = create(&course.root.join(".vscode/settings.json"), EDITOR);
    }
    if now != known {
        // A file that cannot be recorded is not replaced, and no work is lost.
        let _ = serde_json::to_vec_pretty(&now)
            .map_err(io::Error::from)
            .and_then(|text| {
                fs::create_dir_all(course.state())?;
                write_whole(&memory, &text)
            });
    }
    given
}

/// The files of a stub, by their paths in it.
fn files(stub: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(below) = waiting.pop() {
        for item in fs::read_dir(stub.join(&below))? {
            let item = item?;
            let kind = item.file_type()?;
            if is_dot_file(&item.file_name()) {
                continue;
            }
            if kind.is_dir() {
                waiting.push(below.join(item.file_name()));
            } else if kind.is_file() {
                found.push(below.join(item.file_name()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the student has not started this file: its directory is missing, or is as in a pack.
/// A student who has deleted the file is told so when the answer is judged, and `reset` puts it
/// back.
fn is_fresh(exercise: &Path, file: &Path, was_given: bool) -> bool {
    let is_missing = |path: &Path| {
        // Not `exists`: a dangling link is a student's work, too.
        fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    if !is_missing(&exercise.join(file)) {
        return false;
    }
    let Some(directory) = file.parent().filter(|it| !it.as_os_str().is_empty()) else {
        return true;
    };
    let directory = exercise.join(directory);
    is_missing(&directory) || (!was_given && is_place(&directory))
}

/// Whether a directory is as it is in a pack.
fn is_place(directory: &Path) -> bool {
    let Ok(items) = fs::read_dir(directory) else {
        return false;
    };
    let mut visible = items.flatten().filter(|it| !is_dot_file(&it.file_name()));
    visible.next().is_none() && directory.join(PLACE).is_file()
}

/// Writes a file, whole or not at all, where there is none.
fn create(to: &Path, text: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut file = tempfile::Builder::new()
        .prefix(".given-")
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(directory)?;
    file.write_all(text)?;
    file.persist_noclobber(to).map_err(|error| error.error)?;
    Ok(())
}
