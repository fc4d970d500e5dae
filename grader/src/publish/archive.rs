//! Writes packs as archives and directories: reproducibly, and all or nothing.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use fs_err as fs;
use ruzstd::{
    decoding::StreamingDecoder,
    encoding::{CompressionLevel, compress_to_vec},
};

use super::{Error, Tree};

/// The time of every file: 2000-01-01, which no tool finds odd.
const TIME: u64 = 946_684_800;
/// Unpacked bytes that a pack may have: far more than any has, far less than a disk.
const MOST: u64 = 256 << 20;

/// A tar archive of the files, all below the directory `top`, or below none.
pub(super) fn tar(tree: &Tree, top: &str) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    archive.mode(tar::HeaderMode::Deterministic);
    for (path, bytes) in tree {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(TIME);
        archive.append_data(&mut header, Path::new(top).join(path), bytes.as_slice())?;
    }
    archive.into_inner()
}

/// The files in a tar archive.
pub(crate) fn untar(bytes: &[u8]) -> io::Result<Tree> {
    let mut tree = Tree::new();
    for entry in tar::Archive::new(bytes).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        tree.insert(path, bytes);
    }
    Ok(tree)
}

/// Whether this is to be an archive and not a directory.
fn is_archive(place: &Path) -> bool {
    let name = place.file_name().unwrap_or_default().as_encoded_bytes();
    name.ends_with(b".tar.zst")
}

/// Puts a pack where it belongs. `top` is the directory in an archive.
pub(crate) fn write(tree: &Tree, place: &Path, top: &str) -> Result<(), Error> {
    let place = std::path::absolute(place)?;
    let parent = place.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent)?;
    if is_archive(&place) {
        let packed = compress_to_vec(tar(tree, top)?.as_slice(), CompressionLevel::Fastest);
        return Ok(crate::pipeline::write_whole(&place, &packed)?);
    }
    vacant(&place)?;
    let part = tempfile::Builder::new()
        .prefix(".pack-")
        .tempdir_in(parent)?;
    for (path, bytes) in tree {
        let path = part.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(part.path()))?;
        fs::write(path, bytes)?;
    }
    use_permissions_of_others(part.path())?;
    if place.exists() {
        fs::remove_dir(&place)?;
    }
    fs::rename(part.keep(), &place)?;
    Ok(())
}

/// A directory for a moment is its maker's alone; a pack is to be read by all.
fn use_permissions_of_others(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(directory, std::fs::Permissions::from_mode(0o755))
}

/// Makes sure that nothing is written over.
fn vacant(place: &Path) -> Result<(), Error> {
    let full = || Error::Full {
        place: place.to_path_buf(),
    };
    if !place.exists() {
        return Ok(());
    }
    if !place.is_dir() {
        return Err(full());
    }
    match fs::read_dir(place)?.next() {
        None => Ok(()),
        Some(_) => Err(full()),
    }
}

/// Reads a pack that was published.
pub(crate) fn open(place: &Path) -> Result<Tree, Error> {
    let tree = if place.is_dir() {
        let mut tree = Tree::new();
        for path in files(place)? {
            let name = path.strip_prefix(place).unwrap_or(&path);
            let name = name.display().to_string();
            tree.insert(name, fs::read(&path)?);
        }
        tree
    } else {
        let packed = fs::read(place).map_err(|error| super::unreadable(place, &error))?;
        let damaged = |error: &dyn std::fmt::Display| Error::NoPack {
            place: place.to_path_buf(),
            why: error.to_string(),
        };
        let decoder = StreamingDecoder::new(packed.as_slice()).map_err(|error| damaged(&error))?;
        let mut bytes = Vec::new();
        decoder
            .take(MOST)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(&error))?;
        let tree = untar(&bytes).map_err(|error| damaged(&error))?;
        let below = |(path, bytes): (String, Vec<u8>)| {
            let (_, path) = path.split_once('/')?;
            Some((path.to_owned(), bytes))
        };
        tree.into_iter().filter_map(below).collect()
    };
    Ok(tree)
}

/// All plain files below a directory, but what is made by working there.
fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for item in fs::read_dir(directory)? {
        let item = item?;
        let made = [".git", ".grader", "target"];
        if item.file_type()?.is_dir() {
            if !made.iter().any(|name| item.file_name() == *name) {
                paths.extend(files(&item.path())?);
            }
        } else if item.file_type()?.is_file() {
            paths.push(item.path());
        }
    }
    Ok(paths)
}
