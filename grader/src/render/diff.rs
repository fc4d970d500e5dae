//! What differs between two texts, line by line.

use similar::TextDiff;

/// A unified difference with three lines around each change; empty if there is none.
pub(crate) fn unified(old_name: &str, old: &str, new_name: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(old_name, new_name)
        .to_string()
}
