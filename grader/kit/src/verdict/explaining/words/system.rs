//! The wording of system calls.

use grader_schema::{
    Text,
    step::{Effect, SystemOperation},
};

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

/// What a process did: the call as `strace(1)` writes it, which is the same in every language.
pub(super) fn action(operation: SystemOperation, effect: &Effect) -> Text {
    let named = call(operation);
    match effect {
        Effect::Called(shown) => Text::new(shown.clone(), shown.clone()),
        Effect::Blocked(_) => Text::new(
            format!("waits in {}", named.en),
            format!("等在{}", named.zh),
        ),
        _ => Text::new(format!("calls {}", named.en), format!("调用{}", named.zh)),
    }
}

pub(super) fn waits_for_ever(operation: SystemOperation) -> Text {
    let call = call(operation);
    Text::new(
        format!("waits in {}", call.en),
        format!("一直等在{}", call.zh),
    )
}
