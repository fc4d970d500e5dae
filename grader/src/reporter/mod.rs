//! Prints verdicts, with one implementation of [`Reporter`] for each format.

mod json;
mod status;
mod text;

use std::io;

use grader_schema::report::{ExerciseReport, Report};

use crate::{cli::Format, ui::Ui};

pub(crate) use status::StatusLine;

/// Prints reports, each as soon as it is there.
///
/// A reporter knows nothing but the reports: a rendering needs no course.
pub(crate) trait Reporter {
    /// One exercise was judged.
    ///
    /// # Errors
    ///
    /// If standard output cannot be written.
    fn exercise(&mut self, report: &ExerciseReport) -> io::Result<()>;

    /// All exercises were judged.
    ///
    /// # Errors
    ///
    /// If standard output cannot be written.
    fn finish(&mut self, report: &Report) -> io::Result<()>;
}

/// The reporter of a format. `brief` is for a run of several exercises: passed ones are one line.
pub(crate) fn of(format: Format, brief: bool, ui: &Ui) -> Box<dyn Reporter + '_> {
    match format {
        Format::Text => Box::new(text::Text::new(brief, ui)),
        Format::Json => Box::new(json::Json::new(ui)),
    }
}

#[cfg(test)]
mod tests {
    use grader_schema::{report::Report, text::Language};
    use serde_json::json;

    use crate::{
        render::{Style, check},
        ui::Paint,
    };

    /// A report as `--format json` has printed it, of an answer that does not compile.
    fn printed() -> Report {
        let report = json!({
            "format": 1, "grader": "0.1.0", "toolchain": "rustc 1.95.0", "seed": 1,
            "points": 0, "max_points": 5,
            "handed": {
                "assignment": {
                    "id": "week-1", "title": { "en": "Week 1", "zh": "第一周" },
                    "opens": "2026-10-01T08:00:00+02:00[Europe/Berlin]",
                    "due": "2026-10-14T23:59:00+02:00[Europe/Berlin]",
                    "late": { "days": 3, "percent_per_day": 10 },
                },
                "submitted": "2026-10-15T10:00:00+02:00[Europe/Berlin]",
                "standing": "late", "late_days": 1, "percent_lost": 10,
            },
            "exercises": [{
                "id": "first-steps", "number": 1, "engine": "pure",
                "title": { "en": "First steps", "zh": "第一步" },
                "source": "my answer.rs", "directory": "exercises/01-first-steps",
                "editable": ["src/lib.rs"], "answer_options": "--source 'my answer.rs'",
                "is_assigned": true, "following": { "exercise": "exercises/02-two-threads" },
                "status": "does-not-compile", "points": 0, "max_points": 5,
                "compiler": "error: expected `;`", "checks": [],
                "timing": { "compile_ms": 1, "run_ms": 0 },
            }],
        });
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn a_report_is_shown_without_the_course_that_it_is_about() {
        let report = printed();
        let style = Style {
            language: Language::English,
            paint: Paint(false),
            width: 80,
        };
        let block = check::exercise(&report.exercises[0], false, style);
        let end = check::what_next(&report, style);
        insta::assert_snapshot!(format!("{block}\n{end}"), @r"
        01 First steps: does not compile, 0 of 5 points

        error: expected `;`

          Next  fix it, then run `cargo grader check 01 --source 'my answer.rs'`

        Due   2026-10-14 23:59 (Europe/Berlin); submitted 2026-10-15 10:00
              (Europe/Berlin), 1 day late: 10 % of the points are lost
        ");
    }
}
