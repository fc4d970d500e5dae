//! Reads an exercise, and finds what is wrong with it before anything is run.

use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
};

use super::{
    answers::{self, Candidate},
    finding, leaks, parts, signatures, stubs,
};
use crate::course::{self, Course, Entry, Exercise};

/// An exercise, read.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Which exercise it is.
    pub(crate) entry: Entry,
    /// What its manifests say; nothing if they cannot be read.
    pub(crate) exercise: Option<Exercise>,
    /// The answers to judge.
    pub(crate) answers: Vec<Candidate>,
    /// What is wrong.
    pub(crate) findings: Vec<Finding>,
}

impl Survey {
    /// Reads an exercise.
    pub(crate) fn of(course: &Course, entry: &Entry, canaries: &[leaks::Canary]) -> Self {
        let mut survey = Self {
            entry: entry.clone(),
            exercise: None,
            answers: Vec::new(),
            findings: parts::files(course, entry),
        };
        match course.load(entry) {
            Ok(exercise) => {
                let found = survey.read(course, &exercise, canaries);
                survey.exercise = Some(exercise);
                if let Err(error) = found {
                    survey.findings.push(unreadable(course, entry, &error));
                }
            }
            Err(course::Error::Manifest { file, line, what }) => survey.findings.push(Finding {
                line: Some(line),
                ..finding(FindingKind::ManifestInvalid, file, Text::new(&what, &what))
            }),
            Err(course::Error::Io(error)) => {
                survey.findings.push(unreadable(course, entry, &error));
            }
            Err(error) => {
                let what = error.to_string();
                survey.findings.push(finding(
                    FindingKind::CannotJudge,
                    format!("exercises/{}", entry.directory()),
                    Text::new(&what, &what),
                ));
            }
        }
        survey
    }

    fn read(
        &mut self,
        course: &Course,
        exercise: &Exercise,
        canaries: &[leaks::Canary],
    ) -> std::io::Result<()> {
        let findings = &mut self.findings;
        findings.extend(parts::texts(exercise)?);
        findings.extend(parts::points(exercise));
        findings.extend(parts::syllabus(course, exercise)?);
        findings.extend(signatures::compare(exercise)?);
        findings.extend(stubs::compare(exercise)?);
        findings.extend(leaks::look(exercise, canaries)?);
        let (answers, wrong) = answers::find(exercise)?;
        self.findings.extend(wrong);
        self.answers = answers;
        Ok(())
    }
}

fn unreadable(course: &Course, entry: &Entry, error: &std::io::Error) -> Finding {
    let root = format!("{}/", course.root.display());
    let what = error.to_string().replace(&root, "");
    finding(
        FindingKind::Unreadable,
        format!("exercises/{}", entry.directory()),
        Text::new(&what, &what),
    )
}

/// The canaries of all hidden files of a course.
pub(crate) fn canaries(course: &Course) -> std::io::Result<Vec<leaks::Canary>> {
    let mut all = Vec::new();
    for entry in &course.entries {
        all.extend(leaks::canaries(course, entry)?);
    }
    Ok(all)
}
