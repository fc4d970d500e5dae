//! The table in `syllabus.md`, which is made from the manifests.

use std::io;

use fs_err as fs;

use crate::{course::Course, docs, pipeline};

/// Before and after the table.
const TABLE: [&str; 2] = ["<!-- begin: exercises -->\n", "<!-- end: exercises -->"];

/// Rewrites the table; returns the file that was written, if its text changed.
///
/// A course without such a table does not want one. Where a manifest is wrong, the table stays as
/// it is: that is for `dev check` to tell.
pub(crate) fn write(course: &Course) -> io::Result<Option<String>> {
    let file = "syllabus.md";
    let path = course.root.join(file);
    let (Ok(text), Ok(table)) = (fs::read_to_string(&path), docs::syllabus(&course.root)) else {
        return Ok(None);
    };
    let [begin, end] = TABLE;
    let start = text.find(begin).map(|at| at + begin.len());
    let Some((start, stop)) = start.zip(text.find(end)) else {
        return Ok(None);
    };
    if text[start..stop] == table {
        return Ok(None);
    }
    let text = format!("{}{table}{}", &text[..start], &text[stop..]);
    pipeline::write_whole(&path, text.as_bytes())?;
    Ok(Some(file.to_owned()))
}
