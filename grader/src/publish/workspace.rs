//! The manifests of the workspace, as a pack needs them: without tests, benchmarks and what
//! only those depend on.

use std::{collections::BTreeSet, path::Path};

use fs_err as fs;
use grader_launch::{Descriptors, Input, Launch, Output, inheriting};
use toml_edit::{Array, DocumentMut, Item, TableLike};

use super::{Error, Tree, tree};
use crate::course::Course;

/// The workspace of the exercises, which is not that of the grader.
pub(crate) const EXERCISES: &str = "exercises/Cargo.toml";

/// The members of the workspace that a pack has, without the exercises.
pub(super) fn members(course: &Course) -> Result<Vec<String>, Error> {
    let manifest = document(course, "Cargo.toml")?;
    let members = manifest["workspace"]["members"].as_array();
    let members = members.into_iter().flatten().filter_map(|it| it.as_str());
    let is_wanted = |member: &&str| member.starts_with("grader") && *member != "grader/benches";
    Ok(members.filter(is_wanted).map(str::to_owned).collect())
}

/// Puts the manifests of the workspace and its members into the pack, and the lock file that
/// goes with them.
pub(super) fn add(course: &Course, members: &[String], pack: &mut Tree) -> Result<(), Error> {
    let mut used = BTreeSet::new();
    for member in members {
        let path = format!("{member}/Cargo.toml");
        let mut manifest = document(course, &path)?;
        for table in ["dev-dependencies", "test", "bench"] {
            manifest.remove(table);
        }
        used.insert(
            manifest["package"]["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        );
        let dependencies = manifest.get("dependencies").and_then(Item::as_table_like);
        let names = dependencies.into_iter().flat_map(TableLike::iter);
        used.extend(names.map(|(name, _)| name.to_owned()));
        pack.insert(path, manifest.to_string().into_bytes());
    }
    let mut manifest = document(course, "Cargo.toml")?;
    manifest["workspace"]["members"] = toml_edit::value(members.iter().collect::<Array>());
    forget_profiles(&mut manifest, &used);
    pack.insert("Cargo.toml".to_owned(), manifest.to_string().into_bytes());
    let place = tempfile::tempdir()?;
    for (path, bytes) in &*pack {
        put(&place.path().join(path), bytes)?;
    }
    let mut locks = vec![lock(course, place.path(), "Cargo.lock")?];
    if pack.contains_key(EXERCISES) {
        locks.push(lock(course, place.path(), "exercises/Cargo.lock")?);
    }
    pack.extend(locks);
    Ok(())
}

fn document(course: &Course, path: &str) -> Result<DocumentMut, Error> {
    let text = String::from_utf8(tree::read(&course.root, path)?).unwrap_or_default();
    text.parse()
        .map_err(|error: toml_edit::TomlError| Error::Manifest {
            path: path.to_owned(),
            why: error.message().to_owned(),
        })
}

/// Cargo warns of profiles for packages that are not there.
fn forget_profiles(manifest: &mut DocumentMut, used: &BTreeSet<String>) {
    let profiles = manifest
        .get_mut("profile")
        .and_then(Item::as_table_like_mut);
    for (_, profile) in profiles.into_iter().flat_map(TableLike::iter_mut) {
        if let Some(packages) = profile.get_mut("package").and_then(Item::as_table_like_mut) {
            let unused: Vec<String> = packages
                .iter()
                .filter(|(name, _)| !used.contains(*name))
                .map(|(name, _)| name.to_owned())
                .collect();
            for name in unused {
                packages.remove(&name);
            }
        }
    }
}

/// A lock file without what is not needed any more, for the workspace that it lies in.
fn lock(course: &Course, place: &Path, file: &str) -> Result<(String, Vec<u8>), Error> {
    let path = place.join(file);
    put(&path, &tree::read(&course.root, file)?)?;
    settle(path.parent().unwrap_or(place)).map_err(|stderr| Error::Lock { stderr })?;
    Ok((file.to_owned(), fs::read(path)?))
}

fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

/// Updates the lock file of a workspace to its present members. Cargo does it, because its rules
/// are its own; it keeps every version and needs no network.
pub(crate) fn settle(root: &Path) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["update", "--workspace", "--offline", "--quiet"];
    let mut launch = Launch {
        directory: root.to_path_buf(),
        descriptors: Descriptors {
            input: Input::Null,
            output: Output::Null,
            errors: Output::Pipe,
        },
        ..inheriting(cargo, arguments.map(Into::into).into())
    };
    launch
        .environment
        .retain(|(name, _)| name != "CARGO_TARGET_DIR");
    let ended = grader_launch::run(&launch, Vec::new()).map_err(|error| error.to_string())?;
    if ended.succeeded() {
        return Ok(());
    }
    Err(ended.messages().trim().to_owned())
}
