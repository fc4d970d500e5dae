//! Hidden checks that came sealed, opened by whoever has the key.

use std::path::Path;

use fs_err as fs;
use grader_schema::manifest::HiddenManifest;

use super::{
    Error,
    archive::untar,
    collect::SEALED,
    seal::{self, Identity},
};
use crate::kit::{Exercise, Hidden, parse_hidden, validate_hidden};

/// The secret key in a file, if one is named.
pub(crate) fn key(file: Option<&Path>) -> Result<Option<Identity>, Error> {
    let Some(file) = file else { return Ok(None) };
    let text = super::text_of(file)?;
    let name = file.display().to_string();
    let key = Identity::read(&text, &name).map_err(|why| Error::Key { file: name, why })?;
    Ok(Some(key))
}

/// Opens the hidden checks of an exercise, if it has sealed ones; whether it has. They are in a
/// directory of this process alone for as long as the exercise is in use.
pub(crate) fn unseal(exercise: &mut Exercise, key: &Identity) -> Result<bool, Error> {
    let path = format!("{}/{SEALED}", exercise.directory());
    let sealed = match fs::read(exercise.root.join(&path)) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let wrong = |why: String| Error::Sealed {
        path: path.clone(),
        why,
    };
    let plain = key
        .open(&sealed)
        .map_err(|error: seal::Error| wrong(error.to_string()))?;
    let mut files = untar(&plain).map_err(|error| wrong(error.to_string()))?;
    let mut part = |name: &str| {
        let bytes = files.remove(name);
        bytes.ok_or_else(|| wrong(format!("there is no `{name}` in it")))
    };
    let text = String::from_utf8(part("hidden.toml")?).map_err(|error| wrong(error.to_string()))?;
    let source = part("checks/hidden.rs")?;
    let file = format!("{path}: hidden.toml");
    let manifest: HiddenManifest = parse_hidden(&file, &text)?;
    validate_hidden(&file, &text, &manifest, &exercise.manifest)?;
    let directory = tempfile::tempdir()?;
    let place = directory.path().join("hidden.rs");
    fs::write(&place, source)?;
    exercise.hidden = Some(Hidden {
        manifest,
        source: place,
        directory: Some(directory),
    });
    Ok(true)
}
