//! The last stage: builds the report from the verdicts, with points, status and lines of code.

use std::{collections::BTreeMap, time::Duration};

use fs_err as fs;
use grader_schema::{
    plan::CheckVerdicts,
    report::{CheckReport, ExerciseReport, FailureKind, Status, Timing, Verdict},
    trace::Trace,
};

use super::{
    Error, Judged, Run,
    compile::{Compiled, Refusal},
};
use crate::{answer::Answer, course::Exercise};

/// The sources whose lines may be shown, by the names that places use.
type Sources = BTreeMap<String, String>;

/// The report on an answer that was run, and how long that took.
pub(super) fn judged(
    exercise: &Exercise,
    answer: Answer,
    compiled: &Compiled,
    (found, took): (CheckVerdicts, Duration),
    run: &Run,
) -> Result<Judged, Error> {
    let code_changed = found.code_changed;
    let all = || found.checks.iter();
    let sensitivity = all().map(|it| (it.id.clone(), it.sensitivity)).collect();
    let of_checks = all()
        .map(|it| (it.id.clone(), (it.took_ms, it.about.clone())))
        .collect();
    let mut sources = answer.files;
    sources.insert(
        "checks/public.rs".to_owned(),
        fs::read_to_string(exercise.public_source())?,
    );
    let checks = reports(exercise, found, &sources, run).ok_or_else(|| Error::Verdict {
        exercise: exercise.entry.directory(),
        how: "answered with other checks than the manifest has".to_owned(),
        messages: String::new(),
    })?;
    let named = (answer.shown, answer.options);
    let mut report = report(exercise, named, checks);
    report.compiler = compiled
        .programs
        .as_ref()
        .ok()
        .and_then(|it| said(&it.warnings));
    report.timing = Timing {
        compile_ms: milliseconds(compiled.took),
        run_ms: milliseconds(took),
    };
    Ok(Judged {
        report,
        code_changed,
        sensitivity,
        checks: of_checks,
        made_from: compiled.made_from.clone(),
    })
}

/// The report on an answer that the compiler refused.
pub(super) fn not_compiled(
    exercise: &Exercise,
    answer: Answer,
    compiled: &Compiled,
    why: Refusal,
) -> Judged {
    let mut judged = refused(exercise, (answer.shown, answer.options), why);
    judged.report.timing.compile_ms = milliseconds(compiled.took);
    judged.made_from.clone_from(&compiled.made_from);
    judged
}

/// The report on an answer that no compiler was given.
pub(super) fn refused(exercise: &Exercise, named: (String, String), why: Refusal) -> Judged {
    let mut report = report(exercise, named, Vec::new());
    report.compiler = said(&why.compiler);
    report.refusal = Some(why.why).filter(|why| !why.en.is_empty());
    report.status = Status::DoesNotCompile;
    report.max_points = exercise.max_points();
    Judged {
        report,
        code_changed: false,
        sensitivity: BTreeMap::new(),
        checks: BTreeMap::new(),
        made_from: String::new(),
    }
}

/// A report with these checks, on an answer by its place and options.
fn report(
    exercise: &Exercise,
    (source, answer_options): (String, String),
    checks: Vec<CheckReport>,
) -> ExerciseReport {
    ExerciseReport {
        id: exercise.manifest.id.clone(),
        number: exercise.manifest.number,
        title: exercise.manifest.title.clone(),
        mode: exercise.manifest.mode,
        source,
        directory: exercise.directory(),
        editable: exercise.manifest.editable.clone(),
        answer_options,
        is_assigned: false,
        following: None,
        status: status(&checks),
        points: checks.iter().map(|check| check.points).sum(),
        max_points: checks.iter().map(|check| check.max_points).sum(),
        unjudged_points: 0,
        lost_to_lateness: 0,
        refusal: None,
        compiler: None,
        checks,
        timing: Timing::default(),
    }
}

/// What the compiler said, if it is worth reading.
fn said(messages: &str) -> Option<String> {
    Some(messages.to_owned()).filter(|messages| !messages.trim().is_empty())
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// One report per finding; nothing if the findings are not about this exercise's checks.
///
/// In a replay only the replayed check is there; otherwise all are that were not left out, in order.
fn reports(
    exercise: &Exercise,
    findings: CheckVerdicts,
    sources: &Sources,
    run: &Run,
) -> Option<Vec<CheckReport>> {
    let declared: Vec<_> = exercise.checks().collect();
    let complete = run.replay.is_some()
        || declared
            .iter()
            .map(|(_, check)| &check.id)
            .filter(|id| !run.leaves_out(id))
            .eq(findings.checks.iter().map(|found| &found.id));
    if !complete || findings.checks.is_empty() {
        return None;
    }
    findings
        .checks
        .into_iter()
        .map(|found| {
            let (visibility, check) = declared.iter().find(|(_, check)| check.id == found.id)?;
            let mut verdict = found.verdict;
            let passed = match &mut verdict {
                Verdict::Passed { .. } => true,
                Verdict::Failed(failure) => {
                    if let Some(trace) = &mut failure.trace {
                        fill(trace, sources);
                    }
                    false
                }
            };
            Some(CheckReport {
                id: found.id,
                visibility: *visibility,
                title: check.title.clone(),
                points: if passed { check.points } else { 0 },
                max_points: check.points,
                executions: found.executions,
                verdict,
            })
        })
        .collect()
}

/// The sum of these checks.
fn status(checks: &[CheckReport]) -> Status {
    let failures = || {
        checks.iter().filter_map(|check| match &check.verdict {
            Verdict::Passed { .. } => None,
            Verdict::Failed(failure) => Some(failure.kind),
        })
    };
    let failed = failures().count();
    let untouched = failures()
        .filter(|kind| *kind == FailureKind::NotStarted)
        .count();
    if failed == 0 {
        Status::Passed
    } else if untouched == checks.len() {
        Status::NotStarted
    } else {
        Status::Failed
    }
}

/// Writes the line of code into each row whose source may be shown; the source of
/// hidden checks is not among `sources`, so their rows stay without.
fn fill(trace: &mut Trace, sources: &Sources) {
    for row in &mut trace.rows {
        let line = row.place.as_ref().and_then(|place| {
            let text = sources.get(&place.file)?;
            text.lines().nth((place.line as usize).checked_sub(1)?)
        });
        row.code = line.unwrap_or_default().trim().to_owned();
    }
}
