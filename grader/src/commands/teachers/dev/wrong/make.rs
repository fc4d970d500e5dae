//! `dev wrong make`: writes a wrong answer as a diff, or as a whole file if that is shorter.

use std::path::Path;

use fs_err as fs;
use grader_schema::text::Language;

use super::{Error, files, find, plain, solution};
use crate::{
    ExitCode,
    cli::MakeWrong,
    course::Course,
    patch::{self, AnswerForm, Files, ROOT},
    pipeline,
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &MakeWrong, ui: &Ui) -> anyhow::Result<ExitCode> {
    let exercise = course.one(&arguments.exercise)?;
    let name = plain(&arguments.name);
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Err(Error::BadName(arguments.name.clone()).into());
    }
    let old = find(&exercise, name)?;
    let (path, shown) = match (&arguments.source, &old) {
        (Some(source), _) => (source.clone(), source.display().to_string()),
        (None, Some(old)) => (exercise.root.join(&old.path), old.path.clone()),
        (None, None) => {
            return Err(Error::NotThere {
                exercise: exercise.entry.directory(),
                name: name.to_owned(),
            }
            .into());
        }
    };
    let mut answer = files(&exercise, &path, &shown)?;
    let root = answer.remove(ROOT).unwrap_or_default();
    let (mut header, body) = patch::split(&root);
    answer.insert(ROOT.to_owned(), body);
    if header.is_empty()
        && let Some(old) = &old
    {
        header = header_of(&exercise.root.join(&old.path))?;
    }
    if header.is_empty() {
        return Err(Error::NoHeader(shown).into());
    }
    let place = format!("{}/wrong/{name}", exercise.solution());
    let made = patch::make(&solution(&exercise), &header, &answer, &shown)?;
    let new = match &made {
        AnswerForm::Diff { text, .. } => {
            let new = format!("{place}.diff");
            pipeline::write_whole(&exercise.root.join(&new), text.as_bytes())?;
            new
        }
        AnswerForm::Whole => whole(&exercise.root, &place, &header, answer)?,
    };
    if let Some(old) = old.filter(|old| old.path != new) {
        let old = exercise.root.join(old.path);
        if old.is_dir() {
            fs::remove_dir_all(old)?;
        } else {
            fs::remove_file(old)?;
        }
    }
    ui.out(&match ui.language {
        Language::English => format!("wrote  {new}\n"),
        Language::Chinese => format!("写入   {new}\n"),
    })?;
    ui.say(&match (made, ui.language) {
        (AnswerForm::Diff { base, .. }, Language::English) => {
            format!("It is a diff from `{base}`.")
        }
        (AnswerForm::Diff { base, .. }, Language::Chinese) => {
            format!("这是与 `{base}` 的差异。")
        }
        (AnswerForm::Whole, Language::English) => {
            "It differs too much from every right answer, so it is written as a whole file."
                .to_owned()
        }
        (AnswerForm::Whole, Language::Chinese) => {
            "它与所有正确答案的结构都不同，因此按原样写入。".to_owned()
        }
    });
    Ok(ExitCode::Passed)
}

/// The header of the answer at this path.
fn header_of(path: &Path) -> std::io::Result<String> {
    let root = if path.is_dir() {
        path.join(ROOT)
    } else {
        path.to_owned()
    };
    let (header, _) = patch::split(&fs::read_to_string(root)?);
    Ok(header)
}

/// Writes an answer as it is; says where.
fn whole(root: &Path, place: &str, header: &str, mut files: Files) -> std::io::Result<String> {
    let text = files.remove(ROOT).unwrap_or_default();
    let text = format!("{header}{text}");
    if files.is_empty() {
        let new = format!("{place}.rs");
        pipeline::write_whole(&root.join(&new), text.as_bytes())?;
        return Ok(new);
    }
    files.insert(ROOT.to_owned(), text);
    for (name, text) in files {
        let path = root.join(place).join(name);
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        pipeline::write_whole(&path, text.as_bytes())?;
    }
    Ok(place.to_owned())
}
