//! Checking the checks: what `grader check-kit` looks for.
//!
//! [`Survey::of`] reads an exercise and says what is wrong before anything is run;
//! [`Court::try_all`] judges its answers; [`conclude`] puts both together. What a finding
//! means and what to do about it is in [`Explain`].

mod answers;
mod court;
mod explain;
mod header;
mod leaks;
mod memory;
mod parts;
mod signatures;
mod stubs;
mod survey;
mod tokens;
mod trial;

use std::collections::BTreeSet;

use grader_schema::{
    Text,
    audit::{ExerciseAudit, Finding, FindingKind, Timing},
};

pub(crate) use court::Court;
pub(crate) use explain::Explain;
pub(crate) use survey::{Survey, canaries};
use trial::Outcome;

/// A finding of this kind about this file.
fn finding(kind: FindingKind, file: impl Into<String>, message: Text) -> Finding {
    Finding {
        kind,
        file: file.into(),
        line: None,
        message,
        details: String::new(),
        next: kind.next(),
    }
}

/// The answer's outcome, and whether it was known before.
pub(crate) type Tried = (Outcome, bool);

/// What is said of an exercise whose answers came out like this.
pub(crate) fn conclude(survey: Survey, tried: Vec<Tried>) -> ExerciseAudit {
    let Survey {
        entry,
        exercise,
        answers,
        mut findings,
    } = survey;
    let mut timing = Timing::default();
    let mut failed = BTreeSet::new();
    for (outcome, known) in tried {
        findings.extend(outcome.findings);
        failed.extend(outcome.failed);
        timing.judging_ms += outcome.judging_ms;
        timing.known += usize::from(known);
    }
    let checks: Vec<_> = exercise.iter().flat_map(|it| it.checks()).collect();
    for (_, check) in &checks {
        if !answers.is_empty() && !failed.contains(&check.id) {
            let id = &check.id;
            findings.push(finding(
                FindingKind::CheckNeverFails,
                format!("solutions/{}/wrong", entry.directory()),
                Text::new(
                    format!("no wrong answer fails the check `{id}`, so nothing shows that it finds anything"),
                    format!("没有错误答案使检查 `{id}` 失败，无从知道它能否发现错误"),
                ),
            ));
        }
    }
    ExerciseAudit {
        number: entry.number,
        answers: answers.len(),
        points: checks.iter().map(|(_, check)| check.points).sum(),
        checks: checks.len(),
        id: entry.slug,
        findings,
        timing,
    }
}
