//! `dev wrong refresh`: rewrites the diffs after a right answer has changed.

use fs_err as fs;
use grader_schema::text::Language;

use super::{Place, places, solution};
use crate::{
    ExitCode,
    cli::Chosen,
    commands::chosen,
    course::{Course, Exercise},
    language::Pick as _,
    patch::{self, Fate},
    pipeline,
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &Chosen, ui: &Ui) -> anyhow::Result<ExitCode> {
    let (mut left, mut rewritten) = (0, 0);
    for entry in chosen(course, &arguments.exercises)? {
        let exercise = course.load(&entry)?;
        for place in places(&exercise)? {
            if !place.is_diff() {
                continue;
            }
            let file = exercise.root.join(&place.path);
            match patch::refresh(&solution(&exercise), &file, &place.path) {
                Ok(Fate::Unchanged) => {}
                Ok(Fate::Rewritten { text, merged }) => {
                    pipeline::write_whole(&file, text.as_bytes())?;
                    ui.out(&told(&place, merged, ui))?;
                    rewritten += 1;
                }
                Ok(Fate::Left {
                    error,
                    about,
                    conflict,
                }) => {
                    let (what, about) = (error.what(), about.get(ui.language));
                    let what = what.get(ui.language);
                    ui.out(&match ui.language {
                        Language::English => format!("left    {}: {what}; {about}\n", place.path),
                        Language::Chinese => format!("未更新  {}：{what}；{about}\n", place.path),
                    })?;
                    if let Some(conflict) = conflict {
                        keep(course, &exercise, &place, &conflict, ui)?;
                    }
                    left += 1;
                }
                Err(patch::Error::Io(error)) => return Err(error.into()),
                Err(error) => {
                    let what = error.what();
                    let what = what.get(ui.language);
                    ui.out(&match ui.language {
                        Language::English => format!("left    {}: {what}\n", place.path),
                        Language::Chinese => format!("未更新  {}：{what}\n", place.path),
                    })?;
                    left += 1;
                }
            }
        }
    }
    if left > 0 {
        ui.error(
            ui.language.pick(
                "some diffs do not apply; they were left unchanged",
                "有的差异无法应用；它们保持原样",
            ),
            ui.language.pick(
                "write the mistake into a whole file, then run `cargo grader dev wrong make NN NAME --source FILE`",
                "请把错误写入一个完整文件，再运行 `cargo grader dev wrong make NN 名称 --source 文件`",
            ),
        );
        return Ok(ExitCode::Failed);
    }
    if rewritten == 0 {
        ui.say(
            ui.language
                .pick("every diff applies where it says", "所有差异都能按行号应用"),
        );
    } else {
        ui.say(ui.language.pick(
            "`cargo grader dev check` says whether they fail as they declare",
            "运行 `cargo grader dev check`，可知它们是否仍按声明失败",
        ));
    }
    Ok(ExitCode::Passed)
}

fn told(place: &Place, merged: bool, ui: &Ui) -> String {
    let path = &place.path;
    match (ui.language, merged) {
        (Language::English, false) => format!("moved   {path}\n"),
        (Language::English, true) => format!("merged  {path}\n"),
        (Language::Chinese, false) => format!("已移动  {path}\n"),
        (Language::Chinese, true) => format!("已合并  {path}\n"),
    }
}

/// Writes down where the two changes conflict, for the teacher to decide.
fn keep(
    course: &Course,
    exercise: &Exercise,
    place: &Place,
    conflict: &str,
    ui: &Ui,
) -> anyhow::Result<()> {
    let directory = course
        .state()
        .join("conflicts")
        .join(exercise.entry.directory());
    fs::create_dir_all(&directory)?;
    let file = directory.join(format!("{}.rs", place.name));
    pipeline::write_whole(&file, conflict.as_bytes())?;
    let file = file.strip_prefix(&course.root).unwrap_or(&file).display();
    ui.out(&match ui.language {
        Language::English => format!("        both changes are in {file}\n"),
        Language::Chinese => format!("        两方的改动见 {file}\n"),
    })?;
    Ok(())
}
