//! Judging all answers of all exercises side by side.

use grader_schema::{Text, audit::FindingKind};
use rayon::prelude::*;

use super::{RunOutcome, Survey, answer_run, answers::Candidate, finding};
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
}

impl<'a> AnswerRunner<'a> {
    /// Judges with the seeds from 1 to `seeds`; what is known from before is judged again
    /// unless `reuse`.
    pub(crate) fn new(pipeline: &'a Pipeline, seeds: u64, reuse: bool) -> std::io::Result<Self> {
        Ok(Self {
            outcomes: Outcomes::open(pipeline.cache(), "audit", pipeline.fingerprint(), reuse)?,
            pipeline,
            seeds,
        })
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
        let name = |made_from: &str, answer: &Answer| {
            self.outcomes
                .name(made_from, exercise, &candidate.path, answer, self.seeds)
        };
        if let Some(answer) = answer
            && let Some(made_from) = self.pipeline.name(exercise, answer)?
            && let Some(outcome) = self.outcomes.read(&name(&made_from, answer)?)
        {
            return Ok((outcome, true));
        }
        let judged: Result<_, pipeline::Error> =
            answer_run::judge(self.pipeline, exercise, candidate, &submission, self.seeds);
        let (outcome, made_from) = judged?;
        if let (Some(answer), Some(made_from)) = (answer, made_from) {
            self.outcomes.write(&name(&made_from, answer)?, &outcome)?;
        }
        Ok((outcome, false))
    }
}
