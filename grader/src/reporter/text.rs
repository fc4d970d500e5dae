//! The reporter for people: a block for each exercise, and what comes next.

use std::io;

use grader_schema::report::{ExerciseReport, Report, Status};

use super::Reporter;
use crate::{render, ui::Ui};

/// Prints reports as text.
pub(super) struct Text<'a> {
    ui: &'a Ui,
    brief: bool,
    /// Whether something was printed already.
    has_begun: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(brief: bool, ui: &'a Ui) -> Self {
        Self {
            ui,
            brief,
            has_begun: false,
        }
    }
}

impl Reporter for Text<'_> {
    fn exercise(&mut self, report: &ExerciseReport) -> io::Result<()> {
        // A stub is full of arguments that its code does not use yet.
        let worth_reading = matches!(report.status, Status::Passed | Status::Failed);
        if let Some(warnings) = report.compiler.as_ref().filter(|_| worth_reading) {
            self.ui.say(&self.ui.paint_err.keep(warnings));
        }
        let is_one_line = report.status == Status::Passed;
        let gap = if self.has_begun && !is_one_line {
            "\n"
        } else {
            ""
        };
        self.has_begun = true;
        let block = render::check::exercise(report, self.brief, self.ui.into());
        self.ui.out(&format!("{gap}{block}"))
    }

    fn finish(&mut self, report: &Report) -> io::Result<()> {
        let style = self.ui.into();
        let end = if self.brief {
            let dates = render::dates::handed(report, style);
            format!("{}{dates}", render::check::summary(report, style))
        } else {
            render::check::what_next(report, style)
        };
        if end.is_empty() {
            return Ok(());
        }
        self.ui.out(&format!("\n{end}"))
    }
}
