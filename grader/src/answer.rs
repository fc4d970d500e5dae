//! Reading a submission: which files an answer is made of, and whether they can be judged.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use fs_err as fs;
use grader_schema::Text;
use tempfile::TempDir;
use thiserror::Error;

use crate::{
    ExitCode, course::Exercise, digest::Digest, dot_files::is_dot_file, patch,
    user_error::UserError,
};

/// The largest file of an answer, in bytes.
const MAX_FILE: u64 = 256 << 10;
/// The most files of an answer.
const MAX_FILES: usize = 64;

/// Which answer to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnswerSource {
    /// The student's own, in the exercise.
    Student,
    /// The reference solution.
    Reference,
    /// Another one: a `lib.rs`, or a directory with `src/lib.rs` or `lib.rs`.
    Path(PathBuf),
    /// The same, by its path from the course.
    PathInCourse(PathBuf),
}

impl AnswerSource {
    /// The options that name it again, as a shell takes them.
    fn options(&self) -> String {
        match self {
            Self::Student => String::new(),
            Self::Reference => "--solution".to_owned(),
            Self::Path(path) | Self::PathInCourse(path) => {
                format!("--source {}", quoted(&path.display().to_string()))
            }
        }
    }
}

/// Quotes a word for a shell, if it needs it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-+,:@%=".contains(&byte));
    if plain {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// An answer, read.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// Its place, as a person would name it.
    pub(crate) shown: String,
    /// The options of `check` that name it again, as a shell takes them.
    pub(crate) options: String,
    /// Where the compiler runs, so that its messages show paths as they were given.
    pub(crate) working_directory: PathBuf,
    /// The crate root, as the compiler is given it.
    pub(crate) crate_root: String,
    /// The path that locations begin with, and what stands for it in the judged program.
    pub(crate) remap: (String, &'static str),
    /// The files by the names that reports use, `src/lib.rs` for example.
    pub(crate) files: BTreeMap<String, String>,
    /// Where the files are on disk, to tell what else a compiler reads, with their names.
    pub(crate) paths: BTreeMap<PathBuf, String>,
    /// Names the contents.
    pub(crate) digest: String,
    /// Where the files of an answer are that was written as a diff.
    #[expect(
        dead_code,
        reason = "the directory is there for as long as this is held"
    )]
    materialised: Option<Arc<TempDir>>,
}

impl Answer {
    /// Whether it is one file that was named with `--source`, and not a directory.
    pub(crate) fn is_one_file(&self) -> bool {
        self.remap.1 == ONE_FILE
    }

    /// A file that is not any more as it was when it was read.
    pub(crate) fn changed(&self) -> Option<&str> {
        let mut files = self.paths.iter();
        let changed = files.find(|(path, name)| {
            let now = fs::read(path).unwrap_or_default();
            self.files.get(*name).map(String::as_bytes) != Some(&*now)
        });
        changed.map(|(_, name)| name.as_str())
    }
}

/// What an answer of one file is called in the judged program.
const ONE_FILE: &str = "answer/src/lib.rs";

/// What the student's sources are called in the judged program.
pub(crate) const SOURCE_ROOT: &str = "answer/";

/// Why there is nothing to judge, and it is not the student's answer that is to blame.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The path given with `--source` leads nowhere.
    #[error("no answer at `{path}`")]
    NotThere {
        /// The path.
        path: String,
    },
    /// No reference solution in this copy of the course.
    #[error("this copy of the course has no reference solution for `{exercise}`")]
    NoSolution {
        /// The exercise.
        exercise: String,
    },
    /// The answer is written as a diff that cannot be applied.
    #[error(transparent)]
    Diff(#[from] patch::Error),
    /// A file operation failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        match self {
            Self::NotThere { .. } | Self::NoSolution { .. } => ExitCode::Usage,
            Self::Diff(_) | Self::Io(_) => ExitCode::Internal,
        }
    }

    fn chinese(&self) -> Option<String> {
        match self {
            Self::NotThere { path } => Some(format!("`{path}` 处没有答案")),
            Self::NoSolution { exercise } => {
                Some(format!("这份课程中没有 `{exercise}` 的参考答案"))
            }
            Self::Diff(error) => error.chinese(),
            Self::Io(_) => None,
        }
    }

    fn next(&self) -> Text {
        match self {
            Self::NotThere { .. } => Text::new(
                "name a `lib.rs`, or a directory that holds `src/lib.rs` or `lib.rs`",
                "请指定一个 `lib.rs`，或包含 `src/lib.rs` 或 `lib.rs` 的目录",
            ),
            Self::NoSolution { .. } => Text::new(
                "leave out `--solution` to judge your own answer",
                "去掉 `--solution` 以检查你自己的答案",
            ),
            Self::Diff(error) => error.next(),
            Self::Io(_) => Text::new(
                "check the named file and its permissions",
                "请检查该文件及其权限",
            ),
        }
    }
}

/// What was found where an answer should be.
#[derive(Debug, Clone)]
pub(crate) enum Submission {
    /// Something that a compiler can be given.
    Answer(Box<Answer>),
    /// Something that cannot be judged, and why: the student has to fix this.
    Refused {
        /// Its place, as a person would name it.
        shown: String,
        /// The options of `check` that name it again, as a shell takes them.
        options: String,
        /// What is wrong and what to do.
        why: Text,
    },
}

/// Reads an answer.
pub(crate) fn take(exercise: &Exercise, which: &AnswerSource) -> Result<Submission, Error> {
    let (place, materialised) = materialise(exercise, place(exercise, which)?)?;
    let mut reader = Reader::default();
    let read = match &place.kind {
        Kind::File => reader.file(&place.absolute, "src/lib.rs"),
        Kind::Directory => reader.directory(&place.absolute),
    };
    match read {
        Ok(()) => {}
        Err(SubmissionError::Refused(why)) => {
            return Ok(Submission::Refused {
                shown: place.shown,
                options: which.options(),
                why,
            });
        }
        Err(SubmissionError::Io(error)) => return Err(error.into()),
    }
    let digest = reader
        .files
        .iter()
        .fold(Digest::default(), |digest, (name, text)| {
            digest.field(name).field(text)
        });
    let (crate_root, remapped) = match place.kind {
        Kind::File => (place.given.clone(), ONE_FILE),
        Kind::Directory => (format!("{}/lib.rs", place.given), "answer/src"),
    };
    Ok(Submission::Answer(Box::new(Answer {
        shown: place.shown,
        options: which.options(),
        working_directory: place.working_directory,
        crate_root,
        remap: (place.given, remapped),
        digest: digest.short(),
        materialised: materialised.map(Arc::new),
        files: reader.files,
        paths: reader.paths,
    })))
}

enum Kind {
    File,
    Directory,
}

/// Where an answer is.
struct Place {
    shown: String,
    working_directory: PathBuf,
    /// The file or the source directory, from the working directory.
    given: String,
    absolute: PathBuf,
    kind: Kind,
}

fn place(exercise: &Exercise, which: &AnswerSource) -> Result<Place, Error> {
    let in_course = |directory: String| Place {
        working_directory: exercise.root.clone(),
        absolute: exercise.root.join(&directory).join("src"),
        given: format!("{directory}/src"),
        shown: directory,
        kind: Kind::Directory,
    };
    match which {
        AnswerSource::Student => Ok(in_course(exercise.directory())),
        AnswerSource::Reference => {
            let place = in_course(exercise.solution());
            if !place.absolute.is_dir() {
                return Err(Error::NoSolution {
                    exercise: exercise.entry.directory(),
                });
            }
            Ok(place)
        }
        AnswerSource::Path(path) => below(std::env::current_dir()?, path),
        AnswerSource::PathInCourse(path) => below(exercise.root.clone(), path),
    }
}

/// The answer that a path leads to from this directory.
fn below(here: PathBuf, path: &Path) -> Result<Place, Error> {
    let shown = path.display().to_string();
    let (given, kind) = if here.join(path).join("src").is_dir() {
        (path.join("src"), Kind::Directory)
    } else if here.join(path).is_dir() {
        (path.to_path_buf(), Kind::Directory)
    } else if here.join(path).exists() {
        (path.to_path_buf(), Kind::File)
    } else {
        return Err(Error::NotThere { path: shown });
    };
    let absolute = here.join(&given);
    if matches!(kind, Kind::Directory) && !absolute.join("lib.rs").exists() {
        return Err(Error::NotThere { path: shown });
    }
    // A compiler would join a trailing slash and `lib.rs` with two of them.
    let text = given.display().to_string();
    let text = if text.len() > 1 {
        text.trim_end_matches('/').to_owned()
    } else {
        text
    };
    Ok(Place {
        shown,
        absolute,
        working_directory: here,
        given: text,
        kind,
    })
}

/// Where the answer is that a diff stands for, which is written into a directory of its
/// own; any other place as it is.
fn materialise(exercise: &Exercise, place: Place) -> Result<(Place, Option<TempDir>), Error> {
    if !matches!(place.kind, Kind::File) || !is_diff(&place.absolute) {
        return Ok((place, None));
    }
    let solution = exercise.root.join(exercise.solution());
    let files = patch::materialise(&solution, &place.absolute, &place.shown)?;
    let directory = tempfile::tempdir()?;
    // Messages show the path that was given, as far as it can be had in there.
    let given = Path::new(&place.given);
    let is_below = given
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let name = if is_below {
        given
    } else {
        Path::new(given.file_name().unwrap_or_default())
    };
    let (given, kind) = if files.keys().eq(["src/lib.rs"]) {
        (name.with_extension("rs"), Kind::File)
    } else {
        (name.with_extension("").join("src"), Kind::Directory)
    };
    for (name, text) in &files {
        let path = match kind {
            Kind::File => directory.path().join(&given),
            Kind::Directory => directory.path().join(given.with_file_name(name)),
        };
        fs::create_dir_all(path.parent().unwrap_or(directory.path()))?;
        fs::write(path, text)?;
    }
    let place = Place {
        working_directory: directory.path().to_path_buf(),
        absolute: directory.path().join(&given),
        given: given.display().to_string(),
        kind,
        ..place
    };
    Ok((place, Some(directory)))
}

/// Whether a file is a diff, by its name.
pub(crate) fn is_diff(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "diff")
}

enum SubmissionError {
    Refused(Text),
    Io(std::io::Error),
}

impl From<std::io::Error> for SubmissionError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

fn refuse(english: String, chinese: String) -> SubmissionError {
    SubmissionError::Refused(Text::new(english, chinese))
}

#[derive(Default)]
struct Reader {
    files: BTreeMap<String, String>,
    paths: BTreeMap<PathBuf, String>,
}

impl Reader {
    fn directory(&mut self, source: &Path) -> Result<(), SubmissionError> {
        let root = source.join("lib.rs");
        if root.is_dir() {
            return Err(refuse(
                "`src/lib.rs` is a directory; it has to be the file with your code".into(),
                "`src/lib.rs` 是一个目录；它应当是存放代码的文件".into(),
            ));
        }
        if fs::symlink_metadata(&root).is_err() {
            return Err(refuse(
                "`src/lib.rs` does not exist; `cargo grader reset` puts the stub back".into(),
                "缺少 `src/lib.rs`；`cargo grader reset` 可恢复初始文件".into(),
            ));
        }
        let base = fs::canonicalize(source)?;
        self.walk(&base, &base, "src")
    }

    fn walk(&mut self, base: &Path, directory: &Path, name: &str) -> Result<(), SubmissionError> {
        let mut items = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
        items.sort_by_key(fs::DirEntry::file_name);
        for item in items {
            // What editors and systems leave there, an Emacs lock for example, is no part of it.
            if is_dot_file(&item.file_name()) {
                continue;
            }
            let Some(part) = item.file_name().to_str().map(str::to_owned) else {
                let part = item.file_name().display().to_string();
                return Err(refuse(
                    format!("the name of `{name}/{part}` is not UTF-8; give the file another name"),
                    format!("文件名 `{name}/{part}` 不是 UTF-8；请改名"),
                ));
            };
            let name = format!("{name}/{part}");
            let kind = item.file_type()?;
            if kind.is_symlink() {
                let target = fs::canonicalize(item.path()).ok();
                let inside = target.as_ref().is_some_and(|path| path.starts_with(base));
                if !inside {
                    return Err(refuse(
                        format!(
                            "`{name}` is a link that leads out of the answer; put the file itself there"
                        ),
                        format!("`{name}` 是指向答案之外的链接；请放入文件本身"),
                    ));
                }
                // What a link inside of the answer leads to is read where it lies.
                if target.is_some_and(|path| path.is_dir()) {
                    continue;
                }
                self.file(&item.path(), &name)?;
            } else if kind.is_dir() {
                self.walk(base, &item.path(), &name)?;
            } else {
                self.file(&item.path(), &name)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: &str) -> Result<(), SubmissionError> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(refuse(
                format!("`{name}` is not a regular file; only files can be judged"),
                format!("`{name}` 不是普通文件；只能检查普通文件"),
            ));
        }
        if metadata.len() > MAX_FILE {
            let (size, most) = (metadata.len() >> 10, MAX_FILE >> 10);
            return Err(refuse(
                format!("`{name}` has {size} KiB; at most {most} KiB are read: make it shorter"),
                format!("`{name}` 有 {size} KiB；最多读取 {most} KiB：请缩短"),
            ));
        }
        if self.files.len() == MAX_FILES {
            return Err(refuse(
                format!(
                    "the answer has more than {MAX_FILES} files (`{name}` is the first one too many): remove the files that do not belong to it"
                ),
                format!("答案超过 {MAX_FILES} 个文件（`{name}`）；请删除无关文件"),
            ));
        }
        let bytes = fs::read(path)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..offset];
            let line = before.split(|byte| *byte == b'\n').count();
            refuse(
                format!("`{name}` is not UTF-8: line {line}, byte {offset}; save it as UTF-8"),
                format!("`{name}` 不是 UTF-8 编码：第 {line} 行，字节 {offset}；请以 UTF-8 保存"),
            )
        })?;
        self.files.insert(name.to_owned(), text);
        self.paths.insert(fs::canonicalize(path)?, name.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, SubmissionError, quoted};

    fn refusal(prepare: impl FnOnce(&std::path::Path)) -> Option<String> {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("src");
        fs_err::create_dir(&source).unwrap();
        prepare(&source);
        match Reader::default().directory(&source) {
            Ok(()) => None,
            Err(SubmissionError::Refused(why)) => Some(why.en),
            Err(SubmissionError::Io(error)) => panic!("{error}"),
        }
    }

    #[track_caller]
    fn check(prepare: impl FnOnce(&std::path::Path), expected: &str) {
        let why = refusal(prepare).expect("it is refused");
        assert!(why.starts_with(expected), "{why}");
    }

    #[test]
    fn what_cannot_be_judged_is_refused_by_name() {
        check(|_| {}, "`src/lib.rs` does not exist");
        check(
            |src| fs_err::create_dir(src.join("lib.rs")).unwrap(),
            "`src/lib.rs` is a directory",
        );
        check(
            |src| fs_err::write(src.join("lib.rs"), b"fn a() {}\n// \xff\n").unwrap(),
            "`src/lib.rs` is not UTF-8: line 2, byte 13",
        );
        check(
            |src| {
                fs_err::write(src.join("lib.rs"), "mod a;").unwrap();
                fs_err::os::unix::fs::symlink("/etc/hostname", src.join("a.rs")).unwrap();
            },
            "`src/a.rs` is a link that leads out",
        );
        check(
            |src| {
                fs_err::write(src.join("lib.rs"), vec![b' '; 300 << 10]).unwrap();
            },
            "`src/lib.rs` has 300 KiB",
        );
        check(
            |src| {
                for number in 0..70 {
                    fs_err::write(src.join(format!("m{number}.rs")), "").unwrap();
                }
                fs_err::write(src.join("lib.rs"), "").unwrap();
            },
            "the answer has more than 64 files",
        );
    }

    #[test]
    fn names_that_begin_with_a_dot_are_no_part_of_an_answer() {
        let why = refusal(|src| {
            use std::os::unix::ffi::OsStrExt as _;
            fs_err::write(src.join("lib.rs"), "").unwrap();
            fs_err::os::unix::fs::symlink("me@host.1:2", src.join(".#lib.rs")).unwrap();
            fs_err::write(src.join(".lib.rs.swp"), b"b0VIM\xff\xfe").unwrap();
            fs_err::write(src.join(".DS_Store"), vec![0; 300 << 10]).unwrap();
            fs_err::create_dir(src.join(".git")).unwrap();
            for number in 0..70 {
                fs_err::write(src.join(format!(".git/{number}")), b"\xff").unwrap();
            }
            let odd = std::ffi::OsStr::from_bytes(b"._\xff");
            fs_err::write(src.join(odd), "").unwrap();
        });
        assert_eq!(why, None);
    }

    #[test]
    fn links_inside_of_the_answer_are_followed() {
        let why = refusal(|src| {
            fs_err::write(src.join("real.rs"), "").unwrap();
            fs_err::os::unix::fs::symlink("real.rs", src.join("lib.rs")).unwrap();
        });
        assert_eq!(why, None);
    }

    #[test]
    fn words_are_quoted_for_the_shell_only_if_they_need_it() {
        assert_eq!(quoted("a/b-c.rs"), "a/b-c.rs");
        assert_eq!(quoted("my answer.rs"), "'my answer.rs'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
