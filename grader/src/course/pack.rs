//! `pack.toml`, as the grader reads it in a pack: which exercises are in it, what each of them
//! is worth, and when they are due.

use std::path::Path;

use grader_schema::assignment::{Pack, Packed};

use super::{Error, MOST_POINTS, ManifestText, is_slug, read};
use crate::lateness::Deadline;

/// Says what is in a pack, in the pack.
pub(crate) const PACK: &str = "pack.toml";

/// The manifest of a pack; empty if the course is not a pack.
pub(super) fn of(root: &Path) -> Result<Option<Pack>, Error> {
    match fs_err::read_to_string(root.join(PACK)) {
        Ok(text) => parse(&text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads a `pack.toml` and looks for what the types cannot say.
pub(crate) fn parse(text: &str) -> Result<Pack, Error> {
    let pack: Pack = read(PACK, text)?;
    let source = ManifestText { file: PACK, text };
    for (index, packed) in pack.exercises.iter().enumerate() {
        let wrong = |what| source.wrong_value(&packed.id, what);
        if !is_slug(&packed.id) {
            return Err(wrong(format!("`{}` cannot be an id", packed.id)));
        }
        if pack.exercises[..index].iter().any(|it| it.id == packed.id) {
            return Err(wrong(format!("`{}` is listed twice", packed.id)));
        }
        let Packed {
            points,
            public_points,
            hidden_points,
            ..
        } = *packed;
        for points in [points, public_points, hidden_points] {
            if points > MOST_POINTS {
                return Err(wrong(format!(
                    "{points} points are more than {MOST_POINTS}"
                )));
            }
        }
    }
    if let Some(assignment) = &pack.assignment {
        Deadline::of(assignment).map_err(|what| source.wrong("due", what))?;
    }
    Ok(pack)
}
