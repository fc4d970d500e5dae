//! Reads a diff.

use std::path::{Component, Path};

use diffy::patch_set::{FileOperation, ParseOptions, PatchKind, PatchSet};

use super::{Error, marks};

/// A diff, read.
#[derive(Debug)]
pub(super) struct Diff<'a> {
    /// Its `//!` lines.
    pub(super) header: &'a str,
    /// What it does to each file.
    pub(super) parts: Vec<Part>,
}

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Delete,
    Modify,
}

/// The changes of one file.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) operation: Operation,
    /// From the solution.
    pub(super) path: String,
    pub(super) hunks: Vec<Hunk>,
}

/// Lines that are exchanged together.
#[derive(Debug)]
pub(super) struct Hunk {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Its line in the file, from 1.
    pub(super) line: usize,
    /// How many lines of the base are before it.
    pub(super) before: usize,
    pub(super) lines: Vec<Line>,
}

/// A line of a hunk, with its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Context(String),
    Delete(String),
    Insert(String),
}

impl Hunk {
    /// What the base must have in its place.
    pub(super) fn old(&self) -> Vec<&str> {
        let old = self.lines.iter().filter_map(|line| match line {
            Line::Context(text) | Line::Delete(text) => Some(text.as_str()),
            Line::Insert(_) => None,
        });
        old.collect()
    }
}

impl From<&diffy::Line<'_, str>> for Line {
    fn from(line: &diffy::Line<'_, str>) -> Self {
        match line {
            diffy::Line::Context(text) => Self::Context((*text).to_owned()),
            diffy::Line::Delete(text) => Self::Delete((*text).to_owned()),
            diffy::Line::Insert(text) => Self::Insert((*text).to_owned()),
        }
    }
}

impl<'a> Diff<'a> {
    /// Reads the text of a diff.
    pub(super) fn parse(text: &'a str, file: &str) -> Result<Self, Error> {
        let malformed = |what: String| Error::Malformed {
            file: file.to_owned(),
            what,
        };
        let body = marks::body(text);
        let header = &text[..text.len() - body.len()];
        let is_crlf = |line: &&str| {
            let frame = ["--- ", "+++ ", "@@ "];
            line.ends_with("\r\n") && frame.iter().any(|it| line.starts_with(it))
        };
        let lines = text.split_inclusive('\n').enumerate();
        if let Some((index, _)) = lines.clone().find(|(_, line)| is_crlf(line)) {
            return Err(Error::LineEnds {
                file: file.to_owned(),
                line: index + 1,
            });
        }
        let mut hunk_lines = lines
            .filter(|(_, line)| line.starts_with("@@ "))
            .map(|(index, _)| index + 1)
            .enumerate();
        let mut parts = Vec::new();
        let has_parts = body.lines().any(|line| line.starts_with("--- "));
        let mut set = PatchSet::parse(body, ParseOptions::unidiff());
        while has_parts && let Some(parsed) = set.next() {
            let of_file = parsed.map_err(|error| malformed(reason(&error.to_string())))?;
            let (operation, path) = operation(of_file.operation(), file)?;
            let PatchKind::Text(text) = of_file.into_patch() else {
                return Err(malformed("it is binary".to_owned()));
            };
            let hunks = text.hunks().iter().map(|hunk| {
                let (index, line) = hunk_lines.next().unwrap_or_default();
                let old = hunk.old_range();
                Hunk {
                    number: index + 1,
                    line,
                    // A range of no lines names the line before it.
                    before: old.start() - usize::from(!old.is_empty() && old.start() > 0),
                    lines: hunk.lines().iter().map(Line::from).collect(),
                }
            });
            let hunks = hunks.collect();
            parts.push(Part {
                operation,
                path,
                hunks,
            });
        }
        let surplus = surplus(body, &parts);
        if surplus > 0 {
            return Err(malformed(format!(
                "{surplus} lines belong to no hunk, going by the numbers after `@@`"
            )));
        }
        if parts.iter().all(|part| part.hunks.is_empty()) {
            return Err(Error::Empty {
                file: file.to_owned(),
            });
        }
        Ok(Self { header, parts })
    }

    /// The path by which its base is known.
    pub(super) fn base(&self) -> &str {
        let kept = |part: &&Part| part.operation != Operation::Create;
        let part = self.parts.iter().find(kept).or(self.parts.first());
        part.map_or("", |part| &part.path)
    }

    /// How many lines are put in and taken out.
    pub(super) fn changes(&self) -> (usize, usize) {
        let hunks = self.parts.iter().flat_map(|part| &part.hunks);
        hunks
            .flat_map(|hunk| &hunk.lines)
            .fold((0, 0), |(more, less), line| match line {
                Line::Insert(_) => (more + 1, less),
                Line::Delete(_) => (more, less + 1),
                Line::Context(_) => (more, less),
            })
    }
}

/// What the parser says, without the place that it counts in bytes.
fn reason(error: &str) -> String {
    let last = error.rsplit_once(": ").map_or(error, |(_, last)| last);
    last.to_owned()
}

/// Lines that are in no part: a hunk that was made longer by hand, for example.
fn surplus(body: &str, parts: &[Part]) -> usize {
    let is_frame = |line: &&str| {
        let frame = ["diff ", "index ", "\\"];
        !frame.iter().any(|it| line.starts_with(it))
    };
    let from = body.lines().skip_while(|line| !line.starts_with("--- "));
    let all = from.filter(is_frame).count();
    let read = |part: &Part| {
        let hunks = part.hunks.iter().map(|hunk| 1 + hunk.lines.len());
        2 + hunks.sum::<usize>()
    };
    let read: usize = parts.iter().map(read).sum();
    let blank = body.lines().rev().take_while(|line| line.is_empty());
    let blank = blank.count();
    all.saturating_sub(read).saturating_sub(blank)
}

/// What is done to which file, by its path from the solution.
fn operation(operation: &FileOperation<'_, str>, file: &str) -> Result<(Operation, String), Error> {
    let (operation, old, new) = match operation {
        FileOperation::Create(path) => (Operation::Create, path, path),
        FileOperation::Delete(path) => (Operation::Delete, path, path),
        FileOperation::Modify { original, modified } => (Operation::Modify, original, modified),
        FileOperation::Rename { from, to } | FileOperation::Copy { from, to } => {
            (Operation::Modify, from, to)
        }
    };
    let outside = |path: &str| Error::Outside {
        file: file.to_owned(),
        path: path.to_owned(),
    };
    let place = |path: &str| {
        let (first, rest) = path.split_once('/')?;
        let inside = ["src/", "accepted/"].iter().any(|it| rest.starts_with(it));
        let normal = |it| matches!(it, Component::Normal(_));
        let is_answer = inside && Path::new(rest).components().all(normal);
        (is_answer && ["a", "b"].contains(&first)).then(|| rest.to_owned())
    };
    let from = place(old).ok_or_else(|| outside(old))?;
    let to = place(new).ok_or_else(|| outside(new))?;
    if from != to {
        return Err(outside(new));
    }
    Ok((operation, from))
}
