//! Checking the checks: what `grader dev check` looks for.
//!
//! [`Survey::of`] reads an exercise and says what is wrong before anything is run;
//! [`AnswerRunner::run_all`] judges its answers; [`summarise`] puts both together. What a finding
//! means and what to do about it is in [`Describe`].

mod answer_run;
mod answers;
mod describe;
mod header;
mod leaks;
mod parts;
mod promises;
mod runner;
mod signatures;
mod stubs;
mod survey;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use grader_schema::{
    Text,
    audit::{ExerciseAudit, Finding, FindingKind, Timing},
    found_by::FoundBy,
    plan::About,
};

use answer_run::Outcome;
pub(crate) use answers::{Expected, find as candidates};
pub(crate) use describe::{Describe, failure};
pub(crate) use leaks::{Values, canary as canary_of, lines_with, values as hidden_values};
pub(crate) use runner::AnswerRunner;
pub(crate) use survey::{Survey, canaries};

use crate::course::Exercise;

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
pub(crate) type RunOutcome = (Outcome, bool);

/// Findings after which it is unknown which checks an answer fails.
const UNJUDGED: [FindingKind; 4] = [
    FindingKind::HeaderInvalid,
    FindingKind::DiffInvalid,
    FindingKind::CannotJudge,
    FindingKind::DoesNotCompile,
];

/// Whether two answers have the same finding, which then has one cause, perhaps in the checks.
fn is_same(one: &Finding, other: &Finding) -> bool {
    (one.kind, &one.message, &one.details) == (other.kind, &other.message, &other.details)
}

/// Says how many other answers have the same trouble.
fn tell_others((mut finding, others): (Finding, usize)) -> Finding {
    if others > 0 {
        let en = format!(" (and likewise with {others} other answers)");
        finding.message.en.push_str(&en);
        let zh = format!("（另有 {others} 个答案与此相同）");
        finding.message.zh.push_str(&zh);
    }
    finding
}

/// The report of an exercise with these outcomes of its answers, of which the wrong ones were perhaps
/// judged only by what they `declared`.
pub(crate) fn summarise(
    survey: Survey,
    outcomes: Vec<RunOutcome>,
    declared: bool,
) -> ExerciseAudit {
    let Survey {
        entry,
        exercise,
        answers,
        mut findings,
    } = survey;
    let mut timing = Timing::default();
    let mut failed = BTreeSet::new();
    // The checks that each wrong answer fails.
    let mut found = Vec::new();
    let mut generated = BTreeSet::new();
    let mut about: BTreeMap<String, About> = BTreeMap::new();
    let is_judged = |finding: &Finding| !UNJUDGED.contains(&finding.kind);
    let mut all_judged = !answers.is_empty() && findings.iter().all(is_judged);
    let mut troubles: Vec<(Finding, usize)> = Vec::new();
    for ((outcome, known), answer) in outcomes.into_iter().zip(&answers) {
        let is_wrong = matches!(answer.expected, Expected::Failures(_));
        for (check, mut it) in outcome.about {
            if is_wrong {
                // What happens in wrong answers alone shows of no property that it looks.
                it.asked.retain(|asked| !asked.found);
                it.recorded.clear();
            }
            about.entry(check).or_default().add(it);
        }
        for (check, took_ms) in outcome.checks_ms {
            let time = timing.checks.entry(check).or_default();
            time.all_ms += took_ms;
            if took_ms >= time.slowest_ms {
                time.slowest_ms = took_ms;
                time.slowest.clone_from(&answer.path);
            }
        }
        for finding in outcome.findings {
            if is_judged(&finding) {
                findings.push(finding);
                continue;
            }
            all_judged = false;
            match troubles
                .iter_mut()
                .find(|(told, _)| is_same(told, &finding))
            {
                Some((_, others)) => *others += 1,
                None => troubles.push((finding, 0)),
            }
        }
        failed.extend(outcome.failed.iter().cloned());
        generated.extend(outcome.generated);
        if is_wrong {
            found.push(outcome.failed);
        }
        timing.judging_ms += outcome.judging_ms;
        timing.known += usize::from(known);
    }
    if declared {
        // A model is also held to the wrong answers that keep to it, and these were left out.
        for about in about.values_mut() {
            about.unrefuted = None;
        }
    }
    findings.extend(troubles.into_iter().map(tell_others));
    if let Some(exercise) = exercise.as_ref().filter(|_| all_judged) {
        findings.extend(promises::look(exercise, &about));
    }
    let checks: Vec<_> = exercise.iter().flat_map(Exercise::checks).collect();
    for (_, check) in &checks {
        if all_judged && !failed.contains(&check.id) {
            let id = &check.id;
            findings.push(finding(
                FindingKind::CheckNeverFails,
                format!("solutions/{}/wrong", entry.directory()),
                Text::new(
                    format!("no wrong answer fails the check `{id}`, so nothing shows that it can find a mistake"),
                    format!("没有错误答案使检查 `{id}` 失败，无从知道它能否发现错误"),
                ),
            ));
        }
    }
    let mut found_by = FoundBy::default();
    for failed in &found {
        found_by.count(failed.iter().map(String::as_str), &generated);
    }
    ExerciseAudit {
        found_by: (!generated.is_empty()).then_some(found_by),
        find_nothing_more: nothing_more(&found, &generated),
        number: entry.number,
        answers: answers.len(),
        points: checks.iter().map(|(_, check)| check.points).sum(),
        checks: checks.len(),
        id: entry.slug,
        findings,
        timing,
    }
}

/// The written scenarios that find no wrong answer which generated programs do not find; none for
/// an exercise without a model.
fn nothing_more(found: &[BTreeSet<String>], generated: &BTreeSet<String>) -> Vec<String> {
    let written: BTreeSet<&String> = found.iter().flatten().collect();
    let finds_more = |check: &String| {
        let mut by_scenarios = found.iter().filter(|failed| failed.is_disjoint(generated));
        by_scenarios.any(|failed| failed.contains(check))
    };
    let needless = written
        .into_iter()
        .filter(|&check| !generated.is_empty() && !generated.contains(check) && !finds_more(check));
    needless.cloned().collect()
}
