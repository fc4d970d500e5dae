//! The files of a pack in memory.

use std::{
    collections::BTreeMap,
    path::{Component, Path},
};

use fs_err as fs;

use super::Error;
use crate::dot_files::is_dot_file;

/// The files of a pack by their paths, in order.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// Reads a file of the kit that belongs into a pack: a plain one, that no link leads to.
pub(super) fn read(root: &Path, path: &str) -> Result<Vec<u8>, Error> {
    let mut place = root.to_path_buf();
    for part in Path::new(path).components() {
        let Component::Normal(part) = part else {
            return Err(Error::Outside { path: path.into() });
        };
        place.push(part);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => {
                let target = fs::read_link(&place)?.display().to_string();
                return Err(Error::Link {
                    path: path.into(),
                    target,
                });
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::Missing { path: path.into() });
            }
            Err(error) => return Err(error.into()),
        }
    }
    if !fs::metadata(&place)?.is_file() {
        return Err(Error::NoFile { path: path.into() });
    }
    Ok(fs::read(place)?)
}

/// Takes a file of the kit into a pack, as it is.
pub(super) fn take(tree: &mut Tree, root: &Path, path: &str) -> Result<(), Error> {
    tree.insert(path.to_owned(), read(root, path)?);
    Ok(())
}

/// The paths of all files below a directory of the kit, in order, without those whose names begin
/// with a dot: they are an editor's. What is no plain file, or has a name that not every system
/// takes, is an error.
pub(super) fn walk(root: &Path, directory: &str) -> Result<Vec<String>, Error> {
    let mut paths = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        let mut items = fs::read_dir(root.join(&directory))?.collect::<Result<Vec<_>, _>>()?;
        items.sort_by_key(fs::DirEntry::file_name);
        for item in items {
            let name = item.file_name();
            if is_dot_file(&name) {
                continue;
            }
            let odd = || Error::OddName {
                path: format!("{directory}/{}", name.display().to_string().escape_debug()),
            };
            let name = name.to_str().ok_or_else(odd)?;
            if name
                .chars()
                .any(|it| it.is_control() || "\\:*?\"<>|".contains(it))
            {
                return Err(odd());
            }
            let path = format!("{directory}/{name}");
            let kind = item.file_type()?;
            if kind.is_symlink() {
                let target = fs::read_link(item.path())?.display().to_string();
                return Err(Error::Link { path, target });
            }
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() {
                paths.push(path);
            } else {
                return Err(Error::NoFile { path });
            }
        }
    }
    paths.sort();
    Ok(paths)
}
