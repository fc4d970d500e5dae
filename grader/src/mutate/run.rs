//! Judges mutants: which checks detect them.

use std::collections::BTreeSet;

use fs_err as fs;
use grader_schema::{
    Text,
    found_by::FoundBy,
    mutation::{ExerciseMutation, Fate, Mutant, Stale},
    report::{FailureKind, Status, Verdict},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    changes::{Mutation, mutations},
    equivalent::Equivalents,
};
use crate::{
    answer::{self, Answer, AnswerSource, Submission},
    course::Exercise,
    dot_files::is_dot_file,
    outcomes::Outcomes,
    pipeline::{Pipeline, Run},
    render::diff,
    user_error::UserError,
};

/// Why mutants cannot be judged.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The reference does not earn everything.
    #[error("the reference of `{0}` fails a check, so its mutants show nothing")]
    ReferenceFails(String),
    /// The reference cannot be read as Rust.
    #[error("{path}:{line}: {what}")]
    NotRust {
        /// The file, relative to the course.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

impl UserError for Error {
    fn chinese(&self) -> Option<String> {
        match self {
            Self::ReferenceFails(exercise) => Some(format!(
                "`{exercise}` 的参考答案没有得满分，它的变异体说明不了什么"
            )),
            Self::NotRust { .. } => None,
        }
    }

    fn next(&self) -> Text {
        Text::new(
            "run `cargo grader dev check` to see what is wrong",
            "运行 `cargo grader dev check` 查看问题所在",
        )
    }
}

/// How mutants are judged.
#[derive(Debug)]
pub(crate) struct MutationRun<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) outcomes: Outcomes,
    seeds: u64,
    /// Whether a mutant is judged only until one check fails.
    until_one_fails: bool,
}

/// The mutants of one exercise, before they are judged.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(super) exercise: Exercise,
    equivalents: Equivalents,
    pub(super) mutations: Vec<(Source, Mutation)>,
}

impl Subject {
    /// Finds the mutants of an exercise's reference.
    pub(crate) fn of(exercise: Exercise) -> anyhow::Result<Self> {
        let equivalents = Equivalents::read(&exercise)?;
        let mut found = Vec::new();
        for name in &exercise.manifest.editable {
            let path = exercise.root.join(exercise.solution()).join(name);
            let source = Source {
                name: name.clone(),
                text: fs::read_to_string(path)?,
            };
            let mutations = mutations(&source.text).map_err(|error| Error::NotRust {
                path: format!("{}/{name}", exercise.solution()),
                line: error.span().start().line,
                what: error.to_string(),
            })?;
            found.extend(mutations.into_iter().map(|one| (source.clone(), one)));
        }
        Ok(Self {
            exercise,
            equivalents,
            mutations: found,
        })
    }

    /// How many mutants there are.
    pub(crate) fn len(&self) -> usize {
        self.mutations.len()
    }
}

/// A file of the reference.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Its name in an answer, `src/lib.rs` for example.
    pub(super) name: String,
    text: String,
}

/// The outcome of judging a mutant, before the teacher's justifications are applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Judged {
    Stillborn,
    /// The checks that fail, and how.
    Failing(Vec<(String, FailureKind)>),
    /// It earns everything. The checks that judged generated programs.
    Surviving(BTreeSet<String>),
}

impl<'a> MutationRun<'a> {
    /// Judges with the seeds from 1 to `seeds`, until one detects the mutant. What is known from before
    /// is judged again unless `reuse`.
    pub(crate) fn new(pipeline: &'a Pipeline, seeds: u64, reuse: bool) -> std::io::Result<Self> {
        Ok(Self {
            outcomes: Outcomes::open(pipeline.cache(), "mutants", pipeline.fingerprint(), reuse)?,
            pipeline,
            seeds,
            until_one_fails: false,
        })
    }

    /// Judges a mutant by one check after the other, until one fails. Which other checks detect it
    /// is unknown then.
    pub(crate) fn until_one_fails(self) -> Self {
        Self {
            until_one_fails: true,
            ..self
        }
    }

    /// Judges all mutants, as many at a time as rayon has threads, and calls `done` after
    /// each.
    pub(crate) fn all(
        &self,
        subjects: &[Subject],
        done: &(dyn Fn() + Sync),
    ) -> anyhow::Result<Vec<ExerciseMutation>> {
        let generated: Vec<BTreeSet<String>> = subjects
            .iter()
            .map(|subject| self.judge_reference(&subject.exercise))
            .collect::<anyhow::Result<_>>()?;
        let units: Vec<(&Subject, &(Source, Mutation))> = subjects
            .iter()
            .flat_map(|subject| subject.mutations.iter().map(move |one| (subject, one)))
            .collect();
        let judged: Vec<Judged> = units
            .par_iter()
            .map(|(subject, (source, mutation))| {
                let judged = self.one(&subject.exercise, source, mutation);
                done();
                judged
            })
            .collect::<anyhow::Result<_>>()?;
        let mut judged = judged.into_iter();
        let all = subjects.iter().zip(&generated).map(|(subject, generated)| {
            let mutated = summarise(subject, generated, judged.by_ref().take(subject.len()));
            ExerciseMutation {
                // The first check that fails does not say who else detects the mutant.
                found_by: mutated.found_by.filter(|_| !self.until_one_fails),
                ..mutated
            }
        });
        let all = all.collect();
        self.outcomes.prune()?;
        Ok(all)
    }

    /// The checks that judge generated programs. Nothing can be learned from mutants of a
    /// reference that is wrong itself.
    pub(super) fn judge_reference(&self, exercise: &Exercise) -> anyhow::Result<BTreeSet<String>> {
        let judged = match answer::take(exercise, &AnswerSource::Reference)? {
            Submission::Answer(answer) => self.known(exercise, &answer)?,
            Submission::Refused { .. } => Judged::Stillborn,
        };
        match judged {
            Judged::Surviving(generated) => Ok(generated),
            Judged::Failing(_) | Judged::Stillborn => {
                Err(Error::ReferenceFails(exercise.entry.directory()).into())
            }
        }
    }

    /// Judges one mutant.
    pub(super) fn one(
        &self,
        exercise: &Exercise,
        source: &Source,
        mutation: &Mutation,
    ) -> anyhow::Result<Judged> {
        let directory = self.pipeline.directory()?;
        let reference = exercise.root.join(exercise.solution()).join("src");
        copy(&reference, &directory.path().join("src"))?;
        fs::write(directory.path().join(&source.name), &mutation.source)?;
        let which = AnswerSource::PathInCourse(directory.path().to_path_buf());
        let Submission::Answer(answer) = answer::take(exercise, &which)? else {
            return Ok(Judged::Stillborn);
        };
        self.known(exercise, &answer)
    }

    /// The outcome of judging an answer, from the cache if it is there.
    fn known(&self, exercise: &Exercise, answer: &Answer) -> anyhow::Result<Judged> {
        self.known_without(exercise, answer, &BTreeSet::new())
    }

    /// The outcome of judging an answer by all checks but some, from the cache if it is there.
    pub(super) fn known_without(
        &self,
        exercise: &Exercise,
        answer: &Answer,
        left_out: &BTreeSet<String>,
    ) -> anyhow::Result<Judged> {
        let until = if self.until_one_fails {
            " until one check fails"
        } else {
            ""
        };
        let mut what = format!("mutant{until}");
        for check in left_out {
            what.push_str(&format!(", without {check}"));
        }
        let name = |made_from: &str| {
            self.outcomes
                .name(made_from, exercise, &what, answer, self.seeds)
        };
        if let Some(made_from) = self.pipeline.name(exercise, answer)?
            && let Some(known) = self.outcomes.read(&name(&made_from)?)
        {
            return Ok(known);
        }
        let (judged, made_from) = self.judge(exercise, answer, left_out)?;
        if !made_from.is_empty() {
            self.outcomes.write(&name(&made_from)?, &judged)?;
        }
        Ok(judged)
    }

    /// The runs that judge a mutant, if none finds a failure.
    fn runs(&self, exercise: &Exercise, left_out: &BTreeSet<String>) -> Vec<Run> {
        let of_seed = |seed| {
            let run = Run {
                jobs: 1,
                seed,
                left_out: left_out.clone(),
                ..Run::default()
            };
            if self.until_one_fails {
                one_check_each(exercise, &run)
            } else {
                vec![run]
            }
        };
        (1..=self.seeds).flat_map(of_seed).collect()
    }

    /// The outcome of judging an answer, and the name of its inputs.
    fn judge(
        &self,
        exercise: &Exercise,
        answer: &Answer,
        left_out: &BTreeSet<String>,
    ) -> anyhow::Result<(Judged, String)> {
        let mut made_from = String::new();
        let mut generated = BTreeSet::new();
        for run in self.runs(exercise, left_out) {
            let submission = Submission::Answer(Box::new(answer.clone()));
            let judged = self.pipeline.judge(exercise, submission, &run)?;
            let report = judged.report;
            made_from = judged.made_from;
            if report.status == Status::DoesNotCompile {
                return Ok((Judged::Stillborn, made_from));
            }
            generated.extend(report.generated().map(str::to_owned));
            let failing = report
                .checks
                .iter()
                .filter_map(|check| match &check.verdict {
                    Verdict::Failed(failure) => Some((check.id.clone(), failure.kind)),
                    Verdict::Passed { .. } => None,
                });
            let failing: Vec<_> = failing.collect();
            if !failing.is_empty() {
                return Ok((Judged::Failing(failing), made_from));
            }
        }
        Ok((Judged::Surviving(generated), made_from))
    }
}

/// A run for each check that `run` does not leave out, which judges by it alone.
fn one_check_each(exercise: &Exercise, run: &Run) -> Vec<Run> {
    let ids: Vec<&String> = exercise.checks().map(|(_, check)| &check.id).collect();
    let alone = |id: &String| Run {
        left_out: ids
            .iter()
            .filter(|&&it| it != id)
            .copied()
            .cloned()
            .collect(),
        ..run.clone()
    };
    let judging = ids.iter().filter(|&&id| !run.left_out.contains(id));
    judging.map(|id| alone(id)).collect()
}

/// The outcomes of the mutants of one exercise.
fn summarise(
    subject: &Subject,
    generated: &BTreeSet<String>,
    judged: impl Iterator<Item = Judged>,
) -> ExerciseMutation {
    let mut used = Vec::new();
    let mut found_by = FoundBy::default();
    let mutants = subject.mutations.iter().zip(judged);
    let mutants = mutants
        .map(|((source, mutation), judged)| {
            let fate = match judged {
                Judged::Stillborn => Fate::Stillborn,
                Judged::Failing(checks) => {
                    found_by.count(checks.iter().map(|(check, _)| check.as_str()), generated);
                    Fate::Killed(checks.into_iter().map(|(check, _)| check).collect())
                }
                Judged::Surviving(_) => {
                    let about = subject.equivalents.about(mutation, &source.text);
                    let first = about.first().copied();
                    used.extend(about);
                    first.map_or(Fate::Survived, |number| {
                        Fate::Equivalent(subject.equivalents.reason(number).clone())
                    })
                }
            };
            Mutant {
                operator: mutation.operator,
                file: format!("{}/{}", subject.exercise.solution(), source.name),
                line: mutation.line,
                diff: diff::unified("reference", &source.text, "mutant", &mutation.source),
                fate,
            }
        })
        .collect();
    let entry = &subject.exercise.entry;
    ExerciseMutation {
        id: entry.slug.clone(),
        number: entry.number,
        mutants,
        found_by: (!generated.is_empty()).then_some(found_by),
        stale: subject
            .equivalents
            .unused(&used)
            .into_iter()
            .map(|line| Stale {
                file: subject.equivalents.path.clone(),
                line,
            })
            .collect(),
    }
}

/// Copies a directory, without what editors keep there.
pub(super) fn copy(from: &std::path::Path, to: &std::path::Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        if is_dot_file(&item.file_name()) {
            continue;
        }
        let target = to.join(item.file_name());
        if item.file_type()?.is_dir() {
            copy(&item.path(), &target)?;
        } else {
            fs::copy(item.path(), target)?;
        }
    }
    Ok(())
}
