//! What each command does, one file a command.

mod check;
mod doctor;
mod hint;
mod list;
mod replay;
mod report;
mod reset;
#[cfg(feature = "teacher")]
pub(crate) mod teachers;
#[cfg(not(feature = "teacher"))]
#[path = "without_teachers.rs"]
pub(crate) mod teachers;

use std::ffi::OsString;

use grader_schema::{Text, text::Language};

use crate::{
    ExitCode,
    cli::{Cli, Command},
    course::{self, Copy, Course, Entry, Exercise},
    forward,
    given::{self, Given},
    grade,
    language::Pick as _,
    pipeline::{self, Pipeline},
    progress,
    render::list::Item,
    reporter::StatusLine,
    ui::Ui,
};

/// Runs the command that was asked for. `words` are the arguments that it was asked for with.
pub(crate) fn run(cli: &Cli, words: &[OsString], ui: &Ui) -> anyhow::Result<ExitCode> {
    let here = std::env::current_dir()?;
    let course = Course::open(cli.global.course.as_deref(), &here);
    if let Command::Doctor = cli.command {
        return doctor::run(&course, ui);
    }
    let course = course?;
    if matches!(cli.command, Command::Teachers(_)) && !is_teachers(&course, ui) {
        return Ok(ExitCode::Usage);
    }
    if forward::is_needed(&cli.command) {
        return Ok(forward::run(&course, words, ui)?);
    }
    if !matches!(cli.command, Command::Teachers(_)) {
        tell_given(&given::make(&course), ui);
    }
    match &cli.command {
        Command::List(arguments) => list::run(&course, arguments, ui),
        Command::Check(arguments) => check::run(&course, arguments, ui),
        Command::Hint(arguments) => hint::run(&course, arguments, ui),
        Command::Replay(arguments) => replay::run(&course, arguments, ui),
        Command::Report(arguments) => report::run(&course, arguments, ui),
        Command::Reset(arguments) => reset::run(&course, arguments, ui),
        Command::Teachers(command) => teachers::run(&course, command, ui),
        Command::Doctor => unreachable!("it was run above, with or without a course"),
    }
}

/// Opens the pipeline, and shows that the checking library is compiled if it has to be.
fn open_pipeline(course: &Course, ui: &Ui) -> Result<Pipeline, pipeline::Error> {
    let mut status = StatusLine::new(ui);
    Pipeline::open(course, &mut |event| status.hear(event))
}

/// Whether this copy of the course has what only teachers have; says so if not.
fn is_teachers(course: &Course, ui: &Ui) -> bool {
    let has_solutions = course.root.join("solutions").is_dir();
    if !has_solutions {
        ui.error(
            ui.language.pick(
                "this copy of the course has no `solutions/`, which this command needs",
                "这份课程没有 `solutions/`，无从检验它的检查",
            ),
            ui.language.pick(
                "run this in the teacher's copy; `cargo grader check` judges your answers",
                "请在教师的副本中运行；`cargo grader check` 用于检查你的答案",
            ),
        );
    }
    has_solutions
}

/// The exercises that these words name, or all of them.
fn chosen(course: &Course, words: &[String]) -> Result<Vec<Entry>, course::Error> {
    if words.is_empty() {
        return Ok(course.entries.clone());
    }
    Ok(course.select(words)?.into_iter().cloned().collect())
}

/// Says which files were made from their stubs.
fn tell_given(given: &Given, ui: &Ui) {
    let say = |files: &[String], english: [&str; 2], chinese: &str| {
        let files = match (files, ui.language) {
            ([], _) => return,
            ([file], _) => format!("`{file}`"),
            (_, Language::English) => format!("{} files", files.len()),
            (_, Language::Chinese) => format!("{} 个文件", files.len()),
        };
        let [one, several] = english;
        let english = if files.starts_with('`') { one } else { several };
        ui.say(&match ui.language {
            Language::English => format!("note: {files} {english}"),
            Language::Chinese => format!("注意：{files}{chinese}"),
        });
    };
    say(
        &given.made,
        [
            "was missing and was created from the stub",
            "to edit were missing and were created from the stubs",
        ],
        "原先不存在，已由骨架生成",
    );
    say(
        &given.renewed,
        [
            "had no edits and was replaced, because the stub has changed",
            "had no edits and were replaced, because the stubs have changed",
        ],
        "尚未改动过；骨架有更新，现已换成新的骨架",
    );
}

/// Says which directories do not count, because another one is the same exercise.
fn tell_copies(course: &Course, ui: &Ui) {
    for copy in &course.copies {
        ui.say(&format!(
            "{}: {}",
            ui.language.pick("note", "注意"),
            of_copy(copy).get(ui.language)
        ));
    }
}

/// That a directory does not count, and why.
fn of_copy(copy: &Copy) -> Text {
    let (id, counts) = (&copy.id, copy.counts.directory());
    let directory = copy.entry.directory();
    Text::new(
        format!(
            "two exercises have the id `{id}`: `exercises/{counts}` counts, `exercises/{directory}` does not"
        ),
        format!(
            "两个练习的 id 都是 `{id}`：`exercises/{counts}` 有效，`exercises/{directory}` 无效"
        ),
    )
}

/// Says where a damaged progress file was put, if there was one, or that a newer one was left
/// alone.
fn tell_damage(opened: &progress::Opened, ui: &Ui) {
    if let Some(format) = opened.newer {
        ui.say(&match ui.language {
            Language::English => format!(
                "warning: `.grader/progress.json` was written by a newer version of the course (format {format}); the file is left unchanged, and progress is not recorded: update the course"
            ),
            Language::Chinese => format!(
                "警告：`.grader/progress.json` 由更新版本的课程写成（格式 {format}）；文件保持原样，本次结果不会记录：请更新课程"
            ),
        });
    }
    if let Some(path) = &opened.damaged {
        let path = path.display();
        ui.say(&match ui.language {
            Language::English => format!(
                "warning: the progress file could not be read; it is kept as `{path}`, and a new one was started"
            ),
            Language::Chinese => {
                format!("警告：进度文件无法读取；已保留为 `{path}`，并新建了进度文件")
            }
        });
    }
}

/// The exercises with how far the student is in each.
fn items(course: &Course, opened: &progress::Opened) -> Result<Vec<Item>, course::Error> {
    let item = |exercise: Exercise| {
        let known = opened.progress.exercises.get(&exercise.manifest.id);
        let remembered = grade::remembered(&exercise, known);
        Item {
            number: exercise.manifest.number,
            chapter: exercise.manifest.chapter,
            stars: exercise.manifest.stars,
            status: known.and_then(|known| known.status),
            points: remembered.points,
            best: remembered.best,
            max_points: exercise.worth(),
            unjudged_points: remembered.unjudged_points,
            title: exercise.manifest.title,
            id: exercise.manifest.id,
        }
    };
    Ok(course.load_all()?.into_iter().map(item).collect())
}
