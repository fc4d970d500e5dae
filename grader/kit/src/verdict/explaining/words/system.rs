//! The wording of system calls.

use grader_schema::{Text, step::SystemOperation};

use super::Noun;

pub(super) const NOUN: Noun = Noun {
    en: "kernel",
    zh: "内核",
    one: ("A kernel", "内核"),
};

/// A call, and the descriptor that it is about.
fn call(operation: SystemOperation) -> Text {
    let SystemOperation { name, fd, .. } = operation;
    match fd {
        Some(fd) => Text::new(
            format!("`{name}` (descriptor {fd})"),
            format!(" `{name}`（描述符 {fd}）"),
        ),
        None => Text::new(format!("`{name}`"), format!(" `{name}`")),
    }
}

pub(super) fn action(operation: SystemOperation) -> Text {
    let call = call(operation);
    Text::new(format!("calls {}", call.en), format!("调用{}", call.zh))
}

pub(super) fn waits_for_ever(operation: SystemOperation) -> Text {
    let call = call(operation);
    Text::new(
        format!("waits in {}", call.en),
        format!("一直等在{}", call.zh),
    )
}
