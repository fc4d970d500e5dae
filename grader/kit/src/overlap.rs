//! How many spans are open at once.

use grader_schema::protocol::EventKind;

use crate::History;

/// The most spans called `name` that are open at the same time.
pub(crate) fn most_open(history: &History, name: &str) -> usize {
    let (mut open, mut most) = (0usize, 0);
    for event in history.events().iter().filter(|event| event.name == name) {
        match event.kind {
            EventKind::Enter => open += 1,
            EventKind::Leave => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

/// The threads that are inside of a span called `name` when the most are.
pub(crate) fn crowd(history: &History, name: &str) -> Vec<usize> {
    let (mut open, mut most) = (Vec::new(), Vec::new());
    for event in history.events().iter().filter(|event| event.name == name) {
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
