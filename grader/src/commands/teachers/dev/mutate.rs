//! `dev mutate`: puts mistakes into the references; the checks must find them.

use std::num::NonZero;

use grader_schema::mutation::{DeletionReport, FORMAT, Fate, MutationReport};

use serde::Serialize;

use super::shared::bar;
use crate::{
    ExitCode,
    cli::{Format, Mutate},
    commands::{chosen, open_pipeline},
    course::Course,
    language::Pick as _,
    mutate::{MutationRun, PropertyDeletions, Subject},
    render::{self, Style},
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &Mutate, ui: &Ui) -> anyhow::Result<ExitCode> {
    let entries = chosen(course, &arguments.exercises)?;
    let pipeline = open_pipeline(course, ui)?;
    let run = MutationRun::new(&pipeline, arguments.seeds.get(), !arguments.no_cache)?;
    let run = if arguments.first {
        run.until_one_fails()
    } else {
        run
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.jobs.map_or(0, NonZero::get))
        .build()?;
    if arguments.properties {
        let mut all = entries
            .iter()
            .map(|entry| PropertyDeletions::of(course.load(entry)?))
            .collect::<anyhow::Result<Vec<PropertyDeletions>>>()?;
        if let Some(count) = arguments.sample {
            PropertyDeletions::sample(&mut all, count, arguments.seed);
        }
        let count = all.iter().map(PropertyDeletions::len).sum();
        let bar = bar(
            count,
            ui.language.pick("properties taken out", "条性质已取出"),
            ui,
        );
        let deletions = pool.install(|| run.delete_properties(&all, &|| bar.inc(1)));
        bar.finish_and_clear();
        let report = DeletionReport {
            format: FORMAT,
            grader: env!("CARGO_PKG_VERSION").to_owned(),
            toolchain: pipeline.toolchain().to_owned(),
            deletions: deletions?,
        };
        show(
            &report,
            render::mutation::deletions,
            arguments.output.format(),
            ui,
        )?;
        let mut deletions = report.deletions.iter();
        return Ok(code(deletions.all(|one| one.detected_by.is_some())));
    }
    let subjects = entries
        .iter()
        .map(|entry| Subject::of(course.load(entry)?))
        .collect::<anyhow::Result<Vec<Subject>>>()?;
    let count = subjects.iter().map(Subject::len).sum();
    let bar = bar(
        count,
        ui.language.pick("mutants judged", "个变异体已评判"),
        ui,
    );
    let exercises = pool.install(|| run.all(&subjects, &|| bar.inc(1)));
    bar.finish_and_clear();
    let report = MutationReport {
        format: FORMAT,
        grader: env!("CARGO_PKG_VERSION").to_owned(),
        toolchain: pipeline.toolchain().to_owned(),
        seeds: arguments.seeds.get(),
        exercises: exercises?,
    };
    show(
        &report,
        render::mutation::report,
        arguments.output.format(),
        ui,
    )?;
    let is_clean = report.exercises.iter().all(|exercise| {
        let mut mutants = exercise.mutants.iter();
        exercise.stale.is_empty() && mutants.all(|mutant| mutant.fate != Fate::Survived)
    });
    Ok(code(is_clean))
}

/// Prints a report for people, or for programs.
fn show<R: Serialize>(
    report: &R,
    draw: impl Fn(&R, Style) -> String,
    format: Format,
    ui: &Ui,
) -> anyhow::Result<()> {
    match format {
        Format::Text => ui.out(&draw(report, ui.into()))?,
        Format::Json => ui.json(report)?,
    }
    Ok(())
}

fn code(is_clean: bool) -> ExitCode {
    if is_clean {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    }
}
