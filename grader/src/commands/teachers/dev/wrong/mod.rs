//! `dev wrong`: wrong answers as diffs from right ones.

mod list;
mod make;
mod refresh;

use std::path::{Path, PathBuf};

use fs_err as fs;
use grader_schema::Text;
use thiserror::Error;

use crate::{
    ExitCode, answer,
    cli::{ShowWrong, Wrong},
    course::{Course, Exercise},
    dot_files::is_dot_file,
    patch::{self, Files, ROOT},
    ui::Ui,
    user_error::UserError,
};

/// Why there is no such wrong answer.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// No file has the name.
    #[error("`{exercise}` has no wrong answer `{name}`")]
    NotThere {
        /// The exercise.
        exercise: String,
        /// The name.
        name: String,
    },
    /// The name cannot be that of a file.
    #[error("`{0}` cannot be the name of a wrong answer")]
    BadName(String),
    /// Neither the new nor the old file says what is wrong.
    #[error("`{0}` does not say what is wrong with it")]
    NoHeader(String),
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        ExitCode::Usage
    }

    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::NotThere { exercise, name } => format!("`{exercise}` 没有错误答案 `{name}`"),
            Self::BadName(name) => format!("`{name}` 不能作为错误答案的名称"),
            Self::NoHeader(path) => format!("`{path}` 没有说明错在哪里"),
        })
    }

    fn next(&self) -> Text {
        match self {
            Self::NotThere { .. } => Text::new(
                "`cargo grader dev wrong list NN` lists their names",
                "`cargo grader dev wrong list NN` 可列出它们的名称",
            ),
            Self::BadName(_) => Text::new(
                "choose one without `/` that does not begin with a dot",
                "名称中不要有 `/`，也不要以点开头",
            ),
            Self::NoHeader(_) => Text::new(
                "begin it with `//! wrong: …` and lines of the form `//! fails: check kind`",
                "文件开头应为 `//! wrong: …`，以及 `//! fails: 检查 种类` 形式的行",
            ),
        }
    }
}

pub(super) fn run(course: &Course, command: &Wrong, ui: &Ui) -> anyhow::Result<ExitCode> {
    match command {
        Wrong::List(arguments) => list::run(course, arguments, ui),
        Wrong::Show(arguments) => show(course, arguments, ui),
        Wrong::Make(arguments) => make::run(course, arguments, ui),
        Wrong::Refresh(arguments) => refresh::run(course, arguments, ui),
    }
}

/// A wrong answer, by its file.
#[derive(Debug)]
struct Place {
    /// Its name, without the ending.
    name: String,
    /// Its path, relative to the course.
    path: String,
}

impl Place {
    fn is_diff(&self) -> bool {
        answer::is_diff(Path::new(&self.path))
    }
}

/// Where the solution of an exercise is.
fn solution(exercise: &Exercise) -> PathBuf {
    exercise.root.join(exercise.solution())
}

/// The wrong answers of an exercise, in order.
fn places(exercise: &Exercise) -> std::io::Result<Vec<Place>> {
    let directory = format!("{}/wrong", exercise.solution());
    let mut places = Vec::new();
    if !exercise.root.join(&directory).is_dir() {
        return Ok(places);
    }
    for item in fs::read_dir(exercise.root.join(&directory))? {
        let file = item?.file_name();
        let Some(file) = file.to_str().filter(|_| !is_dot_file(&file)) else {
            continue;
        };
        places.push(Place {
            name: plain(file).to_owned(),
            path: format!("{directory}/{file}"),
        });
    }
    places.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(places)
}

/// A name without the ending of a file.
fn plain(name: &str) -> &str {
    let endings = [".diff", ".rs"];
    let plain = endings.iter().find_map(|ending| name.strip_suffix(ending));
    plain.unwrap_or(name)
}

/// The wrong answer of this name.
fn find(exercise: &Exercise, name: &str) -> anyhow::Result<Option<Place>> {
    let mut places = places(exercise)?.into_iter();
    Ok(places.find(|place| place.name == plain(name)))
}

/// The files of the answer at a path: a diff, a file, or a directory with `src/lib.rs`.
fn files(exercise: &Exercise, path: &Path, shown: &str) -> anyhow::Result<Files> {
    if answer::is_diff(path) {
        return Ok(patch::materialise(&solution(exercise), path, shown)?);
    }
    let mut files = Files::new();
    if path.is_dir() {
        walk(path, "src", &mut files)?;
    } else {
        files.insert(ROOT.to_owned(), fs::read_to_string(path)?);
    }
    Ok(files)
}

fn walk(directory: &Path, name: &str, files: &mut Files) -> std::io::Result<()> {
    for item in fs::read_dir(directory.join(name))? {
        let item = item?;
        let file = item.file_name();
        let Some(file) = file.to_str().filter(|_| !is_dot_file(&file)) else {
            continue;
        };
        let name = format!("{name}/{file}");
        if item.file_type()?.is_dir() {
            walk(directory, &name, files)?;
        } else {
            files.insert(name, fs::read_to_string(item.path())?);
        }
    }
    Ok(())
}

/// `dev wrong show`: the answer as it is judged.
fn show(course: &Course, arguments: &ShowWrong, ui: &Ui) -> anyhow::Result<ExitCode> {
    let exercise = course.one(&arguments.exercise)?;
    let place = find(&exercise, &arguments.name)?.ok_or_else(|| Error::NotThere {
        exercise: exercise.entry.directory(),
        name: arguments.name.clone(),
    })?;
    let files = files(&exercise, &exercise.root.join(&place.path), &place.path)?;
    let several = files.len() > 1;
    for (name, text) in files {
        if several {
            ui.out(&format!("// file: {name}\n"))?;
        }
        ui.out(&text)?;
    }
    Ok(ExitCode::Passed)
}
