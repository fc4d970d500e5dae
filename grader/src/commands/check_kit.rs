//! `check-kit`: the checks of every exercise are themselves checked.

use std::num::NonZero;

use grader_schema::audit::{AuditReport, FORMAT};
use indicatif::{ProgressBar, ProgressStyle};

use super::chosen;
use crate::{
    ExitCode,
    audit::{self, Court, Survey},
    cli::CheckKit,
    judge::Judge,
    kit::Course,
    language::Pick as _,
    render,
    ui::Ui,
};

pub(super) fn run(course: &Course, arguments: &CheckKit, ui: &Ui) -> anyhow::Result<ExitCode> {
    if !course.root.join("solutions").is_dir() {
        ui.error(
            ui.language.pick(
                "this copy of the course has no `solutions/`, so there is nothing to check its checks with",
                "这份课程没有 `solutions/`，无从检验它的检查",
            ),
            ui.language.pick(
                "run this in the teacher's copy; `cargo grader check` judges your answers",
                "请在教师的副本中运行；`cargo grader check` 用于检查你的答案",
            ),
        );
        return Ok(ExitCode::Usage);
    }
    let entries = chosen(course, &arguments.exercises)?;
    let judge = Judge::open(course, ui)?;
    let court = Court::new(&judge, arguments.seeds.get(), !arguments.no_cache)?;
    let canaries = audit::canaries(course)?;
    let surveys: Vec<Survey> = entries
        .iter()
        .map(|entry| Survey::of(course, entry, &canaries))
        .collect();
    let bar = bar(&surveys, ui);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.jobs.map_or(0, NonZero::get))
        .build()?;
    let tried = pool.install(|| court.try_all(&surveys, &|| bar.inc(1)));
    bar.finish_and_clear();
    let exercises = surveys.into_iter().zip(tried?);
    let report = AuditReport {
        format: FORMAT,
        grader: env!("CARGO_PKG_VERSION").to_owned(),
        toolchain: judge.toolchain().to_owned(),
        seeds: arguments.seeds.get(),
        exercises: exercises
            .map(|(survey, tried)| audit::conclude(survey, tried))
            .collect(),
    };
    if arguments.json {
        ui.out(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        ui.out(&render::audit::report(&report, ui.into()))?;
    }
    let is_clean = report.exercises.iter().all(|it| it.findings.is_empty());
    Ok(if is_clean {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    })
}

/// How far the judging is, for whoever watches.
fn bar(surveys: &[Survey], ui: &Ui) -> ProgressBar {
    if !Ui::is_watched() {
        return ProgressBar::hidden();
    }
    let answers: usize = surveys.iter().map(|survey| survey.answers.len()).sum();
    let bar = ProgressBar::new(answers as u64);
    let template = ui.language.pick(
        "{bar:30} {pos}/{len} answers judged · {elapsed}, {eta} left",
        "{bar:30} 已评判 {pos}/{len} 个答案 · 用时 {elapsed}，剩余 {eta}",
    );
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
