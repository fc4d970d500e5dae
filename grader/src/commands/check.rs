//! `check`: judges exercises, reports the verdicts, and records progress.

use std::{num::NonZero, thread};

use grader_schema::{
    report::{ExerciseReport, FORMAT, Following, Handed, Report, Status},
    text::Language,
};

use super::{
    open_pipeline,
    teachers::{self, Identity},
    tell_damage,
};
use crate::{
    ExitCode,
    answer::{self, AnswerSource},
    cli::{AnswerArgs, Check},
    course::{Course, Entry, Exercise},
    error_report,
    grade::grade,
    language::Pick as _,
    lateness::Lateness,
    pipeline::{Event, Pipeline, Run},
    progress, reporter,
    submission_time::{self, SubmissionTime},
    ui::Ui,
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
    if entries.len() != 1 && matches!(which, AnswerSource::Path(_)) {
        ui.error(
            ui.language.pick(
                "`--source` names one answer, so it needs exactly one exercise",
                "`--source` 是一个答案，只能对应一个练习",
            ),
            ui.language.pick(
                "name the exercise: `cargo grader check 07 --source PATH`",
                "请指明练习：`cargo grader check 07 --source PATH`",
            ),
        );
        return Ok(ExitCode::Usage);
    }
    let submission_time = submission_time::of(course, arguments.submitted.as_deref())?;
    let key = teachers::key(arguments.key.as_deref())?;
    let task = Task {
        course,
        pipeline: open_pipeline(course, ui)?,
        run: Run {
            seed: arguments.seed,
            jobs: jobs(arguments.jobs),
            replay: None,
            plain_forks: arguments.plain_forks,
            ..Run::default()
        },
        remembers: which == AnswerSource::Student && !arguments.public_only,
        which,
        public_only: arguments.public_only,
        key,
        submission_time,
        ui,
    };
    let several = entries.len() > 1;
    let mut reporter = reporter::of(arguments.output.format, several, ui);
    let mut reports = Vec::new();
    let mut codes = Vec::new();
    for entry in &entries {
        let report = match task.judge(entry) {
            Ok(report) => report,
            // An error in one exercise does not keep the others from being judged.
            Err(error) if several => {
                codes.push(error_report::report(&error, ui));
                continue;
            }
            Err(error) => return Err(error),
        };
        codes.push(report.status.into());
        reporter.exercise(&report)?;
        reports.push(report);
    }
    let handed = task
        .submission_time
        .as_ref()
        .and_then(|it| it.report(course));
    reporter.finish(&whole(&task.pipeline, arguments.seed, handed, reports))?;
    Ok(ExitCode::gravest(codes))
}

/// What is done with each exercise.
struct Task<'a> {
    course: &'a Course,
    pipeline: Pipeline,
    run: Run,
    which: AnswerSource,
    /// Whether the result is recorded as progress.
    remembers: bool,
    public_only: bool,
    key: Option<Identity>,
    submission_time: Option<SubmissionTime>,
    ui: &'a Ui,
}

impl Task<'_> {
    /// Judges the answer to an exercise, grades it, and records progress.
    fn judge(&self, entry: &Entry) -> anyhow::Result<ExerciseReport> {
        let mut exercise = self.course.load(entry)?;
        open(&mut exercise, self.key.as_ref())?;
        if self.key.is_some() && exercise.hidden.is_none() {
            tell_nothing_hidden(&exercise, self.ui);
        }
        if self.public_only {
            exercise.leave_hidden_out();
        }
        let submission = answer::take(&exercise, &self.which)?;
        let mut status = reporter::StatusLine::new(self.ui);
        let mut listener = |event: Event<'_>| status.hear(event);
        let judged = self
            .pipeline
            .judge_aloud(&exercise, submission, &self.run, &mut listener)?;
        let mut report = judged.report;
        grade(&exercise, &mut report, self.lateness(&exercise));
        report.is_assigned = exercise.packed.is_some();
        report.following = (self.which == AnswerSource::Student).then(|| self.following(&exercise));
        if self.remembers {
            let opened = progress::update(&self.course.state(), |progress| {
                progress::record(progress, &report);
            })?;
            tell_damage(&opened, self.ui);
        }
        Ok(report)
    }

    fn lateness(&self, exercise: &Exercise) -> Option<Lateness> {
        let handed = self.submission_time.as_ref();
        let handed = handed.filter(|_| exercise.packed.is_some());
        handed.map(|handed| handed.lateness)
    }

    /// What comes after this exercise.
    fn following(&self, exercise: &Exercise) -> Following {
        let mut entries = self.course.entries.iter();
        match entries.find(|entry| entry.number > exercise.manifest.number) {
            Some(entry) => Following::Exercise(format!("exercises/{}", entry.directory())),
            None => Following::Overview,
        }
    }
}

/// Opens the hidden checks that came sealed, if there is a key for them.
pub(super) fn open(exercise: &mut Exercise, key: Option<&Identity>) -> anyhow::Result<()> {
    if let Some(key) = key.filter(|_| exercise.hidden.is_none()) {
        teachers::unseal(exercise, key)?;
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
pub(super) fn which(arguments: &AnswerArgs) -> AnswerSource {
    match &arguments.source {
        Some(path) => AnswerSource::Path(path.clone()),
        None if arguments.solution => AnswerSource::Reference,
        None => AnswerSource::Student,
    }
}

/// The report of a whole run.
pub(super) fn whole(
    pipeline: &Pipeline,
    seed: u64,
    handed: Option<Handed>,
    exercises: Vec<ExerciseReport>,
) -> Report {
    let sum = |points: fn(&ExerciseReport) -> u32| exercises.iter().map(points).sum();
    Report {
        format: FORMAT,
        grader: env!("CARGO_PKG_VERSION").to_owned(),
        toolchain: pipeline.toolchain().to_owned(),
        seed,
        points: sum(|exercise| exercise.points),
        max_points: sum(|exercise| exercise.max_points),
        unjudged_points: sum(|exercise| exercise.unjudged_points),
        handed,
        exercises,
    }
}

/// Says that a token was made from other code.
pub(super) fn tell_change(ui: &Ui) {
    ui.say(match ui.language {
        Language::English => {
            "note: the code has changed since this token was made; the replay may differ"
        }
        Language::Chinese => "注意：生成该令牌后代码已改动；结果可能不同",
    });
}

/// How many checks to judge at the same time: as many as asked for, else one per core.
fn jobs(asked: Option<NonZero<usize>>) -> usize {
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    asked.map_or_else(cores, NonZero::get)
}
