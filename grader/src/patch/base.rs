//! The bases of diffs: the reference and the accepted answers.

use std::path::Path;

use fs_err as fs;

use super::{Error, Files, ROOT, marks};
use crate::dot_files::is_dot_file;

/// An answer that diffs can be made against.
#[derive(Debug)]
pub(super) struct Base {
    /// What its paths begin with: `src/`, `accepted/NAME.rs` or `accepted/NAME/src/`.
    prefix: String,
    /// Its files, by their paths from the solution.
    pub(super) files: Files,
}

impl Base {
    /// The base to which a file of a diff belongs.
    pub(super) fn named(solution: &Path, path: &str, file: &str) -> Result<Self, Error> {
        let missing = || Error::NoBase {
            file: file.to_owned(),
            base: path.to_owned(),
        };
        let prefix = match path.split('/').collect::<Vec<_>>()[..] {
            ["accepted", name, "src", ..] => format!("accepted/{name}/src/"),
            ["accepted", ..] => path.to_owned(),
            _ => "src/".to_owned(),
        };
        let base = Self::read(solution, &prefix)?.ok_or_else(missing)?;
        if base.files.contains_key(&base.path(ROOT)) {
            Ok(base)
        } else {
            Err(missing())
        }
    }

    /// All bases of a solution, the reference first.
    pub(super) fn all(solution: &Path) -> std::io::Result<Vec<Self>> {
        let mut prefixes = vec!["src/".to_owned()];
        let accepted = solution.join("accepted");
        if accepted.is_dir() {
            let mut names = Vec::new();
            for item in fs::read_dir(accepted)? {
                let item = item?;
                let hidden = is_dot_file(&item.file_name());
                if let Some(name) = item.file_name().to_str().filter(|_| !hidden) {
                    let end = if item.file_type()?.is_dir() {
                        "/src/"
                    } else {
                        ""
                    };
                    names.push(format!("accepted/{name}{end}"));
                }
            }
            names.sort();
            prefixes.extend(names);
        }
        let bases = prefixes.iter().map(|prefix| Self::read(solution, prefix));
        bases.filter_map(Result::transpose).collect()
    }

    /// The base with these paths; nothing if it is not there.
    fn read(solution: &Path, prefix: &str) -> std::io::Result<Option<Self>> {
        let place = solution.join(prefix);
        let mut files = Files::new();
        if prefix.ends_with('/') {
            if place.is_dir() {
                walk(solution, prefix, &mut files)?;
            }
        } else if is_inside(solution, prefix) && place.is_file() {
            files.insert(prefix.to_owned(), fs::read_to_string(place)?);
        }
        Ok((!files.is_empty()).then(|| Self {
            prefix: prefix.to_owned(),
            files,
        }))
    }

    /// How people call it: the path of its first file from the solution.
    pub(super) fn shown(&self) -> String {
        self.path(ROOT)
    }

    /// Whether it can have files beside the root.
    pub(super) fn is_directory(&self) -> bool {
        self.prefix.ends_with('/')
    }

    /// Whether a path is one of its own.
    pub(super) fn has(&self, path: &str) -> bool {
        if self.is_directory() {
            path.starts_with(&self.prefix)
        } else {
            path == self.prefix
        }
    }

    /// The path from the solution of a file of the answer.
    pub(super) fn path(&self, name: &str) -> String {
        match self.prefix.strip_suffix("src/") {
            Some(before) => format!("{before}{name}"),
            None => self.prefix.clone(),
        }
    }

    /// The name in the answer of a file.
    pub(super) fn name<'a>(&self, path: &'a str) -> &'a str {
        match self.prefix.strip_suffix("src/") {
            Some(before) => path.strip_prefix(before).unwrap_or(path),
            None => ROOT,
        }
    }

    /// The answer that these files of it make, with a header in place of its own.
    pub(super) fn answer(&self, header: &str, files: &Files) -> Files {
        let answer = files.iter().map(|(path, text)| {
            let name = self.name(path);
            let plain = marks::without(text);
            let text = match name {
                ROOT => format!("{header}{}", marks::body(&plain)),
                _ => plain,
            };
            (name.to_owned(), text)
        });
        answer.collect()
    }
}

/// Reads all files below a directory.
fn walk(solution: &Path, directory: &str, files: &mut Files) -> std::io::Result<()> {
    for item in fs::read_dir(solution.join(directory))? {
        let item = item?;
        let name = item.file_name();
        let Some(name) = name.to_str().filter(|_| !is_dot_file(&name)) else {
            continue;
        };
        let path = format!("{directory}{name}");
        if !is_inside(solution, &path) {
            continue;
        }
        if item.path().is_dir() {
            walk(solution, &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read_to_string(item.path())?);
        }
    }
    Ok(())
}

/// Whether a path leads to something in the solution: a link may lead out.
fn is_inside(solution: &Path, path: &str) -> bool {
    let (Ok(solution), Ok(place)) = (
        fs::canonicalize(solution),
        fs::canonicalize(solution.join(path)),
    ) else {
        return false;
    };
    place.starts_with(solution)
}
