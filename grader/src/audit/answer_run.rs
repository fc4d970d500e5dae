//! Judges one answer with all seeds, and replays its failures.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
    plan::{About, SeedSensitivity},
    report::{CheckReport, ExerciseReport, Failure, FailureKind, Status, Verdict},
};
use serde::{Deserialize, Serialize};

use super::{
    answers::{Candidate, Expected},
    finding,
    header::Declared,
};
use crate::{
    answer::Submission,
    course::Exercise,
    pipeline::{self, Pipeline, Run},
    ui::Paint,
};

/// The outcome of an answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// What is not as it should be.
    pub(super) findings: Vec<Finding>,
    /// The checks that failed and that a wrong answer declares.
    pub(super) failed: BTreeSet<String>,
    /// The checks that passed by judging generated programs.
    pub(super) generated: BTreeSet<String>,
    /// How long it took.
    pub(super) judging_ms: u64,
    /// How long each check took of it, with all seeds.
    pub(super) checks_ms: BTreeMap<String, u64>,
    /// What each check asked the histories of this answer for.
    pub(super) about: BTreeMap<String, About>,
}

/// What is judged, and by what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judging<'a> {
    /// Compiles and judges.
    pub(super) pipeline: &'a Pipeline,
    /// The exercise.
    pub(super) exercise: &'a Exercise,
    /// The answer, and what is expected of it.
    pub(super) candidate: &'a Candidate,
    /// The answer as it was read.
    pub(super) submission: &'a Submission,
    /// The checks that do not judge it.
    pub(super) left_out: &'a BTreeSet<String>,
}

impl Judging<'_> {
    /// Judges the answer with the seeds from 1 to `seeds`. Says too what it was made from, if the
    /// outcome would be the same again: what ran into the net of time would perhaps not.
    ///
    /// # Errors
    ///
    /// If the checks do not compile, or a process cannot be started.
    pub(super) fn with_seeds(
        self,
        seeds: u64,
    ) -> Result<(Outcome, Option<String>), pipeline::Error> {
        let candidate = self.candidate;
        let start = Instant::now();
        let mut steady = true;
        let mut failed = BTreeSet::new();
        let mut generated = BTreeSet::new();
        let mut replayed = BTreeSet::new();
        // What is found with several seeds is told once.
        let mut found: BTreeMap<Finding, Vec<u64>> = BTreeMap::new();
        let mut first: Vec<Finding> = Vec::new();
        let mut memo = SeedMemo::default();
        for seed in 1..=seeds {
            let report = memo.judge(self, seed)?;
            let mut findings = compare(candidate, &report);
            generated.extend(report.generated().map(str::to_owned));
            for check in &report.checks {
                let Verdict::Failed(failure) = &check.verdict else {
                    continue;
                };
                steady &= failure.kind != FailureKind::TimedOut;
                if declared(candidate, &check.id).is_some() {
                    failed.insert(check.id.clone());
                }
                if let Some(token) = &failure.token
                    && replayed.insert(token.clone())
                {
                    findings.extend(self.replay(check, token)?);
                }
            }
            for finding in findings {
                if !first.contains(&finding) {
                    first.push(finding.clone());
                }
                found.entry(finding).or_default().push(seed);
            }
        }
        let findings = first
            .into_iter()
            .map(|finding| {
                let with = found.remove(&finding).unwrap_or_default();
                tell_seeds(finding, &with, seeds)
            })
            .collect();
        let outcome = Outcome {
            findings,
            failed,
            generated,
            judging_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            checks_ms: memo.checks_ms,
            about: memo.about,
        };
        let made_from = memo.made_from.filter(|name| steady && !name.is_empty());
        Ok((outcome, made_from))
    }

    fn judge(self, run: &Run) -> Result<pipeline::Judged, pipeline::Error> {
        self.pipeline
            .judge(self.exercise, self.submission.clone(), run)
    }

    /// A token must show the failure that it was shown with, down to the last character.
    fn replay(self, shown: &CheckReport, token: &str) -> Result<Option<Finding>, pipeline::Error> {
        let run = Run {
            jobs: 1,
            seed: 0,
            replay: Some(token.to_owned()),
            ..Run::default()
        };
        // How many executions there were before says nothing of this one.
        let shown = &CheckReport {
            executions: None,
            ..shown.clone()
        };
        let again = match self.judge(&run) {
            Ok(judged) => judged.report.checks,
            // A token that its own maker refuses is as bad as one that shows something else.
            Err(pipeline::Error::BadToken { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        if again.len() == 1 && again[0] == *shown {
            return Ok(None);
        }
        let id = &shown.id;
        let said = |check: Option<&CheckReport>| match check.map(|check| &check.verdict) {
            None => "nothing\n".to_owned(),
            Some(verdict) => serde_json::to_string_pretty(verdict).unwrap_or_default() + "\n",
        };
        Ok(Some(Finding {
            details: crate::render::diff::unified(
                "shown",
                &said(Some(shown)),
                "replayed",
                &said(again.first()),
            ),
            ..finding(
                FindingKind::ReplayDiffers,
                &self.candidate.path,
                Text::new(
                    format!("the token `{token}` of `{id}` replays a different failure"),
                    format!("用令牌 `{token}` 重放时，`{id}` 的失败与先前不同"),
                ),
            )
        }))
    }
}

/// What the first seed has shown of an answer.
#[derive(Default)]
struct SeedMemo {
    /// Its report.
    first: Option<ExerciseReport>,
    /// What another seed could change of it.
    known: BTreeMap<String, SeedSensitivity>,
    /// Names what it was made from.
    made_from: Option<String>,
    /// How long each check took so far.
    checks_ms: BTreeMap<String, u64>,
    /// What the checks asked for.
    about: BTreeMap<String, About>,
}

impl SeedMemo {
    /// Judges an answer with one more seed. What no seed can change is not judged again, and
    /// stands in the report all the same.
    fn judge(
        &mut self,
        judging: Judging<'_>,
        seed: u64,
    ) -> Result<ExerciseReport, pipeline::Error> {
        let settled =
            |check: &&CheckReport| self.known.get(&check.id) == Some(&SeedSensitivity::None);
        let all = |report: &ExerciseReport| {
            !report.checks.is_empty() && report.checks.iter().all(|check| settled(&check))
        };
        if let Some(first) = self.first.as_ref().filter(|first| all(first)) {
            return Ok(first.clone());
        }
        let run = Run {
            jobs: 1,
            seed,
            known: self.known.clone(),
            left_out: judging.left_out.clone(),
            describes_checks: true,
            ..Run::default()
        };
        let judged = judging.judge(&run)?;
        for (check, (took_ms, about)) in judged.checks {
            *self.checks_ms.entry(check.clone()).or_default() += took_ms;
            if let Some(about) = about {
                self.about.entry(check).or_default().add(about);
            }
        }
        let mut report = judged.report;
        if let Some(first) = &self.first {
            let settled = first.checks.iter().filter(settled).cloned();
            report.checks.extend(settled);
        } else {
            self.known = judged.sensitivity;
            self.made_from = Some(judged.made_from);
            self.first = Some(report.clone());
        }
        Ok(report)
    }
}

/// Adds the seeds to a finding that not all of them show.
fn tell_seeds(mut finding: Finding, with: &[u64], seeds: u64) -> Finding {
    let replays = finding.kind == FindingKind::ReplayDiffers;
    if with.len() as u64 != seeds && !replays {
        let list: Vec<String> = with.iter().map(u64::to_string).collect();
        let list = list.join(", ");
        finding.message.en.push_str(&format!(" (with seed {list})"));
        finding.message.zh.push_str(&format!("（种子 {list}）"));
    }
    finding
}

/// What an answer declares for a check.
fn declared<'a>(candidate: &'a Candidate, check: &str) -> Option<&'a Declared> {
    match &candidate.expected {
        Expected::Failures(declared) => declared.iter().find(|it| it.check == check),
        Expected::NotStarted | Expected::Everything => None,
    }
}

/// What a report has that it should not have.
fn compare(candidate: &Candidate, report: &ExerciseReport) -> Vec<Finding> {
    let path = &candidate.path;
    let messages = Paint(false).keep(report.compiler.as_deref().unwrap_or_default());
    let with_messages = |kind, en: &str, zh: &str| Finding {
        details: messages.clone(),
        ..finding(kind, path, Text::new(en, zh))
    };
    if report.status == Status::DoesNotCompile {
        let kind = FindingKind::DoesNotCompile;
        let mut finding = with_messages(kind, "it does not compile", "不能编译");
        if let Some(Text { en, zh }) = &report.refusal {
            let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            finding.message.en.push_str(&format!(": {}", line(en)));
            finding.message.zh.push_str(&format!("：{}", line(zh)));
        }
        return vec![finding];
    }
    let mut findings = Vec::new();
    // Only the author of a wrong answer reads the messages about it.
    let is_wrong = matches!(candidate.expected, Expected::Failures(_));
    if !messages.trim().is_empty() && !is_wrong {
        findings.push(with_messages(
            FindingKind::CompilerWarns,
            "the compiler warns",
            "编译器发出警告",
        ));
    }
    for check in &report.checks {
        let id = &check.id;
        let (what, zh) = result(check);
        match (&candidate.expected, &check.verdict) {
            (Expected::NotStarted, Verdict::Failed(it)) if it.kind == FailureKind::NotStarted => {}
            (Expected::NotStarted, _) => findings.push(finding(
                FindingKind::StubIsStarted,
                path,
                Text::new(
                    format!("the check `{id}` {what}, but should reach a `todo!()`"),
                    format!("检查 `{id}` {zh}，它应当遇到 `todo!()`"),
                ),
            )),
            (Expected::Everything, Verdict::Failed(failure)) => findings.push(Finding {
                details: happened(failure),
                ..finding(
                    FindingKind::RightAnswerFails,
                    path,
                    Text::new(
                        format!("the check `{id}` {what}"),
                        format!("检查 `{id}` {zh}"),
                    ),
                )
            }),
            (Expected::Everything, Verdict::Passed { .. }) => {}
            (Expected::Failures(_), _) => {
                let declared = declared(candidate, id);
                findings.extend(compare_wrong(path, check, declared, &what, &zh));
            }
        }
    }
    findings
}

/// A check of a wrong answer.
fn compare_wrong(
    path: &str,
    check: &CheckReport,
    declared: Option<&Declared>,
    what: &str,
    what_zh: &str,
) -> Option<Finding> {
    let id = &check.id;
    let Some(declared) = declared else {
        let Verdict::Failed(failure) = &check.verdict else {
            return None;
        };
        return Some(Finding {
            details: happened(failure),
            ..finding(
                FindingKind::UndeclaredFailure,
                path,
                Text::new(
                    format!("the check `{id}` {what}, but the header does not declare it"),
                    format!("检查 `{id}` {what_zh}，但没有声明"),
                ),
            )
        });
    };
    let kinds = declared.kinds.iter().map(|kind| kind.name());
    let kinds = kinds.collect::<Vec<_>>().join("|");
    let (kind, details) = match &check.verdict {
        Verdict::Passed { .. } => (FindingKind::MistakeNotFound, String::new()),
        Verdict::Failed(failure) if !declared.kinds.contains(&failure.kind) => {
            (FindingKind::KindDiffers, happened(failure))
        }
        Verdict::Failed(_) => return None,
    };
    Some(Finding {
        details,
        line: Some(declared.line),
        ..finding(
            kind,
            path,
            Text::new(
                format!("the check `{id}` {what}, but should fail with {kinds}"),
                format!("检查 `{id}` {what_zh}，它应当以 {kinds} 失败"),
            ),
        )
    })
}

/// What a student would read of a failure.
fn happened(failure: &Failure) -> String {
    let Text { en, zh } = &failure.happened;
    format!("{en}\n{zh}\n")
}

/// How a check came out, in words.
fn result(check: &CheckReport) -> (String, String) {
    match &check.verdict {
        Verdict::Passed { .. } => ("passes".to_owned(), "通过了".to_owned()),
        Verdict::Failed(failure) => {
            let kind = failure.kind.name();
            (format!("fails with {kind}"), format!("以 {kind} 失败"))
        }
    }
}

#[cfg(test)]
mod tests {
    use grader_schema::{Text, audit::FindingKind};

    use super::{finding, tell_seeds};

    #[track_caller]
    fn check(kind: FindingKind, with: &[u64], expected: &str) {
        let found = finding(kind, "a.rs", Text::new("it fails", "失败"));
        assert_eq!(tell_seeds(found, with, 3).message.en, expected);
    }

    #[test]
    fn seeds_are_named_if_others_show_something_else() {
        check(FindingKind::MistakeNotFound, &[1, 2, 3], "it fails");
        check(
            FindingKind::MistakeNotFound,
            &[1, 3],
            "it fails (with seed 1, 3)",
        );
        check(FindingKind::ReplayDiffers, &[1], "it fails");
    }
}
