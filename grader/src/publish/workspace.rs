//! The manifests of the workspace, as a pack needs them: without tests, benchmarks and what
//! only those depend on.

use std::{collections::BTreeSet, path::Path, process::Command};

use fs_err as fs;
use toml_edit::{Array, DocumentMut, Item, TableLike};

use super::{Error, Tree, tree};
use crate::kit::Course;

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
pub(super) fn add(
    course: &Course,
    members: &[String],
    exercises: &[String],
    pack: &mut Tree,
) -> Result<(), Error> {
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
    let all: Array = members.iter().chain(exercises).collect();
    manifest["workspace"]["members"] = toml_edit::value(all);
    // What students run at the top is about their exercises.
    manifest["workspace"]["default-members"] =
        toml_edit::value(exercises.iter().collect::<Array>());
    if let Some(mut key) = manifest["workspace"]
        .as_table_mut()
        .and_then(|workspace| workspace.key_mut("default-members"))
    {
        key.leaf_decor_mut().clear();
    }
    forget_profiles(&mut manifest, &used);
    pack.insert("Cargo.toml".to_owned(), manifest.to_string().into_bytes());
    let lock = lock(course, pack)?;
    pack.insert("Cargo.lock".to_owned(), lock);
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

/// The lock file without what is not needed any more.
fn lock(course: &Course, pack: &Tree) -> Result<Vec<u8>, Error> {
    let place = tempfile::tempdir()?;
    let put = |path: &str, bytes: &[u8]| {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(place.path()))?;
        fs::write(path, bytes)
    };
    for (path, bytes) in pack {
        put(path, bytes)?;
    }
    put("Cargo.lock", &tree::read(&course.root, "Cargo.lock")?)?;
    settle(place.path()).map_err(|talk| Error::Lock { talk })?;
    Ok(fs::read(place.path().join("Cargo.lock"))?)
}

/// Lets the lock file of a workspace say what its members are now. Cargo does it: nobody
/// else knows its rules. It keeps every version, and needs no network.
pub(crate) fn settle(root: &Path) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["update", "--workspace", "--offline", "--quiet"])
        .current_dir(root)
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}
