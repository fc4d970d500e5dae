//! The inputs of a compiled program, as the compiler lists them.
//!
//! A compiler lists the files that it read, and the variables of the environment, for `make`
//! (`--emit=dep-info`). From its list a program is found again: by a digest of what these hold
//! now. So it makes no difference how a source comes to read another, by `mod`, `#[path]`,
//! `include!` or `include_str!`. The first time there is no list, and the program is compiled.

use std::{
    collections::BTreeSet,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::super::{launches, write_whole};
use crate::digest::Digest;

/// How many lists are kept: they are short, and without its list nothing is found again.
const KEPT: usize = 16_384;
/// A file system may say that a file was changed so much earlier than it was.
const GRANULE: Duration = Duration::from_millis(20);

/// What a compiler read, by the list that it wrote.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Read {
    /// Absolute paths.
    pub(crate) files: BTreeSet<PathBuf>,
    /// Names of variables that `env!` or `option_env!` asked for.
    pub(crate) variables: BTreeSet<String>,
}

impl Read {
    /// The list of a compiler that ran in `directory`.
    pub(crate) fn of(list: &str, directory: &Path) -> Self {
        let variables = list
            .lines()
            .filter_map(|line| line.strip_prefix("# env-dep:"))
            .map(|entry| entry.split_once('=').map_or(entry, |(name, _)| name));
        Self {
            files: files(list).iter().map(|it| directory.join(it)).collect(),
            variables: variables.map(str::to_owned).collect(),
        }
    }

    /// Names what the files and variables hold now, together with `base`.
    pub(crate) fn digest(&self, base: &str) -> String {
        let mut digest = Digest::default().field(base);
        for file in &self.files {
            digest = digest.field(file.as_os_str().as_encoded_bytes());
            digest = match fs::read(file) {
                Ok(bytes) => digest.field("there").field(bytes),
                Err(_) => digest.field("not there"),
            };
            // A module is in either of two files; if there are both, the compiler refuses.
            let other = other_place(file).is_some_and(|other| other.is_file());
            digest = digest.field([u8::from(other)]);
        }
        for name in &self.variables {
            let value = std::env::var_os(name).filter(|_| launches::is_kept(name));
            digest = digest.field(name);
            digest = match value {
                Some(value) => digest.field("set").field(value.as_encoded_bytes()),
                None => digest.field("not set"),
            };
        }
        digest.short()
    }

    /// Whether none of the files was changed since a moment.
    pub(crate) fn is_older_than(&self, moment: SystemTime) -> bool {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH);
        let limit = since.unwrap_or_default().saturating_sub(GRANULE);
        self.files.iter().all(|file| {
            // Not the time that a program can set.
            fs::metadata(file).is_ok_and(|metadata| {
                let seconds = u64::try_from(metadata.ctime()).unwrap_or_default();
                let rest = u64::try_from(metadata.ctime_nsec()).unwrap_or_default();
                Duration::from_secs(seconds) + Duration::from_nanos(rest) < limit
            })
        })
    }
}

/// `a/mod.rs` for `a.rs`, and the other way round.
fn other_place(file: &Path) -> Option<PathBuf> {
    if file.file_name()? == "mod.rs" {
        return Some(file.parent()?.with_extension("rs"));
    }
    let is_rust = file.extension().is_some_and(|it| it == "rs");
    is_rust.then(|| file.with_extension("").join("mod.rs"))
}

/// The files in a compiler's list.
pub(crate) fn files(list: &str) -> Vec<String> {
    let targets = list.lines().filter(|line| !line.starts_with('#'));
    let mut files = Vec::new();
    for (_, names) in targets.filter_map(|line| line.split_once(": ")) {
        let mut name = String::new();
        let mut characters = names.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                // Spaces are the only thing that the compiler escapes.
                '\\' if characters.peek() == Some(&' ') => {
                    characters.next();
                    name.push(' ');
                }
                ' ' => files.push(std::mem::take(&mut name)),
                _ => name.push(character),
            }
        }
        files.push(name);
    }
    files.retain(|name| !name.is_empty());
    files
}

/// The lists, by what the programs were made from first.
#[derive(Debug)]
pub(crate) struct Lists {
    directory: PathBuf,
}

impl Lists {
    pub(crate) fn below(cache: &Path) -> Self {
        Self {
            directory: cache.join("inputs"),
        }
    }

    /// What was read the last time; nothing if that is not known.
    pub(crate) fn get(&self, base: &str) -> Option<Read> {
        let bytes = fs::read(self.directory.join(base)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// The name of what is made from `base` and what it reads; nothing if that is not known.
    pub(crate) fn name(&self, base: &str) -> Option<String> {
        self.get(base).map(|read| read.digest(base))
    }

    /// Keeps a list.
    pub(crate) fn put(&self, base: &str, read: &Read) -> std::io::Result<()> {
        if self.get(base).as_ref() == Some(read) {
            return Ok(());
        }
        fs::create_dir_all(&self.directory)?;
        write_whole(&self.directory.join(base), &serde_json::to_vec(read)?)?;
        // To look at all of them takes longer than to write one.
        if base.starts_with("00") {
            super::kept::prune(&self.directory, KEPT)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_spaces_colons_and_other_letters_are_read_back() {
        let list = "out.d: src/lib.rs my\\ data.txt a\\\\b.txt c:\\ d.txt Kürs\\ курс.rs\n\n\
                    src/lib.rs:\n# env-dep:X=a: b\n";
        let names = [
            "src/lib.rs",
            "my data.txt",
            "a\\\\b.txt",
            "c: d.txt",
            "Kürs курс.rs",
        ];
        assert_eq!(files(list), names);
    }

    #[test]
    fn variables_are_read_with_and_without_a_value() {
        let read = Read::of("# env-dep:HOME=/root\n# env-dep:NOT_SET\n", Path::new("/"));
        let names: Vec<_> = read.variables.iter().map(String::as_str).collect();
        assert_eq!(names, ["HOME", "NOT_SET"]);
    }

    #[test]
    fn a_module_may_be_in_either_of_two_files() {
        let other = |path: &str| other_place(Path::new(path));
        assert_eq!(other("/a/b.rs"), Some("/a/b/mod.rs".into()));
        assert_eq!(other("/a/b/mod.rs"), Some("/a/b.rs".into()));
        assert_eq!(other("/a/b.txt"), None);
    }

    #[test]
    fn whatever_changes_has_another_name() {
        let place = tempfile::tempdir().expect("a directory for the test");
        let file = place.path().join("a.rs");
        let read = Read {
            files: BTreeSet::from([file.clone()]),
            variables: BTreeSet::new(),
        };
        let mut names = vec![read.digest("x"), read.digest("y")];
        fs::write(&file, "").expect("it is written");
        names.push(read.digest("x"));
        fs::write(&file, "1").expect("it is written");
        names.push(read.digest("x"));
        fs::create_dir(place.path().join("a")).expect("it is made");
        fs::write(place.path().join("a/mod.rs"), "").expect("it is written");
        names.push(read.digest("x"));
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 5);
    }

    #[test]
    fn a_file_that_was_just_written_is_not_old() {
        let place = tempfile::tempdir().expect("a directory for the test");
        let file = place.path().join("a.rs");
        fs::write(&file, "").expect("it is written");
        let now = SystemTime::now();
        let read = Read {
            files: BTreeSet::from([file]),
            variables: BTreeSet::new(),
        };
        assert!(!read.is_older_than(now));
        assert!(read.is_older_than(now + Duration::from_secs(1)));
    }
}
