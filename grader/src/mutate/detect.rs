//! Judges answers with checks from which one property was deleted: whether an outcome changes.

use fs_err as fs;
use grader_schema::mutation::Deletion;
use rayon::prelude::*;

use super::{
    deletion::{Deleted, deletions},
    run::{Error, Judged, MutationRun, Subject, copy},
};
use crate::{
    answer::{self, AnswerSource, Submission},
    audit::{Expected, candidates},
    course::{Course, Exercise},
};

/// The checks of an exercise, each without one property.
#[derive(Debug)]
pub(crate) struct PropertyDeletions {
    subject: Subject,
    /// Each with its file, relative to the course.
    deleted: Vec<(String, Deleted)>,
}

impl PropertyDeletions {
    /// Finds what can be taken out of the checks of an exercise.
    pub(crate) fn of(exercise: Exercise) -> anyhow::Result<Self> {
        let mut deleted = Vec::new();
        for (directory, name) in [
            (exercise.directory(), "public"),
            (exercise.solution(), "hidden"),
        ] {
            let file = format!("{directory}/checks/{name}.rs");
            let path = exercise.root.join(&file);
            if !path.is_file() {
                continue;
            }
            let found = deletions(&fs::read_to_string(path)?).map_err(|error| Error::NotRust {
                path: file.clone(),
                line: error.span().start().line,
                what: error.to_string(),
            })?;
            deleted.extend(found.into_iter().map(|one| (file.clone(), one)));
        }
        Ok(Self {
            subject: Subject::of(exercise)?,
            deleted,
        })
    }

    /// Leaves only `count` of the properties of all these exercises, chosen by the seed.
    pub(crate) fn sample(all: &mut [Self], count: usize, seed: u64) {
        let total = all.iter().map(Self::len).sum();
        let chosen = fastrand::Rng::with_seed(seed).choose_multiple(0..total, count);
        let mut number = 0..total;
        for deletions in all {
            let mut is_chosen = |_: &_| number.next().is_some_and(|next| chosen.contains(&next));
            deletions.deleted.retain(&mut is_chosen);
        }
    }

    /// How many properties there are.
    pub(crate) fn len(&self) -> usize {
        self.deleted.len()
    }
}

impl MutationRun<'_> {
    /// Takes every property out once, as many at a time as rayon has threads, and calls
    /// `done` after each.
    pub(crate) fn delete_properties(
        &self,
        all: &[PropertyDeletions],
        done: &(dyn Fn() + Sync),
    ) -> anyhow::Result<Vec<Deletion>> {
        for deletions in all {
            self.judge_reference(&deletions.subject.exercise)?;
        }
        let units: Vec<_> = all
            .iter()
            .flat_map(|deletions| deletions.deleted.iter().map(move |one| (deletions, one)))
            .collect();
        let deletions = units.par_iter().map(|(deletions, (file, deleted))| {
            let detected_by = self.detected_by(&deletions.subject, file, deleted)?;
            done();
            Ok(Deletion {
                oracle: deleted.oracle.clone(),
                file: file.clone(),
                line: deleted.line,
                property: deleted.property.clone(),
                detected_by,
            })
        });
        let deletions = deletions.collect::<anyhow::Result<_>>();
        self.outcomes.prune()?;
        deletions
    }

    /// The answer whose outcome with these checks differs from the expected one.
    fn detected_by(
        &self,
        subject: &Subject,
        file: &str,
        deleted: &Deleted,
    ) -> anyhow::Result<Option<String>> {
        let exercise = &subject.exercise;
        let copied = self.pipeline.directory()?;
        for directory in [exercise.directory(), exercise.solution()] {
            copy(
                &exercise.root.join(&directory),
                &copied.path().join(&directory),
            )?;
        }
        fs::write(copied.path().join(file), &deleted.source)?;
        let course = Course {
            copies: Vec::new(),
            pack: None,
            root: copied.path().to_path_buf(),
            entries: vec![exercise.entry.clone()],
        };
        let thin = course.load(&exercise.entry)?;
        let (mut wrong, _) = candidates(&thin)?;
        // An answer that declares to fail this check, and few others, is the likely one.
        wrong.sort_by_key(|candidate| match &candidate.expected {
            Expected::Failures(declared) => {
                let meant = declared.iter().any(|one| one.check == deleted.oracle);
                (!meant, declared.len())
            }
            Expected::NotStarted | Expected::Everything => (true, usize::MAX),
        });
        for candidate in &wrong {
            let Expected::Failures(declared) = &candidate.expected else {
                continue;
            };
            let which = AnswerSource::PathInCourse(candidate.path.clone().into());
            let Submission::Answer(answer) = answer::take(&thin, &which)? else {
                continue;
            };
            // Whether it still fails by these is all that is asked.
            let is_declared = |id: &str| declared.iter().any(|one| one.check == id);
            let checks = thin.checks().map(|(_, check)| check.id.as_str());
            let left_out = checks.filter(|id| !is_declared(id)).map(str::to_owned);
            let failing = match self.known_without(&thin, &answer, &left_out.collect())? {
                Judged::Failing(failing) => failing,
                Judged::Surviving(_) => Vec::new(),
                Judged::Stillborn => continue,
            };
            let as_declared = declared.iter().all(|one| {
                let mut failing = failing.iter();
                failing.any(|(check, kind)| *check == one.check && one.kinds.contains(kind))
            });
            if !as_declared {
                return Ok(Some(candidate.path.clone()));
            }
        }
        for (source, mutation) in &subject.mutations {
            let whole = self.one(exercise, source, mutation)?;
            let is_detected = matches!(whole, Judged::Failing(_));
            let survives = |judged| matches!(judged, Judged::Surviving(_));
            if is_detected && survives(self.one(&thin, source, mutation)?) {
                let operator = mutation.operator.name();
                return Ok(Some(format!("mutant {operator} in line {}", mutation.line)));
            }
        }
        Ok(None)
    }
}
