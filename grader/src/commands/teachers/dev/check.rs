//! `dev check`: checks the checks of every exercise.

use std::num::NonZero;

use grader_schema::audit::{AuditReport, FORMAT};

use super::shared::bar;
use crate::{
    ExitCode,
    audit::{self, AnswerRunner, Survey},
    cli::{DevCheck, Format},
    commands::{chosen, open_pipeline},
    course::Course,
    language::Pick as _,
    render,
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &DevCheck, ui: &Ui) -> anyhow::Result<ExitCode> {
    let entries = chosen(course, &arguments.exercises)?;
    let pipeline = open_pipeline(course, ui)?;
    let runner = AnswerRunner::new(&pipeline, arguments.seeds.get(), !arguments.no_cache)?;
    let runner = if arguments.declared {
        runner.by_declared_checks()
    } else {
        runner
    };
    let canaries = audit::canaries(course)?;
    let surveys: Vec<Survey> = entries
        .iter()
        .map(|entry| Survey::of(course, entry, &canaries))
        .collect();
    let answers = surveys.iter().map(|survey| survey.answers.len()).sum();
    let bar = bar(
        answers,
        ui.language.pick("answers judged", "个答案已评判"),
        ui,
    );
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.jobs.map_or(0, NonZero::get))
        .build()?;
    let outcomes = pool.install(|| runner.run_all(&surveys, &|| bar.inc(1)));
    bar.finish_and_clear();
    let exercises = surveys.into_iter().zip(outcomes?);
    let report = AuditReport {
        format: FORMAT,
        grader: env!("CARGO_PKG_VERSION").to_owned(),
        toolchain: pipeline.toolchain().to_owned(),
        seeds: arguments.seeds.get(),
        declared: arguments.declared,
        exercises: exercises
            .map(|(survey, outcomes)| audit::summarise(survey, outcomes, arguments.declared))
            .collect(),
    };
    match arguments.output.format() {
        Format::Text => ui.out(&render::audit::report(&report, ui.into()))?,
        Format::Json => ui.json(&report)?,
    }
    if arguments.times {
        ui.say(&render::audit::times(&report, ui.into()));
    }
    let is_clean = report.exercises.iter().all(|it| it.findings.is_empty());
    Ok(if is_clean {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    })
}
