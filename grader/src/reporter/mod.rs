//! What judging answers has found, as it is printed: one format, one implementation.

mod json;
mod library;
mod text;

use std::io;

use grader_schema::report::{ExerciseReport, Report};

use crate::{cli::Format, ui::Ui};

pub(crate) use library::LibraryProgress;

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
