//! From what was found to what is reported: points, status, lines of code. No IO.

use std::collections::BTreeMap;

use grader_schema::{
    plan::Findings,
    report::{CheckReport, FailureKind, Status, Verdict},
    trace::Trace,
};

use super::Run;
use crate::kit::Exercise;

/// The sources whose lines may be shown, by the names that places use.
pub(super) type Sources = BTreeMap<String, String>;

/// One report per finding; nothing if the findings are not about this exercise's checks.
///
/// In a replay only the replayed check is there; otherwise all are that were not left out, in order.
pub(super) fn reports(
    exercise: &Exercise,
    findings: Findings,
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
pub(super) fn status(checks: &[CheckReport]) -> Status {
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
