//! The answers of an exercise, and the expected outcome of each.

use std::{io, path::Path};

use fs_err as fs;
use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
};

use super::{
    finding,
    header::{self, Declared},
};
use crate::{answer, course::Exercise, patch, user_error::UserError as _};

/// An answer to judge.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Its path, relative to the course: a file, a diff, or a directory with `src/lib.rs`.
    pub(crate) path: String,
    /// The expected outcome.
    pub(crate) expected: Expected,
}

/// The expected outcome of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// No check passes, and the program says so calmly.
    NotStarted,
    /// Every check passes.
    Everything,
    /// Just these checks fail, each in one of these ways.
    Failures(Vec<Declared>),
}

/// The answers; and what is wrong with them before anything is run.
pub(crate) fn find(exercise: &Exercise) -> io::Result<(Vec<Candidate>, Vec<Finding>)> {
    let mut answers = Vec::new();
    let mut findings = Vec::new();
    let solution = exercise.solution();
    for (path, expected) in [
        (
            format!("{}/stub", exercise.directory()),
            Expected::NotStarted,
        ),
        (solution.clone(), Expected::Everything),
    ] {
        // That it is not there has been said already.
        if exercise.root.join(&path).join("src/lib.rs").is_file() {
            answers.push(Candidate { path, expected });
        }
    }
    for (kind, least) in [("accepted", 1), ("wrong", 3)] {
        let directory = format!("{solution}/{kind}");
        let names = names(exercise, &directory)?;
        if names.len() < least {
            let found = names.len();
            findings.push(finding(
                FindingKind::AnswersMissing,
                &directory,
                Text::new(
                    format!("there are {found} answers; at least {least} are required"),
                    format!("有 {found} 个答案，至少应有 {least} 个"),
                ),
            ));
        }
        for name in names {
            let path = format!("{directory}/{name}");
            if kind == "accepted" {
                let expected = Expected::Everything;
                answers.push(Candidate { path, expected });
                continue;
            }
            let place = exercise.root.join(&path);
            let file = if place.is_dir() {
                format!("{path}/src/lib.rs")
            } else {
                path.clone()
            };
            if let Some(found) = diff(exercise, &place, &file)? {
                findings.push(found);
                continue;
            }
            let source = fs::read_to_string(exercise.root.join(&file))?;
            let is_check = |id: &str| exercise.checks().any(|(_, check)| check.id == id);
            match header::read(&source, is_check) {
                Ok(declared) => answers.push(Candidate {
                    path,
                    expected: Expected::Failures(declared),
                }),
                Err(wrong) => findings.extend(wrong.into_iter().map(|(line, message)| Finding {
                    line: Some(line),
                    ..finding(FindingKind::HeaderInvalid, &file, message)
                })),
            }
        }
    }
    Ok((answers, findings))
}

/// What is wrong with an answer that is written as a diff.
fn diff(exercise: &Exercise, place: &Path, file: &str) -> io::Result<Option<Finding>> {
    if !answer::is_diff(place) {
        return Ok(None);
    }
    let solution = exercise.root.join(exercise.solution());
    Ok(match patch::materialise(&solution, place, file) {
        Ok(_) => None,
        Err(patch::Error::Io(error)) => return Err(error),
        Err(error) => Some(Finding {
            line: error.line(),
            details: error.details().to_owned(),
            next: error.next(),
            ..finding(FindingKind::DiffInvalid, file, error.what())
        }),
    })
}

/// What is in a directory, in order; nothing if it is not there.
fn names(exercise: &Exercise, directory: &str) -> io::Result<Vec<String>> {
    let place = exercise.root.join(directory);
    if !place.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for item in fs::read_dir(place)? {
        let name = item?.file_name();
        let name = name.into_string().map_err(|name| {
            let name = name.display();
            io::Error::other(format!("the file name `{directory}/{name}` is not UTF-8"))
        })?;
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
