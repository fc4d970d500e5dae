//! Rewrites diffs after their base has changed.

use std::path::Path;

use fs_err as fs;
use grader_schema::Text;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{
    Error, Files,
    apply::{self, Edit},
    base::Base,
    history, make,
    read::{Diff, Operation},
};

/// What became of a diff.
#[derive(Debug)]
pub(crate) enum Fate {
    /// Its lines are where its numbers say.
    Unchanged,
    /// It is rewritten. It was found by its lines, or merged with the changes of the base.
    Rewritten {
        /// The new text.
        text: String,
        /// Whether it was merged.
        merged: bool,
    },
    /// It stays as it is, because the place of its lines is unknown now.
    Left {
        /// Why it does not apply.
        error: Error,
        /// What else was found out about it.
        about: Text,
        /// The base with both changes and marks around those that are at odds, if an earlier
        /// version of the base is known.
        conflict: Option<String>,
    },
}

/// Finds out how the diff in `file` applies to the present base. Nothing is written.
///
/// # Errors
///
/// If the file or its base cannot be read.
pub(crate) fn refresh(solution: &Path, file: &Path, shown: &str) -> Result<Fate, Error> {
    let text = fs::read_to_string(file)?;
    let diff = Diff::parse(&text, shown)?;
    let base = Base::named(solution, diff.base(), shown)?;
    let anew = |files: &Files, merged| Fate::Rewritten {
        text: make::text(diff.header, &base.files, files),
        merged,
    };
    let error = match apply::apply(&diff, &base, shown) {
        Ok(applied) if applied.in_place => return Ok(Fate::Unchanged),
        Ok(applied) => return Ok(anew(&applied.files, false)),
        Err(error @ Error::Hunk { .. }) => error,
        Err(error) => return Err(error),
    };
    Ok(match merge(solution, &diff, &base) {
        Ok(files) if files == base.files => Fate::Left {
            error,
            about: Text::new(
                "the base itself has this mistake now",
                "基准现在自身就带有这个错误",
            ),
            conflict: None,
        },
        Ok(files) => anew(&files, true),
        Err((about, conflict)) => Fate::Left {
            error,
            about,
            conflict,
        },
    })
}

/// The newest version of the base to which the diff applies, merged with what has become
/// of the base since then.
fn merge(solution: &Path, diff: &Diff<'_>, base: &Base) -> Result<Files, (Text, Option<String>)> {
    let mut merged = base.files.clone();
    for part in &diff.parts {
        match part.operation {
            Operation::Modify => {}
            Operation::Create => {
                let (new, _) = apply::patched("", part).unwrap_or_default();
                merged.insert(part.path.clone(), new);
            }
            Operation::Delete => {
                merged.remove(&part.path);
            }
        }
    }
    let changed = diff.parts.iter();
    for part in changed.filter(|part| part.operation == Operation::Modify) {
        let now = base.files.get(&part.path).map_or("", String::as_str);
        let mut versions = history::versions(solution, &part.path);
        let found = versions.find_map(|old| {
            let (edits, _) = apply::edits(&old, part).ok()?;
            Some((old, edits))
        });
        let Some((old, edits)) = found else {
            let unknown = Text::new(
                "git knows no version of the base to which it applies",
                "git 中没有它能够应用的基准版本",
            );
            return Err((unknown, None));
        };
        if let Some(edits) = moved(&old, now, &edits) {
            merged.insert(part.path.clone(), apply::edited(now, &edits));
            continue;
        }
        let new = apply::edited(&old, &edits);
        let both = diffy::merge(&old, &new, now).map_err(|conflicts| {
            let line = conflicts
                .lines()
                .position(|line| line.starts_with("<<<<<<<"));
            let line = line.map_or(1, |index| index + 1);
            let about = Text::new(
                format!("the base has changed the same lines, from line {line} on"),
                format!("基准改动了同样的行，从第 {line} 行起"),
            );
            (about, Some(conflicts))
        })?;
        merged.insert(part.path.clone(), both);
    }
    Ok(merged)
}

/// The changes of an old text where their lines are in the new one; nothing if the new one does
/// not have them any more. Lines around them may have changed.
fn moved(old: &str, new: &str, edits: &[Edit]) -> Option<Vec<Edit>> {
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (old, new) = (lines(old), lines(new));
    let mut now: Vec<Option<usize>> = vec![None; old.len()];
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        if let DiffOp::Equal { .. } = op {
            for (from, to) in op.old_range().zip(op.new_range()) {
                now[from] = Some(to);
            }
        }
    }
    let moved = edits.iter().map(|edit| {
        let (from, to) = (edit.at, edit.at + edit.count);
        let at = if edit.count > 0 {
            let at = now[from]?;
            let together = |index: usize| now[index] == Some(at + index - from);
            (from..to).all(together).then_some(at)
        } else {
            let before = from.checked_sub(1).and_then(|before| now[before]);
            let after = now.get(from).copied().flatten();
            match (before, after) {
                (Some(before), Some(after)) => (before + 1 == after).then_some(after),
                (Some(before), None) => Some(before + 1),
                (None, after) => after,
            }
        };
        Some(Edit {
            at: at?,
            count: edit.count,
            new: edit.new.clone(),
        })
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::{Edit, moved};

    #[track_caller]
    fn check(now: &str, edit: (usize, usize), expected: Option<usize>) {
        let (at, count) = edit;
        let edits = |at| {
            vec![Edit {
                at,
                count,
                new: "x\n".to_owned(),
            }]
        };
        let found = moved("a\nb\nc\nd\n", now, &edits(at));
        assert_eq!(found, expected.map(edits), "{now}");
    }

    #[test]
    fn changes_follow_their_own_lines() {
        check("0\na\nb\nc\nd\n", (1, 1), Some(2));
        check("A\nb\nC\nd\n", (1, 1), Some(1));
        check("a\nB\nc\nd\n", (1, 1), None);
        check("a\nb\n0\nc\nd\n", (1, 2), None);
    }

    #[test]
    fn lines_that_are_only_put_in_follow_a_neighbour() {
        check("a\nb\nC\nd\n", (2, 0), Some(2));
        check("a\nB\nc\nd\n", (2, 0), Some(2));
        check("a\nb\n0\nc\nd\n", (2, 0), None);
        check("a\nB\nC\nd\n", (2, 0), None);
    }
}
