//! What each command does, one file a command.

mod check;
mod check_kit;
mod doctor;
mod hint;
mod list;
mod mutate;
mod new;
mod publish;
mod replay;
mod report;
mod reset;
mod stub;
mod teachers;

use grader_schema::text::Language;

use crate::{
    ExitCode,
    cli::{Cli, Command},
    kit::{self, Course, Entry, Exercise},
    progress,
    render::list::Item,
    ui::Ui,
};

pub(crate) use stub::Error as StubError;

/// Runs the command that was asked for.
pub(crate) fn run(cli: &Cli, ui: &Ui) -> anyhow::Result<ExitCode> {
    let here = std::env::current_dir()?;
    let course = Course::open(cli.global.kit.as_deref(), &here);
    if let Command::Doctor = cli.command {
        return doctor::run(&course, ui);
    }
    let course = course?;
    match &cli.command {
        Command::List => list::run(&course, ui),
        Command::Check(arguments) => check::run(&course, arguments, ui),
        Command::Hint(arguments) => hint::run(&course, arguments, ui),
        Command::Replay(arguments) => replay::run(&course, arguments, ui),
        Command::Report(arguments) => report::run(&course, arguments, ui),
        Command::Reset(arguments) => reset::run(&course, arguments, ui),
        Command::CheckKit(arguments) => check_kit::run(&course, arguments, ui),
        Command::Mutate(arguments) => mutate::run(&course, arguments, ui),
        Command::Stub(arguments) => stub::run(&course, arguments, ui),
        Command::New(arguments) => new::run(&course, arguments, ui),
        Command::Publish(arguments) => publish::run(&course, arguments, ui),
        Command::Doctor => unreachable!("it was run above, with or without a course"),
    }
}

/// The exercises that these words name, or all of them.
fn chosen(course: &Course, words: &[String]) -> Result<Vec<Entry>, kit::Error> {
    if words.is_empty() {
        return Ok(course.entries.clone());
    }
    Ok(course.select(words)?.into_iter().cloned().collect())
}

/// Says where a damaged progress file was put, if there was one.
fn tell_damage(opened: &progress::Opened, ui: &Ui) {
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
fn items(course: &Course, opened: &progress::Opened) -> Result<Vec<Item>, kit::Error> {
    let item = |exercise: Exercise| {
        let known = opened.progress.exercises.get(&exercise.manifest.id);
        Item {
            number: exercise.manifest.number,
            chapter: exercise.manifest.chapter,
            stars: exercise.manifest.stars,
            status: known.and_then(|known| known.status),
            points: known.map_or(0, |known| known.points),
            max_points: exercise.max_points(),
            title: exercise.manifest.title,
            id: exercise.manifest.id,
        }
    };
    Ok(course.load_all()?.into_iter().map(item).collect())
}
