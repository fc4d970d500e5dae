//! Finds names, values and canaries of hidden files in files that students read.

use std::{collections::BTreeSet, io, path::Path};

use fs_err as fs;
use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
    report::Visibility,
};
use proc_macro2::{TokenStream, TokenTree};

use super::finding;
use crate::course::{Course, Entry, Exercise};

/// Before the digits of a canary.
const MARK: &str = "canary: ";
/// Hexadecimal digits of a canary: 128 random bits.
const DIGITS: usize = 32;
/// Digits that a number has at least if it can tell a hidden check: of a smaller one,
/// and a round one may come from anywhere.
const TELLING_DIGITS: usize = 4;
/// Bytes that a string has at least.
const TELLING_STRING: usize = 8;
/// Numbers that a list has at least.
const TELLING_LIST: usize = 6;

/// A canary and the file that it is in.
#[derive(Debug, Clone)]
pub(crate) struct Canary {
    file: String,
    digits: Option<String>,
}

/// The hidden files of an exercise, with the canary of each.
pub(super) fn canaries(course: &Course, entry: &Entry) -> io::Result<Vec<Canary>> {
    let solution = format!("solutions/{}", entry.directory());
    let mut files = Vec::new();
    let place = course.root.join(&solution);
    if place.join("hidden.toml").is_file() {
        files.push(("hidden.toml".to_owned(), place.join("hidden.toml")));
    }
    if place.join("checks").is_dir() {
        walk(&place.join("checks"), "checks", &mut files)?;
    }
    let read = |(name, path): (String, std::path::PathBuf)| {
        let text = fs::read(path)?;
        let text = String::from_utf8_lossy(&text);
        Ok(Canary {
            file: format!("{solution}/{name}"),
            digits: canary(&text).map(str::to_owned),
        })
    };
    files.into_iter().map(read).collect()
}

/// The digits of the canary in a text.
pub(crate) fn canary(text: &str) -> Option<&str> {
    text.match_indices(MARK).find_map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(|it: char| !it.is_ascii_hexdigit());
        let digits = &rest[..end.unwrap_or(rest.len())];
        (digits.len() == DIGITS).then_some(digits)
    })
}

/// What is wrong in an exercise.
pub(super) fn look(exercise: &Exercise, canaries: &[Canary]) -> io::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let own = format!("{}/", exercise.solution());
    for canary in canaries.iter().filter(|it| it.file.starts_with(&own)) {
        if canary.digits.is_none() {
            let message = Text::new("this file has no canary", "此文件没有金丝雀标记");
            findings.push(finding(FindingKind::CanaryMissing, &canary.file, message));
        }
    }
    let names: BTreeSet<&str> = exercise
        .checks()
        .filter(|(visibility, _)| *visibility == Visibility::Hidden)
        .map(|(_, check)| check.id.as_str())
        .collect();
    let values = match &exercise.hidden {
        Some(hidden) => values(&fs::read_to_string(&hidden.source)?),
        None => Values::default(),
    };
    let mut files = Vec::new();
    let directory = exercise.directory();
    walk(&exercise.root.join(&directory), &directory, &mut files)?;
    for (file, path) in files {
        let bytes = fs::read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        for (line, name) in lines_with(&text, |word| names.contains(word)) {
            findings.push(Finding {
                line: Some(line),
                ..finding(
                    FindingKind::HiddenNameLeaks,
                    &file,
                    Text::new(
                        format!("it names the hidden check `{name}`"),
                        format!("出现了隐藏检查的名称 `{name}`"),
                    ),
                )
            });
        }
        for (line, value) in values.in_text(&file, &text) {
            findings.push(Finding {
                line,
                ..finding(
                    FindingKind::HiddenValueLeaks,
                    &file,
                    Text::new(
                        format!("it contains `{value}`, which a hidden check uses"),
                        format!("出现了隐藏检查中的 `{value}`"),
                    ),
                )
            });
        }
        for canary in canaries {
            if let Some(digits) = &canary.digits
                && let Some(at) = text.find(digits.as_str())
            {
                let source = &canary.file;
                findings.push(Finding {
                    line: Some(line_at(&text, at)),
                    ..finding(
                        FindingKind::CanaryLeaks,
                        &file,
                        Text::new(
                            format!("it contains the canary of `{source}`"),
                            format!("出现了 `{source}` 的金丝雀标记"),
                        ),
                    )
                });
            }
        }
    }
    Ok(findings)
}

/// All files below a directory, by name and in order.
fn walk(
    directory: &Path,
    name: &str,
    files: &mut Vec<(String, std::path::PathBuf)>,
) -> io::Result<()> {
    let mut items = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    items.sort_by_key(fs::DirEntry::file_name);
    for item in items {
        let part = item.file_name();
        let name = format!("{name}/{}", part.display());
        if item.path().is_dir() {
            walk(&item.path(), &name, files)?;
        } else if item.path().is_file() {
            files.push((name, item.path()));
        }
    }
    Ok(())
}

fn line_at(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The words of a text that this is true of, each with its line.
pub(crate) fn lines_with<'a>(
    text: &'a str,
    is: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = (usize, &'a str)> {
    text.lines().enumerate().flat_map(move |(index, line)| {
        let words = line.split(|it: char| !it.is_alphanumeric() && it != '_');
        let found: Vec<_> = words.filter(|word| is(word)).collect();
        found.into_iter().map(move |word| (index + 1, word))
    })
}

/// Values by which a hidden check can be known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Values {
    numbers: BTreeSet<String>,
    strings: BTreeSet<String>,
    lists: BTreeSet<Vec<String>>,
}

/// The values of a source.
pub(crate) fn values(source: &str) -> Values {
    let mut values = Values::default();
    if let Ok(tokens) = source.parse() {
        values.read(tokens);
    }
    values
}

impl Values {
    /// Takes tokens in; gives the numbers of a list that has nothing else in it.
    fn read(&mut self, tokens: TokenStream) -> Option<Vec<String>> {
        let mut list = Some(Vec::new());
        for token in tokens {
            let numbers = match &token {
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    self.literal(&text);
                    number(&text).map(|number| vec![number])
                }
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Punct(punct) if ",!-".contains(punct.as_char()) => Some(Vec::new()),
                TokenTree::Ident(ident) if *ident == "vec" => Some(Vec::new()),
                _ => None,
            };
            list = list.zip(numbers).map(|(mut list, numbers)| {
                list.extend(numbers);
                list
            });
        }
        if let Some(list) = list.as_ref().filter(|list| list.len() >= TELLING_LIST) {
            self.lists.insert(list.clone());
        }
        list
    }

    fn literal(&mut self, text: &str) {
        if let Some(number) = number(text) {
            let telling = number.trim_end_matches('0').len() >= TELLING_DIGITS;
            let power = number.parse::<u64>().is_ok_and(u64::is_power_of_two);
            if telling && !power {
                self.numbers.insert(number);
            }
        } else if let Some(inside) = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
            let telling = inside.len() >= TELLING_STRING
                && inside.is_ascii()
                && !inside.contains([' ', '\\'])
                && inside.contains(|it: char| it.is_ascii_digit());
            if telling {
                self.strings.insert(inside.to_owned());
            }
        }
    }

    /// Which of these values a file holds, each with its line.
    pub(crate) fn in_text(&self, file: &str, text: &str) -> Vec<(Option<usize>, String)> {
        let is_number =
            |word: &str| number(word).is_some_and(|number| self.numbers.contains(&number));
        let mut found: Vec<_> = lines_with(text, is_number)
            .map(|(line, word)| (Some(line), word.to_owned()))
            .collect();
        for string in &self.strings {
            if let Some(at) = text.find(string.as_str()) {
                found.push((Some(line_at(text, at)), string.clone()));
            }
        }
        if Path::new(file).extension().is_some_and(|it| it == "rs") {
            let theirs = values(text);
            for list in self.lists.intersection(&theirs.lists) {
                found.push((None, list.join(", ")));
            }
        }
        found
    }
}

/// The digits of a number, without its type.
fn number(literal: &str) -> Option<String> {
    if !literal.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let plain = literal.replace('_', "");
    let end = plain.find(|it: char| !it.is_ascii_digit());
    let (digits, kind) = plain.split_at(end.unwrap_or(plain.len()));
    let is_type = kind.is_empty() || kind.starts_with(['u', 'i']);
    (is_type && !digits.is_empty()).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{canary, values};

    #[test]
    fn a_canary_has_128_bits() {
        let digits = "0123456789abcdef0123456789abcdef";
        assert_eq!(canary(&format!("// a\n# canary: {digits}\n")), Some(digits));
        assert_eq!(canary("// canary: 0123456789abcdef\n"), None);
        assert_eq!(canary("no bird\n"), None);
    }

    #[test]
    fn values_that_could_be_from_anywhere_are_not_telling() {
        let hidden = values(
            "f(1000, 4096, 65_536, 10_000_000, 512, \"try_again\", \"two words 12345\", [1, 2, 3, 4])",
        );
        assert_eq!(hidden, super::Values::default());
    }

    #[test]
    fn telling_values_are_found_however_they_are_written() {
        let hidden =
            values("let a = 7_919u64; b(\"job-4711\"); vec![vec![3, 1], vec![4, 1], vec![5, 9]]");
        let text = "// line\nlet x = 7919;\nlet y = \"job-4711\";\nlet z = [3, 1, 4, 1, 5, 9];\n";
        let mut found = hidden.in_text("checks/public.rs", text);
        found.sort();
        assert_eq!(
            found,
            [
                (None, "3, 1, 4, 1, 5, 9".to_owned()),
                (Some(2), "7919".to_owned()),
                (Some(3), "job-4711".to_owned()),
            ]
        );
        assert_eq!(hidden.in_text("README.md", "79190 and job-471\n"), []);
    }
}
