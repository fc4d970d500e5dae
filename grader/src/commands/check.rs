//! `check`: judge exercises, say what was found, remember it.

use std::{num::NonZero, thread};

use grader_schema::{
    report::{ExerciseReport, FORMAT, Handed, Report, Status},
    text::Language,
};

use super::tell_damage;
use crate::{
    ExitCode,
    answer::{self, Which},
    cli::{AnswerArgs, Check, Format},
    grade::grade,
    judge::{Judge, Run},
    kit::{Course, Entry, Exercise},
    language::Pick as _,
    lateness::Lateness,
    progress, render,
    submission::{self, Submission},
    teacher::{self, Identity},
    trouble,
    ui::{Paint, Ui},
};

pub(super) fn run(course: &Course, arguments: &Check, ui: &Ui) -> anyhow::Result<ExitCode> {
    let which = which(&arguments.answer);
    let Some(entries) = entries(course, arguments, ui)? else {
        ui.out(ui.language.pick(
            "Every exercise is passed. `cargo grader report` shows your points.\n",
            "所有练习都已通过。`cargo grader report` 显示你的得分。\n",
        ))?;
        return Ok(ExitCode::Passed);
    };
    if entries.len() != 1 && matches!(which, Which::Source(_)) {
        ui.error(
            ui.language.pick(
                "`--source` is one answer, so it goes with one exercise",
                "`--source` 是一个答案，只能对应一个练习",
            ),
            ui.language.pick(
                "name the exercise: `cargo grader check 07 --source PATH`",
                "请指明练习：`cargo grader check 07 --source PATH`",
            ),
        );
        return Ok(ExitCode::Usage);
    }
    let submission = submission::of(course, arguments.submitted.as_deref())?;
    let key = teacher::key(arguments.key.as_deref())?;
    let judge = Judge::open(course, ui)?;
    let run = Run {
        seed: arguments.seed,
        jobs: jobs(arguments.jobs),
        replay: None,
        ..Run::default()
    };
    let several = entries.len() > 1;
    let mut reports = Vec::new();
    let mut codes = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let judged = course
            .load(entry)
            .map_err(anyhow::Error::from)
            .and_then(|mut exercise| {
                open(&mut exercise, key.as_ref())?;
                if key.is_some() && exercise.hidden.is_none() {
                    tell_nothing_hidden(&exercise, ui);
                }
                if arguments.public_only {
                    exercise.leave_hidden_out();
                }
                let handed = submission.as_ref().filter(|_| exercise.packed.is_some());
                let lateness = handed.map(|handed| handed.lateness);
                let remembers = which == Which::Tree && !arguments.public_only;
                let taken = (&which, remembers);
                let report = one(course, &judge, &exercise, taken, &run, lateness, ui)?;
                Ok((exercise, report))
            });
        let (exercise, report) = match judged {
            Ok(judged) => judged,
            // One exercise in trouble does not stand in the way of the others.
            Err(error) if several => {
                codes.push(trouble::tell(&error, ui));
                continue;
            }
            Err(error) => return Err(error),
        };
        codes.push(report.status.into());
        if arguments.format == Format::Text {
            let gap = if index > 0 && report.status != Status::Passed {
                "\n"
            } else {
                ""
            };
            let block = block(&exercise, &report, &which, several, ui);
            ui.out(&format!("{gap}{block}"))?;
            if !several {
                let dates = dates(
                    submission.as_ref().filter(|_| exercise.packed.is_some()),
                    ui,
                );
                let closing = closing(course, &report, &which, ui);
                if !(dates.is_empty() && closing.is_empty()) {
                    ui.out(&format!("\n{dates}{closing}"))?;
                }
            }
        }
        reports.push(report);
    }
    let handed = submission.as_ref().and_then(|it| it.report(course));
    let report = whole(&judge, arguments.seed, handed, reports);
    match arguments.format {
        Format::Json => json(report, ui)?,
        Format::Text if several => {
            ui.out(&format!("\n{}", render::check::summary(&report, ui.into())))?;
            ui.out(&dates(submission.as_ref(), ui))?;
        }
        Format::Text => {}
    }
    Ok(ExitCode::gravest(codes))
}

/// Opens the hidden checks that came sealed, if there is a key for them.
pub(super) fn open(exercise: &mut Exercise, key: Option<&Identity>) -> anyhow::Result<()> {
    if let Some(key) = key.filter(|_| exercise.hidden.is_none()) {
        teacher::unseal(exercise, key)?;
    }
    Ok(())
}

/// Says that the key has nothing to open, as the pack says that there is nothing hidden.
fn tell_nothing_hidden(exercise: &Exercise, ui: &Ui) {
    let directory = exercise.directory();
    ui.say(&match ui.language {
        Language::English => format!("note: {directory} has no hidden checks to open"),
        Language::Chinese => format!("注意：{directory} 没有需要打开的隐藏检查"),
    });
}

/// The exercises that are meant; nothing if none was named and none is left.
fn entries(course: &Course, arguments: &Check, ui: &Ui) -> anyhow::Result<Option<Vec<Entry>>> {
    if arguments.all {
        return Ok(Some(course.entries.clone()));
    }
    if !arguments.exercises.is_empty() {
        let chosen = course.select(&arguments.exercises)?;
        return Ok(Some(chosen.into_iter().cloned().collect()));
    }
    let opened = progress::read(&course.state())?;
    tell_damage(&opened, ui);
    let is_passed = |entry: &&Entry| {
        let known = opened.progress.exercises.get(&entry.slug);
        known.and_then(|known| known.status) == Some(Status::Passed)
    };
    let next = course.entries.iter().find(|entry| !is_passed(entry));
    Ok(next.map(|entry| vec![entry.clone()]))
}

/// The answer that the options name.
pub(super) fn which(arguments: &AnswerArgs) -> Which {
    match &arguments.source {
        Some(path) => Which::Source(path.clone()),
        None if arguments.solution => Which::Solution,
        None => Which::Tree,
    }
}

/// When the assignment is due, and what comes of being late.
fn dates(submission: Option<&Submission>, ui: &Ui) -> String {
    submission.map_or_else(String::new, |submission| {
        render::dates::submission(submission, ui.into())
    })
}

fn one(
    course: &Course,
    judge: &Judge,
    exercise: &Exercise,
    (which, remembers): (&Which, bool),
    run: &Run,
    lateness: Option<Lateness>,
    ui: &Ui,
) -> anyhow::Result<ExerciseReport> {
    let intake = answer::take(exercise, which)?;
    let mut report = judge.judge(exercise, intake, run)?.report;
    grade(exercise, &mut report, lateness);
    if remembers {
        let opened = progress::update(&course.state(), |progress| {
            progress::record(progress, &report);
        })?;
        tell_damage(&opened, ui);
    }
    Ok(report)
}

/// What is said of one exercise; warnings of the compiler are talk.
pub(super) fn block(
    exercise: &Exercise,
    report: &ExerciseReport,
    which: &Which,
    brief: bool,
    ui: &Ui,
) -> String {
    // A stub is full of arguments that nobody uses yet.
    let worth_reading = matches!(report.status, Status::Passed | Status::Failed);
    if let Some(warnings) = report.compiler.as_ref().filter(|_| worth_reading) {
        ui.say(&ui.paint_err.keep(warnings));
    }
    render::check::exercise(
        report,
        &exercise.directory(),
        &exercise.manifest.editable,
        which,
        brief,
        ui.into(),
    )
}

/// What comes next, after a pass.
fn closing(course: &Course, report: &ExerciseReport, which: &Which, ui: &Ui) -> String {
    if report.status != Status::Passed || *which != Which::Tree {
        return String::new();
    }
    let after = course
        .entries
        .iter()
        .find(|entry| entry.number > report.number);
    let label = ui.paint.strong(ui.language.pick("Next", "下一步"));
    match after {
        Some(entry) => format!(
            "{label}  exercises/{}/{}\n",
            entry.directory(),
            ui.language.pick("README.md", "README.zh.md")
        ),
        None => format!("{label}  cargo grader report\n"),
    }
}

/// The report of a whole run.
pub(super) fn whole(
    judge: &Judge,
    seed: u64,
    handed: Option<Handed>,
    exercises: Vec<ExerciseReport>,
) -> Report {
    let sum = |points: fn(&ExerciseReport) -> u32| exercises.iter().map(points).sum();
    Report {
        format: FORMAT,
        grader: env!("CARGO_PKG_VERSION").to_owned(),
        toolchain: judge.toolchain().to_owned(),
        seed,
        points: sum(|exercise| exercise.points),
        max_points: sum(|exercise| exercise.max_points),
        unjudged_points: sum(|exercise| exercise.unjudged_points),
        handed,
        exercises,
    }
}

/// Prints a report for programs: no colours, whatever the terminal.
pub(super) fn json(mut report: Report, ui: &Ui) -> anyhow::Result<()> {
    for exercise in &mut report.exercises {
        exercise.compiler = exercise
            .compiler
            .take()
            .map(|text| Paint(false).keep(&text));
    }
    ui.out(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    Ok(())
}

/// Says that a token was made from other code.
pub(super) fn tell_change(ui: &Ui) {
    ui.say(match ui.language {
        Language::English => {
            "note: the code has changed since this token was made; what it shows may differ"
        }
        Language::Chinese => "注意：生成该令牌后代码已改动；结果可能不同",
    });
}

/// How many checks to judge at the same time: as many as asked for, else one per core.
fn jobs(asked: Option<NonZero<usize>>) -> usize {
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    asked.map_or_else(cores, NonZero::get)
}
