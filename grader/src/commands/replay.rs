//! `replay`: runs one failing schedule again, by its token.

use super::{
    check::{open, tell_change, which, whole},
    open_pipeline, teachers,
};
use crate::{
    ExitCode, answer, cli::Replay, course::Course, grade, pipeline::Run, reporter, ui::Ui,
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
    reporter.finish(&whole(&pipeline, run.seed, None, vec![judged.report]))?;
    Ok(code)
}
