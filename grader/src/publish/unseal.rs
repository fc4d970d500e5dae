//! Opens sealed hidden checks with the secret key.

use std::path::{Component, Path};

use fs_err as fs;
use grader_schema::manifest::HiddenManifest;

use super::{
    Error,
    archive::untar,
    collect::{ID, SEALED},
    seal::{self, Identity},
};
use crate::{
    course::{Exercise, Hidden, PACK, parse_hidden, validate_hidden},
    run_directory::RunDirectory,
};

/// The secret key in a file, if one is named.
pub(crate) fn key(file: Option<&Path>) -> Result<Option<Identity>, Error> {
    let Some(file) = file else { return Ok(None) };
    let text = super::text_of(file)?;
    let name = file.display().to_string();
    let key = Identity::read(&text, &name).map_err(|why| Error::Key { file: name, why })?;
    Ok(Some(key))
}

fn is_plain(part: Component<'_>) -> bool {
    matches!(part, Component::Normal(_))
}

/// Opens the hidden checks of an exercise. They are in a directory of this process alone for as
/// long as the exercise is in use. That there are none is an error, unless the pack says so:
/// a student must not get full marks because a file is missing.
pub(crate) fn unseal(exercise: &mut Exercise, key: &Identity) -> Result<(), Error> {
    let path = format!("{}/{SEALED}", exercise.directory());
    let wrong = |why: String| Error::Sealed {
        path: path.clone(),
        why,
    };
    let hidden_points = exercise.packed.as_ref().map(|packed| packed.hidden_points);
    let sealed = match fs::read(exercise.root.join(&path)) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match hidden_points {
            Some(0) => return Ok(()),
            Some(points) => {
                return Err(wrong(format!(
                    "it is missing, but `{PACK}` says that its checks have {points} points"
                )));
            }
            None => {
                return Err(wrong(format!(
                    "it is missing, but no `{PACK}` says that the exercise has no hidden checks"
                )));
            }
        },
        Err(error) => return Err(error.into()),
    };
    let plain = key
        .open(&sealed)
        .map_err(|error: seal::Error| wrong(error.to_string()))?;
    let mut files = untar(&plain).map_err(|error| wrong(error.to_string()))?;
    let mut part = |name: &str| {
        let bytes = files.remove(name);
        bytes.ok_or_else(|| wrong(format!("there is no `{name}` in it")))
    };
    let id = part(ID)?;
    if id != exercise.manifest.id.as_bytes() {
        let id = String::from_utf8_lossy(&id).into_owned();
        return Err(wrong(format!("it belongs to the exercise `{id}`")));
    }
    let text = String::from_utf8(part("hidden.toml")?).map_err(|error| wrong(error.to_string()))?;
    if !files.contains_key("checks/hidden.rs") {
        return Err(wrong("there is no `checks/hidden.rs` in it".to_owned()));
    }
    let file = format!("{path}: hidden.toml");
    let manifest: HiddenManifest = parse_hidden(&file, &text)?;
    validate_hidden(&file, &text, &manifest, &exercise.manifest)?;
    let points: u32 = manifest.checks.iter().map(|check| check.points).sum();
    if let Some(packed) = hidden_points.filter(|packed| *packed != points) {
        return Err(wrong(format!(
            "its checks have {points} points, but `{PACK}` says {packed}"
        )));
    }
    // Should this process be killed, the next run takes it away.
    let directory = RunDirectory::fresh(&exercise.root.join(".grader/build"))?;
    // What the hidden checks read lies beside them, as in the teacher's copy.
    for (name, bytes) in files {
        // Anyone with the public key can seal a file, so the sealed manifest is not trusted.
        let parts = Path::new(&name).components();
        if !name.starts_with("checks/") || !parts.into_iter().all(is_plain) {
            return Err(wrong(format!("`{name}` does not belong in it")));
        }
        let place = directory.path().join(&name);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(place, bytes)?;
    }
    let place = directory.path().join("checks/hidden.rs");
    exercise.hidden = Some(Hidden {
        manifest,
        source: place,
        directory: Some(directory),
    });
    Ok(())
}
