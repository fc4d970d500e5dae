//! Judging all answers of all exercises side by side.

use std::collections::BTreeSet;

use grader_schema::{Text, audit::FindingKind};
use rayon::prelude::*;

use super::{
    RunOutcome, Survey, answer_run,
    answers::{Candidate, Expected},
    finding,
    header::Declared,
};
use crate::{
    answer::{self, Answer, AnswerSource, Submission},
    course::Exercise,
    outcomes::Outcomes,
    pipeline::{self, Pipeline},
    user_error::{UserError, of},
};

/// How answers are judged.
#[derive(Debug)]
pub(crate) struct AnswerRunner<'a> {
    pipeline: &'a Pipeline,
    outcomes: Outcomes,
    seeds: u64,
    /// Whether a wrong answer is judged only by the checks that it declares to fail.
    declared: bool,
}

impl<'a> AnswerRunner<'a> {
    /// Judges with the seeds from 1 to `seeds`; what is known from before is judged again
    /// unless `reuse`.
    pub(crate) fn new(pipeline: &'a Pipeline, seeds: u64, reuse: bool) -> std::io::Result<Self> {
        Ok(Self {
            outcomes: Outcomes::open(pipeline.cache(), "audit", pipeline.fingerprint(), reuse)?,
            pipeline,
            seeds,
            declared: false,
        })
    }

    /// Judges wrong answers only by the checks that they declare to fail. Failures that they do
    /// not declare are not found then, and most of the time of judging is saved: a check that an
    /// answer passes takes all of its executions.
    pub(crate) fn by_declared_checks(self) -> Self {
        Self {
            declared: true,
            ..self
        }
    }

    /// Judges the answers of all surveys, as many at a time as rayon has threads, and
    /// calls `done` after each. The outcomes are in the order of the surveys and of their
    /// answers, whatever is done first.
    pub(crate) fn run_all(
        &self,
        surveys: &[Survey],
        done: &(dyn Fn() + Sync),
    ) -> std::io::Result<Vec<Vec<RunOutcome>>> {
        let units: Vec<(usize, &Exercise, &Candidate)> = surveys
            .iter()
            .enumerate()
            .flat_map(|(index, survey)| {
                let answers = survey.answers.iter();
                let exercise = survey.exercise.as_ref();
                answers.filter_map(move |answer| Some((index, exercise?, answer)))
            })
            .collect();
        // The first answer of an exercise makes its verdict program, which the others use.
        let is_first =
            |position: usize| position == 0 || units[position - 1].0 != units[position].0;
        let (first, others): (Vec<usize>, Vec<usize>) =
            (0..units.len()).partition(|position| is_first(*position));
        let mut outcomes: Vec<(usize, RunOutcome)> = Vec::new();
        for round in [first, others] {
            outcomes.par_extend(round.into_par_iter().map(|position| {
                let (_, exercise, candidate) = units[position];
                let outcome = self.one(exercise, candidate);
                done();
                (position, outcome)
            }));
        }
        outcomes.sort_by_key(|(position, _)| *position);
        let mut all: Vec<Vec<RunOutcome>> = surveys.iter().map(|_| Vec::new()).collect();
        for (position, outcome) in outcomes {
            all[units[position].0].push(outcome);
        }
        self.outcomes.prune()?;
        Ok(all)
    }

    fn one(&self, exercise: &Exercise, candidate: &Candidate) -> RunOutcome {
        self.attempt(exercise, candidate).unwrap_or_else(|error| {
            let root = format!("{}/", exercise.root.display());
            let parts = |what: String| {
                let what = what.replace(&root, "");
                let (first, rest) = what.split_once('\n').unwrap_or((&what, ""));
                (first.to_owned(), rest.to_owned())
            };
            let (en, details) = parts(error.to_string());
            let zh = error
                .chain()
                .find_map(|it| of::<pipeline::Error>(it).or_else(|| of::<answer::Error>(it)))
                .and_then(UserError::chinese)
                .map(|it| parts(it).0);
            let zh = zh.unwrap_or_else(|| en.clone());
            let file = match error.downcast_ref() {
                Some(pipeline::Error::ChecksDoNotCompile { .. }) => {
                    format!("{}/checks", exercise.directory())
                }
                _ => candidate.path.clone(),
            };
            let mut found = finding(FindingKind::CannotJudge, file, Text::new(en, zh));
            found.details = crate::ui::Paint(false).keep(&details);
            let outcome = answer_run::Outcome {
                findings: vec![found],
                ..answer_run::Outcome::default()
            };
            (outcome, false)
        })
    }

    fn attempt(&self, exercise: &Exercise, candidate: &Candidate) -> anyhow::Result<RunOutcome> {
        let which = AnswerSource::PathInCourse(candidate.path.clone().into());
        let submission = answer::take(exercise, &which)?;
        let answer = match &submission {
            Submission::Answer(answer) => Some(answer),
            Submission::Refused { .. } => None,
        };
        let left_out = match &candidate.expected {
            Expected::Failures(declared) if self.declared => undeclared(exercise, declared),
            _ => BTreeSet::new(),
        };
        let what = if left_out.is_empty() {
            candidate.path.clone()
        } else {
            format!("{}, by the checks that it declares", candidate.path)
        };
        let name = |made_from: &str, answer: &Answer| {
            self.outcomes
                .name(made_from, exercise, &what, answer, self.seeds)
        };
        if let Some(answer) = answer
            && let Some(made_from) = self.pipeline.name(exercise, answer)?
            && let Some(outcome) = self.outcomes.read(&name(&made_from, answer)?)
        {
            return Ok((outcome, true));
        }
        let judging = answer_run::Judging {
            pipeline: self.pipeline,
            exercise,
            candidate,
            submission: &submission,
            left_out: &left_out,
        };
        let (outcome, made_from) = judging.with_seeds(self.seeds)?;
        if let (Some(answer), Some(made_from)) = (answer, made_from) {
            self.outcomes.write(&name(&made_from, answer)?, &outcome)?;
        }
        Ok((outcome, false))
    }
}

/// The checks that a wrong answer does not declare to fail.
fn undeclared(exercise: &Exercise, declared: &[Declared]) -> BTreeSet<String> {
    let ids = exercise.checks().map(|(_, check)| &check.id);
    ids.filter(|&id| declared.iter().all(|one| one.check != *id))
        .cloned()
        .collect()
}
