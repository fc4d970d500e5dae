//! Prints an error for the user: what is wrong, and what to do next.

use grader_schema::Text;

use crate::{
    ExitCode, answer,
    commands::teachers,
    course, forward, pipeline, progress, submission_time,
    ui::Ui,
    user_error::{UserError, of},
};

/// Tells of an error on standard error and gives the exit code.
pub(crate) fn report(error: &anyhow::Error, ui: &Ui) -> ExitCode {
    let advice = error.chain().find_map(advice);
    let english = || {
        let mut message = String::new();
        for cause in error.chain() {
            let cause = cause.to_string();
            // A transparent wrapper repeats its cause.
            if !message.ends_with(&cause) {
                if !message.is_empty() {
                    message.push_str(": ");
                }
                message.push_str(&cause);
            }
        }
        message
    };
    let message = match ui.language {
        grader_schema::text::Language::Chinese => advice.and_then(UserError::chinese),
        grader_schema::text::Language::English => None,
    };
    let next = advice.map_or_else(
        || {
            Text::new(
                "run `cargo grader doctor` to find the cause",
                "运行 `cargo grader doctor` 查找问题",
            )
        },
        UserError::next,
    );
    // It may quote a compiler, which colours what it writes.
    let message = ui.paint_err.keep(&message.unwrap_or_else(english));
    ui.error(&message, next.get(ui.language));
    advice.map_or(ExitCode::Internal, UserError::code)
}

fn advice<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a dyn UserError> {
    of::<course::Error>(error)
        .or_else(|| of::<answer::Error>(error))
        .or_else(|| of::<progress::Error>(error))
        .or_else(|| of::<pipeline::Error>(error))
        .or_else(|| of::<forward::Error>(error))
        .or_else(|| of::<submission_time::Error>(error))
        .or_else(|| teachers::advice(error))
}
