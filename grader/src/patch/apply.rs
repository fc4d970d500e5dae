//! Applies a diff without guessing: a hunk applies where its lines occur, and if they do not occur
//! at its line numbers, they must occur at exactly one other place.

use super::{
    Error, Files,
    base::Base,
    error::Mismatch,
    read::{Diff, Hunk, Line, Operation, Part},
};

/// A base with its changes.
#[derive(Debug)]
pub(super) struct Applied {
    /// The files, by their paths from the solution. The marks of the stub are still there.
    pub(super) files: Files,
    /// Whether every hunk was where its numbers say.
    pub(super) in_place: bool,
}

/// Applies a diff to its base. Messages call it `file`.
pub(super) fn apply(diff: &Diff<'_>, base: &Base, file: &str) -> Result<Applied, Error> {
    let mut applied = Applied {
        files: base.files.clone(),
        in_place: true,
    };
    for part in &diff.parts {
        let path = &part.path;
        if !base.has(path) {
            return Err(Error::SeveralBases {
                file: file.to_owned(),
                one: base.shown(),
                other: path.clone(),
            });
        }
        let old = applied.files.remove(path);
        let old = match (part.operation, old) {
            (Operation::Create, Some(_)) => {
                return Err(Error::IsThere {
                    file: file.to_owned(),
                    path: path.clone(),
                });
            }
            (Operation::Create, None) => String::new(),
            (Operation::Modify | Operation::Delete, Some(old)) => old,
            (Operation::Modify | Operation::Delete, None) => {
                return Err(Error::NoBase {
                    file: file.to_owned(),
                    base: path.clone(),
                });
            }
        };
        let (new, in_place) = patched(&old, part).map_err(|(hunk, why)| Error::Hunk {
            file: file.to_owned(),
            line: hunk.line,
            hunk: hunk.number,
            base: path.clone(),
            why,
            text: shown(hunk),
        })?;
        applied.in_place &= in_place;
        if part.operation != Operation::Delete {
            applied.files.insert(path.clone(), new);
        }
    }
    if applied.files == base.files {
        return Err(Error::Empty {
            file: file.to_owned(),
        });
    }
    Ok(applied)
}

/// Lines that are exchanged, without others around them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// How many lines are before it.
    pub(super) at: usize,
    /// How many lines are taken out.
    pub(super) count: usize,
    /// The lines that are put in.
    pub(super) new: String,
}

/// A text with the changes of its part, and whether each was where its numbers say.
pub(super) fn patched<'a>(
    text: &str,
    part: &'a Part,
) -> Result<(String, bool), (&'a Hunk, Mismatch)> {
    let (edits, in_place) = edits(text, part)?;
    Ok((edited(text, &edits), in_place))
}

/// A text with these changes, which are in order.
pub(super) fn edited(text: &str, edits: &[Edit]) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut new = String::new();
    let mut next = 0;
    for edit in edits {
        new.extend(lines[next..edit.at].iter().copied());
        new += &edit.new;
        next = edit.at + edit.count;
    }
    new.extend(lines[next..].iter().copied());
    new
}

/// What a part changes in a text, and whether each hunk was where its numbers say.
pub(super) fn edits<'a>(
    text: &str,
    part: &'a Part,
) -> Result<(Vec<Edit>, bool), (&'a Hunk, Mismatch)> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut edits: Vec<Edit> = Vec::new();
    let mut next = 0;
    let mut in_place = true;
    for hunk in &part.hunks {
        let old = hunk.old();
        let mut at = place(&lines, &old, hunk.before, next).map_err(|why| (hunk, why))?;
        in_place &= at == hunk.before;
        next = at + old.len();
        for line in &hunk.lines {
            let (count, new) = match line {
                Line::Context(_) => {
                    at += 1;
                    continue;
                }
                Line::Delete(_) => (1, ""),
                Line::Insert(text) => (0, text.as_str()),
            };
            match edits.last_mut().filter(|it| it.at + it.count == at) {
                Some(edit) => {
                    edit.count += count;
                    edit.new += new;
                }
                None => edits.push(Edit {
                    at,
                    count,
                    new: new.to_owned(),
                }),
            }
            at += count;
        }
    }
    Ok((edits, in_place))
}

/// Where the lines `old` are: `expected`, or else the only place that has them. Lines before
/// `next` are taken.
fn place(lines: &[&str], old: &[&str], expected: usize, next: usize) -> Result<usize, Mismatch> {
    if expected >= next && lines.get(expected..expected + old.len()) == Some(old) {
        return Ok(expected);
    }
    if old.is_empty() {
        return Err(Mismatch::NotFound);
    }
    let mut places = lines
        .windows(old.len())
        .enumerate()
        .filter(|(_, window)| *window == old)
        .map(|(at, _)| at);
    match (places.next(), places.next()) {
        (Some(at), None) if at >= next => Ok(at),
        (Some(_), Some(_)) => Err(Mismatch::Ambiguous),
        _ => Err(Mismatch::NotFound),
    }
}

/// A hunk as it is written, without its numbers.
fn shown(hunk: &Hunk) -> String {
    let line = |(sign, text): (char, &String)| {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        format!("{sign}{text}{end}")
    };
    let lines = hunk.lines.iter().map(|it| match it {
        Line::Context(text) => (' ', text),
        Line::Delete(text) => ('-', text),
        Line::Insert(text) => ('+', text),
    });
    lines.map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{Mismatch, place};

    #[test]
    fn lines_are_taken_where_they_are_named_or_where_they_alone_are() {
        let lines = ["a", "b", "a", "c"];
        assert_eq!(place(&lines, &["a"], 2, 0), Ok(2));
        assert_eq!(place(&lines, &["a"], 1, 0), Err(Mismatch::Ambiguous));
        assert_eq!(place(&lines, &["a", "c"], 0, 0), Ok(2));
        assert_eq!(place(&lines, &["a", "c"], 2, 3), Err(Mismatch::NotFound));
        assert_eq!(place(&lines, &["d"], 0, 0), Err(Mismatch::NotFound));
        assert_eq!(place(&lines, &[], 4, 0), Ok(4));
        assert_eq!(place(&lines, &[], 5, 0), Err(Mismatch::NotFound));
    }
}
