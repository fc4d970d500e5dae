//! Keeps a generated program that fails as a test in the student's own crate.

use std::{
    io::{self, ErrorKind, Write as _},
    path::Path,
};

use fs_err as fs;
use grader_schema::{report::Failure, text::Language};

use crate::{course::Exercise, language::Pick as _, render::text::fold};

/// Columns of the comment above a test.
const WIDTH: usize = 96;

/// What became of the test.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It stands in this file, by its path from the course, and its target has this name.
    In {
        /// `exercises/30-thread-queue/tests/small_programs-p0-1.rs`.
        file: String,
        /// `small_programs-p0-1`.
        target: String,
    },
    /// A file of that name says something else, which may be the student's own work.
    Taken(String),
    /// The failure is not one of a generated program.
    NoProgram,
}

/// Writes the program of a failure as a test.
///
/// # Errors
///
/// Returns an error if the file cannot be written.
pub(crate) fn keep(exercise: &Exercise, failure: &Failure, language: Language) -> io::Result<Kept> {
    let (Some(test), Some(token)) = (&failure.test, &failure.token) else {
        return Ok(Kept::NoProgram);
    };
    let target = target(token);
    let file = format!("{}/tests/{target}.rs", exercise.directory());
    let whole = format!("{}{test}", comment(exercise, failure, token, language));
    let place = exercise.root.join(&file);
    fs::create_dir_all(place.parent().unwrap_or(Path::new(".")))?;
    match fs::File::create_new(&place) {
        Ok(mut new) => new.write_all(whole.as_bytes())?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if fs::read(&place)? != whole.as_bytes() {
                return Ok(Kept::Taken(file));
            }
        }
        Err(error) => return Err(error),
    }
    Ok(Kept::In { file, target })
}

/// The name of the test: the check and the program of the token.
fn target(token: &str) -> String {
    let mut parts = token.split('.');
    let check = parts.next().unwrap_or_default();
    let program = parts.nth(1).unwrap_or_default();
    format!("{check}-{program}")
}

fn comment(exercise: &Exercise, failure: &Failure, token: &str, language: Language) -> String {
    let replay = format!("cargo grader replay {} {token}", exercise.short());
    let lines = [
        (language.pick("Promised: ", "承诺："), failure.promise.get(language)),
        (language.pick("Happened: ", "实际："), failure.happened.get(language)),
        (
            "",
            language.pick(
                "The test compares what the calls give. Real threads may not meet the order of calls that fails; this command shows it each time:",
                "测试比较各个调用的结果。真实线程可能遇不到出错的次序；下面的命令每次都能重现：",
            ),
        ),
    ];
    let mut comment = String::new();
    for (label, text) in lines {
        let folded = fold(&format!("{label}{text}"), WIDTH, 0);
        for line in folded.lines() {
            comment.push_str(format!("//! {line}").trim_end());
            comment.push('\n');
        }
        comment.push_str("//!\n");
    }
    format!("{comment}//! `{replay}`\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_named_by_its_check_and_its_program() {
        assert_eq!(
            target("small_programs.1.p0-1-2_3.36156b7a.AAEE"),
            "small_programs-p0-1-2_3"
        );
    }
}
