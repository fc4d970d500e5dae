//! Reading manifests: the file and the line of every mistake.

use std::collections::BTreeSet;

use grader_schema::{
    assignment::Packed,
    manifest::{Check, FORMAT, HiddenManifest, Manifest},
};
use serde::de::DeserializeOwned;

use super::{Entry, Error};

/// The most points that a check or an exercise can have: far more than any teacher gives, and sums of
/// them are far below what a number can hold.
pub(crate) const MOST_POINTS: u32 = 10_000;
/// The most checks of one exercise.
const MOST_CHECKS: usize = 1000;
/// The last chapter of the syllabus.
const LAST_CHAPTER: u32 = 7;
/// The most stars, which are those of the notes.
const MOST_STARS: u32 = 6;

/// Names that a student's crate cannot have, because the checks need them.
const RESERVED: [&str; 9] = [
    "std",
    "core",
    "alloc",
    "kit",
    "os",
    "greenlet",
    "interleave",
    "public",
    "hidden",
];

/// Reads an `exercise.toml`.
pub(super) fn parse(file: &str, text: &str) -> Result<Manifest, Error> {
    read(file, text)
}

/// Reads a `hidden.toml`.
pub(crate) fn parse_hidden(file: &str, text: &str) -> Result<HiddenManifest, Error> {
    read(file, text)
}

/// Reads a file of the format of manifests; the complaint about a mistake has its line.
pub(crate) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Error> {
    // The version comes first: in another version every other error is irrelevant.
    #[derive(serde::Deserialize)]
    struct Version {
        format: u32,
    }
    let source = ManifestText { file, text };
    if let Ok(Version { format }) = toml::from_str(text)
        && format != FORMAT
    {
        return Err(source.wrong(
            "format",
            format!("format {format} is not known; this grader reads format {FORMAT}"),
        ));
    }
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        Error::Manifest {
            file: file.to_owned(),
            line: text.as_bytes()[..start]
                .split(|byte| *byte == b'\n')
                .count(),
            what: error.message().trim().replace('\n', ", "),
        }
    })
}

/// Looks for what the types cannot say.
pub(super) fn validate(
    file: &str,
    text: &str,
    manifest: &Manifest,
    entry: &Entry,
    in_stub: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    let source = ManifestText { file, text };
    if manifest.id != entry.slug {
        let what = format!(
            "the id is `{}`, but the directory says `{}`",
            manifest.id, entry.slug
        );
        return Err(source.wrong("id", what));
    }
    if manifest.number != entry.number {
        let what = format!(
            "the number is {}, but the directory says {:02}",
            manifest.number, entry.number
        );
        return Err(source.wrong("number", what));
    }
    if manifest.number == 0 {
        return Err(source.wrong("number", "numbers begin at 1".to_owned()));
    }
    if !(1..=LAST_CHAPTER).contains(&manifest.chapter) {
        let what = format!(
            "there is no chapter {}: 1 to {LAST_CHAPTER}",
            manifest.chapter
        );
        return Err(source.wrong("chapter", what));
    }
    if manifest.stars > MOST_STARS {
        let what = format!(
            "{} stars are out of range: 0 to {MOST_STARS}",
            manifest.stars
        );
        return Err(source.wrong("stars", what));
    }
    if !is_slug(&manifest.id) || RESERVED.contains(&manifest.id.as_str()) {
        let what = format!("`{}` cannot be the name of a crate", manifest.id);
        return Err(source.wrong("id", what));
    }
    if manifest.editable.is_empty() {
        return Err(source.wrong("editable", "the list names no file".to_owned()));
    }
    for path in &manifest.editable {
        let inside = std::path::Path::new(path)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            let what = format!("`{path}` is not a path inside of the exercise");
            return Err(source.wrong("editable", what));
        }
        if !in_stub(path) {
            let what = format!("`{path}` is editable, but `stub/{path}` does not exist");
            return Err(source.wrong("editable", what));
        }
    }
    validate_checks(source, &manifest.checks, &[])
}

/// Looks for what the types cannot say.
pub(crate) fn validate_hidden(
    file: &str,
    text: &str,
    hidden: &HiddenManifest,
    public: &Manifest,
) -> Result<(), Error> {
    validate_checks(ManifestText { file, text }, &hidden.checks, &public.checks)
}

/// Looks whether the public checks have the points that the pack says.
pub(super) fn validate_packed(
    file: &str,
    text: &str,
    manifest: &Manifest,
    packed: &Packed,
) -> Result<(), Error> {
    let points: u32 = manifest.checks.iter().map(|check| check.points).sum();
    if points == packed.public_points {
        return Ok(());
    }
    let what = format!(
        "the checks have {points} points, but `pack.toml` says {}; take this file from the pack",
        packed.public_points
    );
    Err(ManifestText { file, text }.wrong("points", what))
}

fn validate_checks(
    source: ManifestText<'_>,
    checks: &[Check],
    others: &[Check],
) -> Result<(), Error> {
    if checks.is_empty() {
        return Err(source.wrong("check", "there is no check".to_owned()));
    }
    if checks.len() > MOST_CHECKS {
        let what = format!("{} checks are too many", checks.len());
        return Err(source.wrong("format", what));
    }
    let mut seen: BTreeSet<&str> = others.iter().map(|check| check.id.as_str()).collect();
    for check in checks {
        if !is_identifier(&check.id) {
            let what = format!("the check id `{}` is not a Rust identifier", check.id);
            return Err(source.wrong_value(&check.id, what));
        }
        if check.points > MOST_POINTS {
            let what = format!(
                "the check `{}` has {} points; the limit is {MOST_POINTS}",
                check.id, check.points
            );
            return Err(source.wrong_beside(&check.id, "points", what));
        }
        if !seen.insert(&check.id) {
            let what = format!("two checks are called `{}`", check.id);
            return Err(source.wrong_value(&check.id, what));
        }
    }
    Ok(())
}

/// Whether this can be the name of an exercise: lower-case letters, digits and hyphens.
pub(crate) fn is_slug(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_identifier(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A manifest as text, to find the line that a complaint is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ManifestText<'a> {
    /// Its name.
    pub(crate) file: &'a str,
    /// What is in it.
    pub(crate) text: &'a str,
}

impl ManifestText<'_> {
    /// Complains about the first line that sets this key.
    pub(crate) fn wrong(self, key: &str, what: String) -> Error {
        self.at(
            |line| {
                line.strip_prefix(key)
                    .is_some_and(|rest| rest.trim_start().starts_with('='))
            },
            what,
        )
    }

    /// Complains about the last line that holds this string: of two equal ones, the second is one too many.
    pub(crate) fn wrong_value(self, value: &str, what: String) -> Error {
        let quoted = format!("\"{value}\"");
        let last = self
            .text
            .lines()
            .filter(|line| line.trim_start().starts_with("id") && line.contains(&quoted))
            .count();
        let mut seen = 0;
        self.at(
            |line| {
                seen += usize::from(line.starts_with("id") && line.contains(&quoted));
                seen == last && last > 0
            },
            what,
        )
    }

    /// Complains about the last line that names something by this name.
    pub(crate) fn wrong_name(self, name: &str, what: String) -> Error {
        let quoted = format!("\"{name}\"");
        let names = |line: &&str| line.trim_start().starts_with("name") && line.contains(&quoted);
        let last = self.text.lines().filter(names).count();
        let mut seen = 0;
        self.at(
            |line| {
                seen += usize::from(names(&line));
                seen == last && last > 0
            },
            what,
        )
    }

    /// Complains about the line that sets this key beside the last line that holds this string.
    pub(crate) fn wrong_beside(self, value: &str, key: &str, what: String) -> Error {
        let quoted = format!("\"{value}\"");
        let lines: Vec<&str> = self.text.lines().map(str::trim_start).collect();
        let holds = |line: &&str| line.contains(&quoted) && !line.starts_with('#');
        let named = lines.iter().rposition(holds).unwrap_or(0);
        let is_head = |line: &&str| line.starts_with('[');
        let first = lines[..named].iter().rposition(is_head).unwrap_or(0);
        let last = lines[named..].iter().skip(1).position(is_head);
        let last = last.map_or(lines.len(), |length| named + 1 + length);
        let sets = |line: &&str| {
            let rest = line.strip_prefix(key).map(str::trim_start);
            rest.is_some_and(|rest| rest.starts_with('='))
        };
        let found = lines[first..last].iter().position(sets);
        Error::Manifest {
            file: self.file.to_owned(),
            line: found.map_or(named, |at| first + at) + 1,
            what,
        }
    }

    fn at(self, mut matches: impl FnMut(&str) -> bool, what: String) -> Error {
        let line = self
            .text
            .lines()
            .position(|line| matches(line.trim_start()));
        Error::Manifest {
            file: self.file.to_owned(),
            line: line.unwrap_or(0) + 1,
            what,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Error, parse, validate};

    const GOOD: &str = "\
format = 1
id = \"thread-queue\"
number = 30
chapter = 3
stars = 3
engine = \"model\"
title = { en = \"Queue\", zh = \"队列\" }
editable = [\"src/lib.rs\"]

[[check]]
id = \"fifo\"
points = 2
title = { en = \"In order\", zh = \"有序\" }

[[hint]]
en = \"Think.\"
zh = \"想一想。\"
";

    fn problem(text: &str) -> Result<(), String> {
        let entry = Entry {
            number: 30,
            slug: "thread-queue".into(),
        };
        parse("exercise.toml", text)
            .and_then(|manifest| {
                validate("exercise.toml", text, &manifest, &entry, |path| {
                    path == "src/lib.rs"
                })
            })
            .map_err(|error| {
                assert!(matches!(error, Error::Manifest { .. }));
                error.to_string()
            })
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        assert!(GOOD.contains(from));
        assert_eq!(problem(&GOOD.replacen(from, to, 1)), Err(expected.into()));
    }

    #[test]
    fn a_good_manifest_is_accepted() {
        assert_eq!(problem(GOOD), Ok(()));
    }

    #[test]
    fn every_mistake_has_its_line() {
        check(
            "format = 1",
            "format = 9",
            "exercise.toml:1: format 9 is not known; this grader reads format 1",
        );
        check(
            "id = \"thread-queue\"",
            "id = \"queue\"",
            "exercise.toml:2: the id is `queue`, but the directory says `thread-queue`",
        );
        check(
            "number = 30",
            "number = 31",
            "exercise.toml:3: the number is 31, but the directory says 30",
        );
        check(
            "src/lib.rs",
            "src/queue.rs",
            "exercise.toml:8: `src/queue.rs` is editable, but `stub/src/queue.rs` does not exist",
        );
        check(
            "src/lib.rs",
            "../lib.rs",
            "exercise.toml:8: `../lib.rs` is not a path inside of the exercise",
        );
        check(
            "\"fifo\"",
            "\"first in\"",
            "exercise.toml:11: the check id `first in` is not a Rust identifier",
        );
        check(
            "stars = 3",
            "stars = \"three\"",
            "exercise.toml:5: invalid type: string \"three\", expected u32",
        );
        check(
            "[[hint]]",
            "[[check]]\nid = \"fifo\"\npoints = 1\ntitle = { en = \"\", zh = \"\" }\n[[hint]]",
            "exercise.toml:16: two checks are called `fifo`",
        );
    }
}
