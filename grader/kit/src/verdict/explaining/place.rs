//! The names of source locations in texts.

use grader_schema::{protocol::Location, trace::Place};

/// Cuts a source location down to `src/…` or `checks/…`; nothing for places that are
/// not the student's nor a check's.
pub(super) fn place(location: &Location, source_root: &str) -> Option<Place> {
    let file = match location.file.strip_prefix(source_root) {
        Some(rest) if !source_root.is_empty() => rest,
        _ => {
            let start = location.file.rfind("checks/")?;
            &location.file[start..]
        }
    };
    Some(Place {
        file: file.to_owned(),
        line: location.line,
        column: location.column,
    })
}

/// The place as text, `src/lib.rs:14`.
pub(super) fn named(location: &Location, source_root: &str) -> String {
    let file = match place(location, source_root) {
        Some(place) => place.file,
        None => location.file.rsplit('/').next().unwrap_or("?").to_owned(),
    };
    format!("{file}:{}", location.line)
}
