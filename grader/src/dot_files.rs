//! Files that belong to an editor or to the system.

use std::ffi::OsStr;

/// Whether this is the name of a file that belongs to an editor or to the system, and to no
/// answer and no exercise: one that begins with a dot.
pub(crate) fn is_dot_file(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}
