//! Searches a pack for secrets. The allow-list keeps secret files out; this
//! finds those that a teacher has copied into an allowed file.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use fs_err as fs;
use grader_schema::{Text, report::Visibility};

use super::{Error, Tree, collect::SEALED, tree::walk, views::views};
use crate::{
    answer,
    audit::{Values, canary_of, hidden_values, lines_with},
    course::{Course, Entry},
    patch, stub,
};

/// Characters that a line has at least, without spaces, if it can tell where it is from.
const TELLING: usize = 24;
/// Lines in a row that are no accident, though each of them might be one.
const ROW: usize = 3;
/// The same limit where similar lines are expected: hidden checks are made like public ones,
/// and the grader is Rust as well.
const LONG_ROW: usize = 8;

/// Something in a pack that must not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leak {
    /// The file, in the pack.
    pub(crate) file: String,
    /// The line, from 1, if there is one.
    pub(crate) line: Option<usize>,
    /// What it is.
    pub(crate) what: Text,
}

/// What must not be in a pack.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    /// The digits of canaries and where they are.
    canaries: Vec<(String, String)>,
    /// Lines, without spaces, and where they are.
    lines: BTreeMap<String, String>,
    /// Rows of lines that need not be telling alone.
    rows: BTreeMap<Vec<String>, String>,
    /// For each exercise the names and the values of its hidden checks.
    hidden: BTreeMap<String, (BTreeSet<String>, Values)>,
    /// Where this kit is on this computer, and whose.
    places: Vec<String>,
}

impl Secrets {
    /// Everything secret in a course.
    pub(crate) fn of(course: &Course) -> Result<Self, Error> {
        let mut secrets = Self::default();
        let mut lines: BTreeMap<String, (BTreeSet<String>, String)> = BTreeMap::new();
        for entry in &course.entries {
            secrets.read(course, entry, &mut lines)?;
        }
        // What is in the solutions of several exercises is how one writes Rust.
        let own = lines
            .into_iter()
            .filter(|(_, (exercises, _))| exercises.len() == 1);
        secrets.lines = own.map(|(line, (_, file))| (line, file)).collect();
        secrets.places = places(&course.root);
        Ok(secrets)
    }

    fn read(
        &mut self,
        course: &Course,
        entry: &Entry,
        lines: &mut BTreeMap<String, (BTreeSet<String>, String)>,
    ) -> Result<(), Error> {
        let directory = format!("solutions/{}", entry.directory());
        if !course.root.join(&directory).is_dir() {
            return Ok(());
        }
        let read = |path: String| fs::read_to_string(course.root.join(path)).unwrap_or_default();
        let given = given(&read(format!("{directory}/src/lib.rs")));
        let own = format!("exercises/{}", entry.directory());
        let mut public = walk(&course.root, &format!("{own}/checks"))?;
        public.extend(["README.md", "README.zh.md"].map(|page| format!("{own}/{page}")));
        let public: Vec<String> = public.into_iter().map(read).collect();
        let public: BTreeSet<String> = public
            .iter()
            .flat_map(|text| text.lines())
            .map(squeeze)
            .collect();
        for path in walk(&course.root, &directory)? {
            // It does what the README shows, and is no answer.
            if path == format!("{directory}/real.rs") {
                continue;
            }
            let place = course.root.join(&path);
            let text = if answer::is_diff(&place) {
                patch::lines(&course.root.join(&directory), &place)?
            } else {
                String::from_utf8_lossy(&fs::read(place)?).into_owned()
            };
            if let Some(digits) = canary_of(&text) {
                self.canaries.push((digits.to_lowercase(), path.clone()));
            }
            // Hidden checks are made of the same lines as public ones, and as examples.
            let is_check = path.contains("/checks/");
            let visible = |line: &String| given.contains(line) || is_check && public.contains(line);
            let squeezed: Vec<String> = text.lines().map(squeeze).collect();
            for line in text.lines().filter(|line| is_telling(line)) {
                let line = squeeze(line);
                if visible(&line) {
                    continue;
                }
                let (exercises, _) = lines
                    .entry(line)
                    .or_insert_with(|| (BTreeSet::new(), path.clone()));
                exercises.insert(entry.directory());
            }
            let long: Vec<String> = squeezed.into_iter().filter(|line| line.len() > 3).collect();
            let mut add = |row: &[String]| {
                self.rows
                    .entry(row.to_vec())
                    .or_insert_with(|| path.clone());
            };
            for row in long.windows(ROW) {
                let telling = row.iter().map(String::len).sum::<usize>() >= TELLING * 3 / 2;
                if telling && row.iter().any(|line| !visible(line)) {
                    add(row);
                }
            }
        }
        if let Ok(exercise) = course.load(entry)
            && let Some(hidden) = &exercise.hidden
        {
            let checks = exercise.checks();
            let names = checks.filter(|(visibility, _)| *visibility == Visibility::Hidden);
            let names = names.map(|(_, check)| check.id.clone()).collect();
            let values = hidden_values(&fs::read_to_string(&hidden.source)?);
            self.hidden.insert(exercise.directory(), (names, values));
        }
        Ok(())
    }

    /// What of it is in a pack.
    pub(crate) fn in_pack(&self, pack: &Tree) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for (file, bytes) in pack {
            self.in_file(file, bytes, &mut leaks);
        }
        leaks.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        leaks.dedup();
        leaks
    }

    fn in_file(&self, file: &str, bytes: &[u8], leaks: &mut Vec<Leak>) {
        let mut leak = |line, en: String, zh: String| {
            leaks.push(Leak {
                file: file.to_owned(),
                line,
                what: Text::new(en, zh),
            });
        };
        let hidden = ["hidden.rs", "hidden.toml"];
        let hidden = hidden.iter().any(|it| file.ends_with(it));
        if file.starts_with("solutions/") || hidden && file.starts_with("exercises/") {
            leak(None, "it is a secret file".into(), "这是保密文件".into());
        }
        let views = if file.ends_with(SEALED) {
            vec![file.to_owned()]
        } else {
            let mut views = views(bytes);
            views.push(file.to_owned());
            views
        };
        let exercise = file.split('/').take(2).collect::<Vec<_>>().join("/");
        let solution = exercise.replacen("exercises/", "solutions/", 1);
        let is_source = file.starts_with("grader/");
        for (index, view) in views.iter().enumerate() {
            // Only in a plain text has a line a number.
            let line = |at: usize| (index == 0).then_some(at);
            let letters = letters(view);
            for (digits, source) in &self.canaries {
                if letters.contains(digits) {
                    let at = view
                        .lines()
                        .position(|it| it.to_lowercase().contains(digits));
                    leak(
                        at.and_then(|at| line(at + 1)),
                        format!("it contains the canary of `{source}`"),
                        format!("出现了 `{source}` 的金丝雀标记"),
                    );
                }
            }
            for (at, text) in view.lines().enumerate() {
                self.in_line(text, |en, zh| leak(line(at + 1), en, zh));
                let squeezed = squeeze(text);
                // By chance a line may be in the solution of another exercise, too.
                let counts = |source: &&String| {
                    let elsewhere = file.starts_with("exercises/") || is_source;
                    !elsewhere
                        || source.starts_with(&format!("{solution}/"))
                        || squeezed.len() >= 2 * TELLING
                };
                if let Some(source) = self.lines.get(&squeezed).filter(counts) {
                    leak(
                        line(at + 1),
                        format!("it contains a line of `{source}`: `{}`", text.trim()),
                        format!("出现了 `{source}` 中的一行：`{}`", text.trim()),
                    );
                }
            }
            for (at, count, source) in self.rows_of(view, is_source) {
                // Checks of one exercise begin like those of another.
                let own = source.starts_with(&format!("{solution}/"));
                if count == ROW && file.starts_with("exercises/") && !own {
                    continue;
                }
                leak(
                    line(at),
                    format!("it contains {count} lines of `{source}`"),
                    format!("出现了 `{source}` 中连续的 {count} 行"),
                );
            }
            let Some((names, values)) = self.hidden.get(&exercise) else {
                continue;
            };
            for (at, name) in lines_with(view, |word| names.contains(word)) {
                leak(
                    line(at),
                    format!("it names the hidden check `{name}`"),
                    format!("出现了隐藏检查的名称 `{name}`"),
                );
            }
            for (at, value) in values.in_text(file, view) {
                leak(
                    at.and_then(line),
                    format!("it contains `{value}`, which a hidden check uses"),
                    format!("出现了隐藏检查中的 `{value}`"),
                );
            }
        }
    }

    /// Keys and places of this computer in a line.
    fn in_line(&self, text: &str, mut leak: impl FnMut(String, String)) {
        let upper = text.to_ascii_uppercase();
        // A key has more after its prefix; what only speaks of keys has not.
        let key = upper.split("AGE-SECRET-KEY-1").nth(1);
        let key = key.is_some_and(|rest| {
            let digits = rest.chars().take_while(char::is_ascii_alphanumeric);
            digits.count() >= TELLING
        });
        let pem = upper.contains("-----BEGIN");
        if key || pem && upper.contains("PRIVATE KEY") {
            leak("it contains a secret key".into(), "出现了私钥".into());
        }
        for place in &self.places {
            if text.contains(place.as_str()) {
                leak(
                    format!("it names a directory of this computer, `{place}`"),
                    format!("出现了本机的目录 `{place}`"),
                );
            }
        }
    }

    /// Rows of lines that are in the solutions: the line that each begins in, and how many.
    fn rows_of(&self, view: &str, is_source: bool) -> Vec<(usize, usize, &String)> {
        let lines = view.lines().map(squeeze).enumerate();
        let (numbers, lines): (Vec<usize>, Vec<String>) = lines
            .filter(|(_, line)| line.len() > 3)
            .map(|(at, line)| (at + 1, line))
            .unzip();
        let mut found = Vec::new();
        let counts = if is_source {
            &[LONG_ROW][..]
        } else {
            &[ROW, LONG_ROW]
        };
        for &count in counts {
            for (at, row) in lines.windows(count).enumerate() {
                if let Some(source) = self.rows.get(row) {
                    found.push((numbers[at], count, source));
                }
            }
        }
        found
    }
}

/// The lines of a reference that students are given.
fn given(reference: &str) -> BTreeSet<String> {
    let stub = stub::extract(reference).unwrap_or_default();
    let marked = reference.lines().filter(|it| it.trim().starts_with("// |"));
    stub.lines().chain(marked).map(squeeze).collect()
}

/// A line without spaces and without the marks of comments, quotations and diffs.
fn squeeze(line: &str) -> String {
    let line = line
        .trim()
        .trim_start_matches(['/', '!', '#', '>', '|', '*', '+', '-']);
    line.chars().filter(|it| !it.is_whitespace()).collect()
}

/// Whether a line can be from nowhere else. What a file imports and derives tells nothing.
fn is_telling(line: &str) -> bool {
    let words = line.split(|it: char| !it.is_alphanumeric() && it != '_');
    let words = words.filter(|word| !word.is_empty()).count();
    let line = squeeze(line);
    let is_frame = ["use", "[derive(", "[serde("];
    let is_frame = is_frame.iter().any(|it| line.starts_with(it));
    line.chars().count() >= TELLING && !is_frame && (words >= 3 || !line.is_ascii())
}

/// The letters and digits of a text, so that no hyphen or line break hides anything.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|it| it.to_ascii_lowercase()).collect()
}

/// The directories by whose names one would know this computer.
fn places(root: &Path) -> Vec<String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let places = [root.display().to_string(), home];
    // `/` and `/root` identify no computer.
    let telling = |place: &String| place.matches('/').count() >= 2;
    places.into_iter().filter(telling).collect()
}
