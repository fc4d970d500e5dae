//! Writes the smallest diff, or none if the answer differs too much from every base.

use std::{collections::BTreeSet, path::Path};

use diffy::DiffOptions;

use super::{Error, Files, ROOT, apply, base::Base, marks, read::Diff};

/// Lines around each change. The wrong answers of this course are read as their mistake alone,
/// and the heading of a hunk names the function.
const CONTEXT: usize = 1;
/// A diff has at most so many lines for a hundred of the answer; else the answer is of a
/// different shape, and easier to read as it is.
const MOST: usize = 75;
/// Characters of a hunk's heading.
const HEADING: usize = 60;

/// How an answer is best written down.
#[derive(Debug)]
pub(crate) enum AnswerForm {
    /// As a diff.
    Diff {
        /// Its text.
        text: String,
        /// The path of its base from the solution.
        base: String,
    },
    /// As it is: it is too different from every base.
    Whole,
}

/// How an answer with this header is best written down; `files` have no header. Messages call
/// it `file`.
///
/// # Errors
///
/// If a base cannot be read, or if the answer is equal to one.
pub(crate) fn make(
    solution: &Path,
    header: &str,
    files: &Files,
    file: &str,
) -> Result<AnswerForm, Error> {
    let mut best: Option<(usize, String, String)> = None;
    for base in Base::all(solution)? {
        let Some(targets) = woven(&base, files) else {
            continue;
        };
        let text = text(header, &base.files, &targets);
        let count = text.lines().count();
        if best.as_ref().is_some_and(|(least, ..)| *least <= count) {
            continue;
        }
        match stands_for(&text, &base, header, file) {
            Ok(answer) if answer == with_header(header, files) => {
                best = Some((count, text, base.shown()));
            }
            Err(error @ Error::Empty { .. }) => return Err(error),
            // A mark would stand in the middle of a line, for example.
            Ok(_) | Err(_) => {}
        }
    }
    let whole: usize = files.values().map(|text| text.lines().count()).sum();
    let whole = whole + header.lines().count();
    Ok(match best {
        Some((count, text, base)) if count * 100 <= whole * MOST => AnswerForm::Diff { text, base },
        _ => AnswerForm::Whole,
    })
}

/// An answer whose root begins with a header.
pub(super) fn with_header(header: &str, files: &Files) -> Files {
    let mut files = files.clone();
    if let Some(root) = files.get_mut(ROOT) {
        root.insert_str(0, header);
    }
    files
}

fn stands_for(text: &str, base: &Base, header: &str, file: &str) -> Result<Files, Error> {
    let diff = Diff::parse(text, file)?;
    let applied = apply::apply(&diff, base, file)?;
    Ok(base.answer(header, &applied.files))
}

/// The files of an answer with the marks of a base, by their paths from the solution; nothing
/// if the base cannot have such files.
fn woven(base: &Base, files: &Files) -> Option<Files> {
    if files.len() > 1 && !base.is_directory() {
        return None;
    }
    let woven = files.iter().map(|(name, text)| {
        let path = base.path(name);
        let text = match base.files.get(&path) {
            Some(old) => marks::weave(old, text, name == ROOT),
            None => text.clone(),
        };
        (path, text)
    });
    Some(woven.collect())
}

/// A diff between files, by their paths from the solution.
pub(super) fn text(header: &str, old: &Files, new: &Files) -> String {
    let mut text = header.to_owned();
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for path in paths {
        let (before, after) = (old.get(path), new.get(path));
        if before == after {
            continue;
        }
        // Programs take a name with spaces for what it is if a tab follows.
        let tab = if path.contains(' ') { "\t" } else { "" };
        let name = |side: char, text: Option<&String>| match text {
            Some(_) => format!("{side}/{path}{tab}"),
            None => "/dev/null".to_owned(),
        };
        text += &format!("--- {}\n+++ {}\n", name('a', before), name('b', after));
        let [before, after] = [before, after].map(|it| it.map_or("", String::as_str));
        let patch = DiffOptions::new()
            .set_context_len(CONTEXT)
            .create_patch(before, after);
        for hunk in patch.hunks() {
            let (from, to) = (hunk.old_range(), hunk.new_range());
            let context = hunk.lines().iter();
            let context = context.take_while(|it| matches!(it, diffy::Line::Context(_)));
            let heading = heading(before, from.start(), context.count());
            text += &format!("@@ -{from} +{to} @@{heading}\n");
            for line in hunk.lines() {
                let (sign, line) = match line {
                    diffy::Line::Context(line) => (' ', line),
                    diffy::Line::Delete(line) => ('-', line),
                    diffy::Line::Insert(line) => ('+', line),
                };
                text.push(sign);
                text += line;
                if !line.ends_with('\n') {
                    text += "\n\\ No newline at end of file\n";
                }
            }
        }
    }
    text
}

/// The function or type that a hunk changes, for its heading; nothing if it is among the
/// `context` lines that the hunk begins with.
fn heading(text: &str, line: usize, context: usize) -> String {
    let words = [
        "pub", "fn", "impl", "struct", "enum", "trait", "mod", "unsafe",
    ];
    let start = line.saturating_sub(1);
    let before = text.lines().enumerate().take(start + context);
    let begins = |(_, line): &(usize, &str)| {
        let first = line.trim_start().split([' ', '<', '(']).next();
        first.is_some_and(|first| words.contains(&first)) && line.trim_end().ends_with('{')
    };
    let found = before.filter(begins).last();
    match found {
        Some((index, line)) if index < start => {
            let short: String = line.trim().chars().take(HEADING).collect();
            format!(" {}", short.trim_end())
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn lines() -> impl Strategy<Value = String> {
        let line = select(
            &[
                "a\n", "b\n", "\n", " c\n", "-- d\n", "++ e\n", "@@ f\n", "\\ g\n", "diff h\n",
            ][..],
        );
        let last = select(&["", "i"][..]);
        (vec(line, 0..12), last).prop_map(|(lines, last)| lines.concat() + last)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(old in lines(), new in lines()) {
            prop_assume!(old != new);
            let files = |text: &str| Files::from([(ROOT.to_owned(), text.to_owned())]);
            let text = text("//! a\n", &files(&old), &files(&new));
            let read = Diff::parse(&text, "a.diff").expect("it was just written");
            prop_assert_eq!(read.header, "//! a\n");
            let (patched, in_place) = apply::patched(&old, &read.parts[0]).expect("it applies");
            prop_assert_eq!(patched, new);
            prop_assert!(in_place);
        }
    }

    #[test]
    fn a_hunk_names_the_function_that_it_is_in() {
        let text = "impl A {\n    pub fn b(&self) {\n        c();\n        d();\n";
        assert_eq!(heading(text, 4, 1), " pub fn b(&self) {");
        assert_eq!(heading(text, 2, 0), " impl A {");
        assert_eq!(heading(text, 2, 1), "");
        assert_eq!(heading(text, 1, 0), "");
    }
}
