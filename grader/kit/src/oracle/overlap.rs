//! How many spans are open at once.

use grader_schema::{plan::RecordKind, protocol::EventKind};

use crate::History;

/// The threads that are inside of a span called `name` when the most are.
///
/// Intervals that overlap pairwise have a moment in common (Helly), so how many there
/// are is a matter of the interval order alone.
pub(super) fn crowd(history: &History, name: &str) -> Vec<usize> {
    history.ask(RecordKind::Span, name, || {
        history.has(EventKind::Enter, name)
    });
    let (mut open, mut most) = (Vec::new(), Vec::new());
    for event in history
        .all_events()
        .iter()
        .filter(|event| event.name == name)
    {
        match event.kind {
            EventKind::Enter => open.push(event.thread),
            EventKind::Leave => {
                if let Some(index) = open.iter().position(|&thread| thread == event.thread) {
                    open.remove(index);
                }
            }
            _ => {}
        }
        if open.len() > most.len() {
            most.clone_from(&open);
        }
    }
    most
}
