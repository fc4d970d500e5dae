//! Creates a new exercise whose parts are all present and pass `dev check`, so that a teacher
//! adapts one part at a time.

mod template;

use fs_err as fs;
use grader_schema::{RunMode, Text};
use thiserror::Error;

use crate::{
    ExitCode,
    course::{self, Course, Entry, is_slug},
    pipeline, publish, stub, syllabus,
    user_error::UserError,
};

/// The last exercise of the syllabus; what teachers add comes after it.
const LAST: u32 = 46;

/// Why there is no new exercise.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// A file operation failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The course cannot be read.
    #[error(transparent)]
    Kit(#[from] course::Error),
    /// Not the name of an exercise.
    #[error("`{0}` cannot be the name of an exercise: use lower-case letters, digits and hyphens")]
    Name(String),
    /// The number or the name is another exercise's.
    #[error("`{0}` exists already")]
    Taken(String),
    /// Cargo cannot enter the crate into the lock file.
    #[error("cannot add the new crate to `exercises/Cargo.lock`\n{0}")]
    Lock(String),
    /// A template cannot be made into a stub.
    #[error("the template of the stub is wrong")]
    Template,
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        match self {
            Self::Name(_) | Self::Taken(_) => ExitCode::Usage,
            Self::Kit(error) => error.code(),
            Self::Io(_) | Self::Lock(_) | Self::Template => ExitCode::Internal,
        }
    }

    fn chinese(&self) -> Option<String> {
        match self {
            Self::Name(name) => Some(format!(
                "`{name}` 不能作为练习的名称：只能用小写字母、数字和连字符"
            )),
            Self::Taken(name) => Some(format!("`{name}` 已经存在")),
            Self::Kit(error) => error.chinese(),
            Self::Lock(stderr) => Some(format!(
                "无法把新的 crate 写入 `exercises/Cargo.lock`\n{stderr}"
            )),
            Self::Io(_) | Self::Template => None,
        }
    }

    fn next(&self) -> Text {
        match self {
            Self::Name(_) => Text::new(
                "write it like `traffic-light`",
                "请写成 `traffic-light` 这样的形式",
            ),
            Self::Taken(_) => Text::new(
                "choose another name, or another `--number`",
                "请换一个名称，或换一个 `--number`",
            ),
            Self::Kit(error) => error.next(),
            Self::Lock(_) => Text::new(
                "the exercise is written; `cargo update --workspace` in `exercises/` adds its crate",
                "练习已经写好；在 `exercises/` 中运行 `cargo update --workspace` 即可写入",
            ),
            Self::Io(_) | Self::Template => Text::new(
                "check the named file and its permissions",
                "请检查该文件及其权限",
            ),
        }
    }
}

/// What the new exercise is to be.
#[derive(Debug)]
pub(crate) struct NewExercise {
    /// Its name.
    pub(crate) slug: String,
    /// Its chapter.
    pub(crate) chapter: u32,
    /// Its number; else the next one after the syllabus.
    pub(crate) number: Option<u32>,
    /// How answers are run.
    pub(crate) mode: RunMode,
}

/// Writes a new exercise; says which it is and what was written.
pub(crate) fn create(
    course: &Course,
    request: &NewExercise,
) -> Result<(Entry, Vec<String>), Error> {
    if !is_slug(&request.slug) {
        return Err(Error::Name(request.slug.clone()));
    }
    let last = course.entries.iter().map(|entry| entry.number).max();
    let next = last.unwrap_or(0).max(LAST) + 1;
    let entry = Entry {
        number: request.number.unwrap_or(next),
        slug: request.slug.clone(),
    };
    let taken = |other: &&Entry| other.number == entry.number || other.slug == entry.slug;
    if let Some(other) = course.entries.iter().find(taken) {
        return Err(Error::Taken(other.directory()));
    }
    let solution = format!("solutions/{}", entry.directory());
    if course.root.join(&solution).exists() {
        return Err(Error::Taken(solution));
    }
    let mut files = Vec::new();
    for (path, text) in template::files(request.mode) {
        let text = filled(text, &entry, request.chapter)?;
        if path == "solutions/src/lib.rs" {
            let made = stub::extract(&text).map_err(|_| Error::Template)?;
            for place in ["exercises/stub/src/lib.rs", "exercises/src/lib.rs"] {
                files.push((place_of(place, &entry), made.clone()));
            }
        }
        files.push((place_of(path, &entry), text));
    }
    files.sort();
    for (path, text) in &files {
        let path = course.root.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        pipeline::write_whole(&path, text.as_bytes())?;
    }
    let mut written: Vec<String> = files.into_iter().map(|(path, _)| path).collect();
    written.extend(syllabus::write(course)?);
    // Its crate is a member of the workspace of the exercises now.
    let workspace = course.root.join(publish::EXERCISES);
    if let Some(exercises) = workspace.parent().filter(|_| workspace.is_file()) {
        publish::settle(exercises).map_err(Error::Lock)?;
    }
    Ok((entry, written))
}

/// `exercises/…` and `solutions/…` of a template, for this exercise.
fn place_of(path: &str, entry: &Entry) -> String {
    let (top, rest) = path.split_once('/').unwrap_or((path, ""));
    format!("{top}/{}/{rest}", entry.directory())
}

/// A template with the names of an exercise in it.
fn filled(text: &str, entry: &Entry, chapter: u32) -> Result<String, Error> {
    let title = entry.slug.replace('-', " ");
    let mut letters = title.chars();
    let title: String = letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default();
    let text = text
        .replace("number = {{number}}", &format!("number = {}", entry.number))
        .replace("{{number}}", &format!("{:02}", entry.number))
        .replace("{{chapter}}", &chapter.to_string())
        .replace("{{slug}}", &entry.slug)
        .replace("{{crate}}", &entry.slug.replace('-', "_"))
        .replace("{{title}}", &title);
    if text.contains("{{canary}}") {
        return Ok(text.replace("{{canary}}", &canary()?));
    }
    Ok(text)
}

/// 128 random bits. Sealed files are as safe as these are hard to guess.
fn canary() -> std::io::Result<String> {
    use std::io::Read as _;
    let mut bits = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bits)?;
    Ok(data_encoding::HEXLOWER.encode(&bits))
}
