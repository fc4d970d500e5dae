//! Who poisoned a lock, and who met it.

use grader_schema::{
    Text,
    protocol::{Ending, Replayed, Step, StepResult},
};

use super::{actions::lock_class, explain::Reader};
use crate::history::thread_name;

/// Which lock was poisoned in an execution that ended with a panic, by whom, and who took
/// it after that.
pub(super) fn reason(replayed: &Replayed, reader: &Reader<'_>) -> Option<Text> {
    if !matches!(replayed.observation.ending, Ending::Panicked { .. }) {
        return None;
    }
    let trace = &replayed.trace;
    let (index, poison, class) = trace.iter().enumerate().find_map(|(index, step)| {
        let StepResult::Value(class) = &step.result else {
            return None;
        };
        (step.operation.kind == "poison").then_some((index, step, class))
    })?;
    let met = trace[index..]
        .iter()
        .find(|step| takes(step, poison, class));
    let who = thread_name(poison.thread);
    let taken = reader.named(&poison.location);
    let number = poison.operation.object.unwrap_or(0);
    let (en, zh) = lock_class(class);
    let (after, after_zh) = met.map_or_else(Default::default, |met| {
        let (other, at) = (thread_name(met.thread), reader.named(&met.location));
        (
            format!("; {other} found it poisoned at {at}"),
            format!("；{other} 在 {at} 处发现它已中毒"),
        )
    });
    Some(Text::new(
        format!(
            "{who} panicked while it held {en} {number}, taken at {taken}, and so poisoned \
             it{after}."
        ),
        format!("{who} 在持有{zh} {number}（在 {taken} 处取得）时 panic，使它中毒{after_zh}。"),
    ))
}

/// Whether a step takes the lock that `poison` poisoned.
fn takes(step: &Step, poison: &Step, class: &str) -> bool {
    let kinds: &[&str] = match class {
        "rwlock" => &["read-lock", "write-lock"],
        _ => &["lock"],
    };
    step.operation.object == poison.operation.object
        && kinds.contains(&step.operation.kind.as_str())
        && step.result == StepResult::Done
}
