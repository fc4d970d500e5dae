//! `mutate`: mistakes are put into the references, and the checks must find them.

use std::num::NonZero;

use grader_schema::mutation::{FORMAT, Fate, MutationReport};

use super::{
    chosen,
    teachers::{bar, is_teachers},
};
use crate::{
    ExitCode,
    cli::Mutate,
    judge::Judge,
    kit::Course,
    language::Pick as _,
    mutate::{Hunt, Prey},
    render,
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &Mutate, ui: &Ui) -> anyhow::Result<ExitCode> {
    if !is_teachers(course, ui) {
        return Ok(ExitCode::Usage);
    }
    let entries = chosen(course, &arguments.exercises)?;
    let judge = Judge::open(course, ui)?;
    let hunt = Hunt::new(&judge, arguments.seeds.get(), !arguments.no_cache)?;
    let prey = entries
        .iter()
        .map(|entry| Prey::of(course.load(entry)?))
        .collect::<anyhow::Result<Vec<Prey>>>()?;
    let count = prey.iter().map(Prey::len).sum();
    let bar = bar(
        count,
        ui.language.pick("mutants judged", "个变异体已评判"),
        ui,
    );
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.jobs.map_or(0, NonZero::get))
        .build()?;
    let exercises = pool.install(|| hunt.all(&prey, &|| bar.inc(1)));
    bar.finish_and_clear();
    let report = MutationReport {
        format: FORMAT,
        grader: env!("CARGO_PKG_VERSION").to_owned(),
        toolchain: judge.toolchain().to_owned(),
        seeds: arguments.seeds.get(),
        exercises: exercises?,
    };
    if arguments.json {
        ui.out(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        ui.out(&render::mutation::report(&report, ui.into()))?;
    }
    let is_clean = report.exercises.iter().all(|exercise| {
        let mut mutants = exercise.mutants.iter();
        exercise.stale.is_empty() && mutants.all(|mutant| mutant.fate != Fate::Survived)
    });
    Ok(if is_clean {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    })
}
