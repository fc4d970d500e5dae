//! What an error tells the user beside its message: exit code, Chinese text, and advice.
//!
//! Each module says this of its own errors. `error_report`, which knows all of them, prints it, so
//! that no module needs another one for its errors.

use grader_schema::Text;

use crate::ExitCode;

/// What an error adds to its message.
pub(crate) trait UserError: std::error::Error {
    /// The exit code that it leads to.
    fn code(&self) -> ExitCode {
        ExitCode::Internal
    }

    /// The whole message in Chinese, where there is more to it than an operating system's or compiler's words.
    fn chinese(&self) -> Option<String> {
        None
    }

    /// What to do next.
    fn next(&self) -> Text;
}

/// The advice of this error, if it is an `E`.
pub(crate) fn of<'a, E: UserError + 'static>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a dyn UserError> {
    error.downcast_ref::<E>().map(|error| error as _)
}
