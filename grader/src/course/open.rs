//! Finds the exercises by the names of their directories alone.
//!
//! A manifest is read only when its exercise is needed, so a mistake in one manifest does not
//! affect the other exercises.

use std::path::{Path, PathBuf};

use grader_schema::assignment::{Pack, Packed};

use super::{
    Error, Exercise,
    copies::{self, Copy},
    pack, select,
};

/// A course, found on disk.
#[derive(Debug)]
pub(crate) struct Course {
    /// The directory that holds `exercises/` and `grader/`.
    pub(crate) root: PathBuf,
    /// The exercises, by number.
    pub(crate) entries: Vec<Entry>,
    /// Directories that claim to be one of the exercises and do not count.
    pub(crate) copies: Vec<Copy>,
    /// The pack's manifest, if the course is a pack.
    pub(crate) pack: Option<Pack>,
}

/// The directory of an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Position in the syllabus.
    pub(crate) number: u32,
    /// Name of the exercise.
    pub(crate) slug: String,
}

impl Entry {
    /// The exercise's directory, relative to `exercises/` or `solutions/`.
    pub(crate) fn directory(&self) -> String {
        format!("{:02}-{}", self.number, self.slug)
    }

    /// Reads `NN-slug`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (number, slug) = name.split_once('-')?;
        let digits = number.len() >= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || slug.is_empty() {
            return None;
        }
        let entry = Self {
            number: number.parse().ok()?,
            slug: slug.to_owned(),
        };
        (entry.directory() == name).then_some(entry)
    }
}

impl Course {
    /// Opens the course in `given`, or else the nearest one from `from` upwards.
    pub(crate) fn open(given: Option<&Path>, from: &Path) -> Result<Self, Error> {
        let is_root = |dir: &Path| dir.join("exercises").is_dir() && dir.join("grader").is_dir();
        let root = match given {
            Some(dir) => Some(dir).filter(|dir| is_root(dir)),
            None => from.ancestors().find(|dir| is_root(dir)),
        };
        let root = root.ok_or_else(|| Error::NoKit {
            from: given.unwrap_or(from).to_path_buf(),
        })?;
        let root = fs_err::canonicalize(root)?;
        let mut entries = Vec::new();
        for item in fs_err::read_dir(root.join("exercises"))? {
            let item = item?;
            let name = item.file_name();
            if let Some(entry) = name.to_str().and_then(Entry::parse)
                && item.path().is_dir()
            {
                entries.push(entry);
            }
        }
        entries.sort_by(|a, b| (a.number, &a.slug).cmp(&(b.number, &b.slug)));
        let pack = pack::of(&root)?;
        let directory = |entry: &Entry| root.join("exercises").join(entry.directory());
        let (entries, copies) = copies::tell_apart(&entries, pack.as_ref(), |entry| {
            copies::claimed(&directory(entry))
        });
        for pair in entries.windows(2) {
            if pair[0].number == pair[1].number {
                return Err(Error::SameNumber {
                    number: pair[0].number,
                    first: pair[0].directory(),
                    second: pair[1].directory(),
                });
            }
        }
        Ok(Self {
            root,
            entries,
            copies,
            pack,
        })
    }

    /// Reads the manifests of one exercise.
    pub(crate) fn load(&self, entry: &Entry) -> Result<Exercise, Error> {
        Exercise::load(&self.root, entry, self.packed(entry))
    }

    /// The pack's entry of an exercise, if the course is a pack that has it.
    pub(crate) fn packed(&self, entry: &Entry) -> Option<&Packed> {
        let mut packed = self.pack.iter().flat_map(|pack| &pack.exercises);
        packed.find(|packed| packed.id == entry.slug)
    }

    /// Reads all manifests.
    pub(crate) fn load_all(&self) -> Result<Vec<Exercise>, Error> {
        self.entries.iter().map(|entry| self.load(entry)).collect()
    }

    /// The exercises that these words name, in syllabus order, each once.
    pub(crate) fn select(&self, words: &[String]) -> Result<Vec<&Entry>, Error> {
        select::select(&self.entries, &self.copies, words)
    }

    /// The one exercise that this word names.
    pub(crate) fn one(&self, word: &str) -> Result<Exercise, Error> {
        let entry = select::one(&self.entries, &self.copies, word)?;
        self.load(entry)
    }

    /// Where the grader keeps what it makes.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join(".grader")
    }
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn only_numbered_directories_are_exercises() {
        assert_eq!(
            Entry::parse("07-process-states"),
            Some(Entry {
                number: 7,
                slug: "process-states".into()
            })
        );
        for name in [
            "7-states",
            "007-states",
            "07",
            "07-",
            "README.md",
            "ab-c",
            "-07",
        ] {
            assert_eq!(Entry::parse(name), None, "{name}");
        }
    }
}
