//! The files that students work on, made from their stubs where there are none yet. Packs have
//! the stubs alone: a pack that is unpacked over an older one writes over nobody's work.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use fs_err as fs;

use crate::{answer, kit::Course};

/// Makes the files that are missing; says which they are, relative to the course. What cannot be
/// made, on a disk that is read-only for example, is missing still when it is needed, and that is
/// said then.
pub(crate) fn make(course: &Course) -> Vec<String> {
    let mut made = Vec::new();
    for entry in &course.entries {
        let directory = format!("exercises/{}", entry.directory());
        let exercise = course.root.join(&directory);
        let stub = exercise.join("stub");
        let missing = files(&stub).unwrap_or_default().into_iter();
        let missing: Vec<_> = missing.filter(|it| is_fresh(&exercise, it)).collect();
        for file in missing {
            let place = exercise.join(&file);
            if copy(&stub.join(&file), &place).is_ok() {
                made.push(format!("{directory}/{}", file.display()));
            }
        }
    }
    made
}

/// The files of a stub, by their paths in it.
fn files(stub: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(below) = waiting.pop() {
        for item in fs::read_dir(stub.join(&below))? {
            let item = item?;
            let kind = item.file_type()?;
            if answer::is_hidden(&item.file_name()) {
                continue;
            } else if kind.is_dir() {
                waiting.push(below.join(item.file_name()));
            } else if kind.is_file() {
                found.push(below.join(item.file_name()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether nobody has begun with this file. Where its directory is there and it is not, somebody
/// has deleted it: who hands that in is to be told, and `reset` puts it back.
fn is_fresh(exercise: &Path, file: &Path) -> bool {
    let is_missing = |path: &Path| {
        // Not `exists`: a link that leads nowhere is somebody's, too.
        fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    let directory = file.parent().filter(|it| !it.as_os_str().is_empty());
    is_missing(&exercise.join(file)) && directory.is_none_or(|it| is_missing(&exercise.join(it)))
}

/// Copies a file, whole or not at all, to where there is none.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut file = tempfile::Builder::new()
        .prefix(".given-")
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(directory)?;
    file.write_all(&fs::read(from)?)?;
    file.persist_noclobber(to).map_err(|error| error.error)?;
    Ok(())
}
