//! The wording of the events that a check records.

use grader_schema::{
    Text,
    protocol::{Event, EventKind},
    step::{Effect, Step},
};
use serde_json::Value;

/// The event that a step recorded.
pub(super) fn recorded_by<'a>(step: &Step, history: &'a [Event]) -> Option<&'a Event> {
    match step.effect {
        Effect::Recorded(index) => history.get(index),
        _ => None,
    }
}

pub(super) fn action(event: &Event) -> Text {
    let name = &event.name;
    let value = match &event.value {
        Value::Null => None,
        value => Some(value.to_string()),
    };
    match (event.kind, value) {
        (EventKind::Mark, None) => Text::new(name, name),
        (EventKind::Mark, Some(value)) => {
            let both = format!("{name} {value}");
            Text::new(both.clone(), both)
        }
        (EventKind::Call, argument) => {
            let argument = argument.unwrap_or_default();
            Text::new(
                format!("calls {name}({argument})"),
                format!("调用 {name}({argument})"),
            )
        }
        (EventKind::Return, None) => Text::new(format!("{name} returns"), format!("{name} 返回")),
        (EventKind::Return, Some(value)) => Text::new(
            format!("{name} returns {value}"),
            format!("{name} 返回 {value}"),
        ),
        (EventKind::Enter, _) => Text::new(format!("enters `{name}`"), format!("进入 `{name}`")),
        (EventKind::Leave, _) => Text::new(format!("leaves `{name}`"), format!("离开 `{name}`")),
    }
}
