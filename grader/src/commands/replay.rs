//! `replay`: runs one failing schedule again, by its token.

use grader_schema::{
    report::{ExerciseReport, Verdict},
    text::Language,
};

use super::{
    check::{open, tell_change, which, whole},
    open_pipeline, teachers,
};
use crate::{
    ExitCode,
    answer::{self, quoted},
    as_test::{self, Kept},
    cli::Replay,
    course::{Course, Exercise},
    grade,
    language::Pick as _,
    pipeline::Run,
    reporter,
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &Replay, ui: &Ui) -> anyhow::Result<ExitCode> {
    let mut exercise = course.one(&arguments.exercise)?;
    let key = teachers::key(arguments.key.as_deref())?;
    open(&mut exercise, key.as_ref())?;
    let which = which(&arguments.answer);
    let submission = answer::take(&exercise, &which)?;
    let pipeline = open_pipeline(course, ui)?;
    let run = Run {
        jobs: 1,
        // The token says it all; no choice is left to chance.
        seed: 0,
        replay: Some(arguments.token.clone()),
        ..Run::default()
    };
    let mut status = reporter::StatusLine::new(ui);
    let mut judged = pipeline.judge_aloud(&exercise, submission, &run, &mut |event| {
        status.hear(event);
    })?;
    if !judged.report.checks.is_empty() {
        grade::share_out(&exercise, &mut judged.report);
    }
    if judged.code_changed {
        tell_change(ui);
    }
    let code = judged.report.status.into();
    let mut reporter = reporter::of(arguments.output.format, false, ui);
    reporter.exercise(&judged.report)?;
    let code = if arguments.as_test {
        keep_as_test(&exercise, &judged.report, code, ui)?
    } else {
        code
    };
    reporter.finish(&whole(&pipeline, run.seed, None, vec![judged.report]))?;
    Ok(code)
}

/// Writes the program that fails as a test, and says how to run it.
fn keep_as_test(
    exercise: &Exercise,
    report: &ExerciseReport,
    code: ExitCode,
    ui: &Ui,
) -> anyhow::Result<ExitCode> {
    let failure = report.checks.iter().find_map(|check| match &check.verdict {
        Verdict::Failed(failure) => Some(failure),
        Verdict::Passed { .. } => None,
    });
    let Some(failure) = failure else {
        ui.say(ui.language.pick(
            "note: nothing fails any more, so there is no test to write",
            "注意：不再有失败，因此没有可写的测试",
        ));
        return Ok(code);
    };
    match as_test::keep(exercise, failure, ui.language)? {
        Kept::In { file, target } => {
            let manifest = from_here(exercise, "Cargo.toml")?;
            let run = format!("cargo test --manifest-path {manifest} --test {target}");
            ui.say(&match ui.language {
                Language::English => format!("note: the test is in {file}; run it: `{run}`"),
                Language::Chinese => format!("注意：测试写在 {file}；运行：`{run}`"),
            });
            Ok(code)
        }
        Kept::Taken(file) => {
            ui.error(
                &match ui.language {
                    Language::English => format!("{file} is there already, and differs"),
                    Language::Chinese => format!("{file} 已经存在，并且内容不同"),
                },
                ui.language.pick(
                    "move that file elsewhere or delete it, and run the command again",
                    "请移走或删除该文件，然后再次运行此命令",
                ),
            );
            Ok(ExitCode::Usage)
        }
        Kept::NoProgram => {
            ui.error(
                ui.language.pick(
                    "`--as-test` needs a failure of a generated program, and this one is of a written scenario",
                    "`--as-test` 只适用于自动生成的程序，而这次失败来自写好的场景",
                ),
                ui.language.pick(
                    "take the token of a failure that shows a program",
                    "请使用附有程序的失败的令牌",
                ),
            );
            Ok(ExitCode::Usage)
        }
    }
}

/// A file of an exercise as a shell takes it in the working directory.
fn from_here(exercise: &Exercise, file: &str) -> std::io::Result<String> {
    let path = format!("{}/{file}", exercise.directory());
    let here = std::env::current_dir()?.canonicalize()?;
    let root = exercise.root.canonicalize()?;
    Ok(match here.strip_prefix(&root) {
        Ok(below) => "../".repeat(below.components().count()) + &path,
        Err(_) => quoted(&root.join(path).display().to_string()),
    })
}
