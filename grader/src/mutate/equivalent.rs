//! Equivalent mutants, as a teacher declares them in `solutions/NN/equivalent.toml`.
//!
//! ```toml
//! [[equivalent]]
//! operator = "shrink-section"
//! removes = "…"      # a line of the reference that is not in the mutant, if it matters
//! adds = "…"         # a line of the mutant that is not in the reference, if it matters
//! reason = { en = "…", zh = "…" }
//! ```

use std::path::PathBuf;

use fs_err as fs;
use grader_schema::{Text, mutation::Operator};
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::changes::Mutation;
use crate::{ExitCode, course::Exercise, user_error::UserError};

/// A file of justifications that cannot be used.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is not of the form.
    #[error("{path}:{line}: {what}")]
    Wrong {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        ExitCode::Internal
    }

    fn chinese(&self) -> Option<String> {
        None
    }

    fn next(&self) -> Text {
        Text::new(
            "see `docs/teacher.md` for what an entry says",
            "条目的写法见 `docs/teacher.zh.md`",
        )
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    equivalent: Vec<Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    operator: Operator,
    #[serde(default)]
    removes: Option<String>,
    #[serde(default)]
    adds: Option<String>,
    reason: Text,
}

/// The equivalent mutants of one exercise, as the teacher declares them.
#[derive(Debug)]
pub(crate) struct Equivalents {
    /// The file, relative to the course.
    pub(crate) path: String,
    /// Each entry with its line.
    entries: Vec<(usize, Entry)>,
}

impl Equivalents {
    /// Reads what is said; nothing is, if there is no file.
    pub(crate) fn read(exercise: &Exercise) -> Result<Self, Error> {
        let path = format!("{}/equivalent.toml", exercise.solution());
        let place: PathBuf = exercise.root.join(&path);
        if !place.is_file() {
            let entries = Vec::new();
            return Ok(Self { path, entries });
        }
        Self::parse(path, &fs::read_to_string(place)?)
    }

    fn parse(path: String, text: &str) -> Result<Self, Error> {
        let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let file: File = toml::from_str(text).map_err(|error| Error::Wrong {
            line: line(error.span().map_or(0, |span| span.start)),
            what: error.message().to_owned(),
            path: path.clone(),
        })?;
        let entries = file.equivalent.into_iter();
        Ok(Self {
            entries: entries
                .map(|entry| (line(entry.span().start), entry.into_inner()))
                .collect(),
            path,
        })
    }

    /// The entries, by number, that speak of this mutant of `source`.
    pub(crate) fn about(&self, mutation: &Mutation, source: &str) -> Vec<usize> {
        let has = |text: &str, line: &str| text.lines().any(|one| one.trim() == line.trim());
        let count = |text: &str, line: &str| {
            let same = text.lines().filter(|one| one.trim() == line.trim());
            same.count()
        };
        let speaks = |entry: &Entry| {
            let new = &mutation.source;
            let removes = |line: &String| count(source, line) > count(new, line);
            let adds = |line: &String| has(new, line) && count(new, line) > count(source, line);
            entry.operator == mutation.operator
                && entry.removes.as_ref().is_none_or(removes)
                && entry.adds.as_ref().is_none_or(adds)
        };
        let numbered = self.entries.iter().enumerate();
        numbered
            .filter_map(|(number, (_, entry))| speaks(entry).then_some(number))
            .collect()
    }

    /// Why this entry's mutants are no mistakes.
    pub(crate) fn reason(&self, number: usize) -> &Text {
        &self.entries[number].1.reason
    }

    /// The lines of the entries whose numbers are not among `used`.
    pub(crate) fn unused(&self, used: &[usize]) -> Vec<usize> {
        let numbered = self.entries.iter().enumerate();
        numbered
            .filter(|(number, _)| !used.contains(number))
            .map(|(_, (line, _))| *line)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# Why.
[[equivalent]]
operator = \"shrink-section\"
adds = \"drop(s);\"
reason = { en = \"a\", zh = \"b\" }

[[equivalent]]
operator = \"notify-one\"
removes = \"c.notify_all();\"
reason = { en = \"c\", zh = \"d\" }
";

    fn parse(text: &str) -> Result<Equivalents, Error> {
        Equivalents::parse("solutions/01-a/equivalent.toml".to_owned(), text)
    }

    fn mutation(operator: Operator, source: &str) -> Mutation {
        Mutation {
            operator,
            line: 1,
            source: source.to_owned(),
        }
    }

    #[test]
    fn an_entry_speaks_of_its_operator_and_its_lines_alone() {
        let known = parse(FILE).unwrap();
        let about = |operator, old: &str, new: &str| known.about(&mutation(operator, new), old);
        assert_eq!(
            about(Operator::ShrinkSection, "a();\n", "a();\ndrop(s);\n"),
            [0]
        );
        assert_eq!(
            about(Operator::ShrinkSection, "a();\n", "a();\ndrop(t);\n"),
            [0; 0]
        );
        assert_eq!(
            about(Operator::SplitSection, "a();\n", "a();\ndrop(s);\n"),
            [0; 0]
        );
        assert_eq!(
            about(
                Operator::NotifyOne,
                "c.notify_all();\n",
                "c.notify_one();\n"
            ),
            [1]
        );
        assert_eq!(known.unused(&[0]), [7]);
    }

    #[test]
    fn a_mistake_has_its_line() {
        let wrong = FILE.replace("notify-one", "notify-none");
        let error = parse(&wrong).unwrap_err().to_string();
        assert!(
            error.starts_with("solutions/01-a/equivalent.toml:8: "),
            "{error}"
        );
    }
}
