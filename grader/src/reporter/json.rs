//! The reporter for programs: the whole report as JSON, at the end.

use std::io;

use grader_schema::report::{ExerciseReport, Report};

use super::Reporter;
use crate::ui::{Paint, Ui};

/// Prints the report as JSON.
pub(super) struct Json<'a> {
    ui: &'a Ui,
}

impl<'a> Json<'a> {
    pub(super) fn new(ui: &'a Ui) -> Self {
        Self { ui }
    }
}

impl Reporter for Json<'_> {
    fn exercise(&mut self, _: &ExerciseReport) -> io::Result<()> {
        Ok(())
    }

    /// Without colours, whatever the terminal.
    fn finish(&mut self, report: &Report) -> io::Result<()> {
        let mut report = report.clone();
        for exercise in &mut report.exercises {
            let compiler = exercise.compiler.take();
            exercise.compiler = compiler.map(|text| Paint(false).keep(&text));
        }
        self.ui.json(&report)
    }
}
