//! Whether the stubs are what the references make.

use std::io;

use fs_err as fs;
use grader_schema::{
    Text,
    audit::{Finding, FindingKind},
};

use super::finding;
use crate::{course::Exercise, render::diff, stub};

/// What differs.
pub(super) fn compare(exercise: &Exercise) -> io::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in &exercise.manifest.editable {
        let reference = format!("{}/{path}", exercise.solution());
        let source = exercise.root.join(&reference);
        if !source.is_file() {
            // That the reference is not there has been said already.
            continue;
        }
        let expected = match stub::extract(&fs::read_to_string(source)?) {
            Ok(expected) => expected,
            Err(error) => {
                findings.push(Finding {
                    line: Some(error.line()),
                    ..finding(
                        FindingKind::MarkersInvalid,
                        reference,
                        Text::new(error.to_string(), stub::chinese(error)),
                    )
                });
                continue;
            }
        };
        for file in ["stub/", ""].map(|place| format!("{}/{place}{path}", exercise.directory())) {
            let place = exercise.root.join(&file);
            if !place.is_file() {
                continue;
            }
            let found = fs::read_to_string(place)?;
            if found != expected {
                findings.push(Finding {
                    details: diff::unified(&file, &found, "made from the reference", &expected),
                    ..finding(
                        FindingKind::StubDiffers,
                        file,
                        Text::new(
                            format!("it differs from the stub generated from `{reference}`"),
                            format!("与 `{reference}` 生成的不同"),
                        ),
                    )
                });
            }
        }
    }
    Ok(findings)
}
