//! Turns the steps of an execution into the rows of a trace.

use grader_schema::{
    Text,
    protocol::{Ending, Replayed},
    step::{Effect, Operation, ThreadOperation},
    trace::{Mark, Row, Trace},
};

use super::{ending::waits_forever_at, names::Names, rows::Rows, words};

/// The rows of a traced execution.
pub(crate) fn trace(replayed: &Replayed, names: &Names<'_>) -> Trace {
    let history = &replayed.observation.history;
    let mut collected = Rows::default();
    for step in &replayed.trace {
        let Some(text) = words::action(step, history, names) else {
            continue;
        };
        let row = Row {
            thread: step.thread,
            place: names.place(&step.location),
            code: String::new(),
            action: text,
            mark: match step.effect {
                Effect::Blocked(_) => Mark::Waits,
                _ => Mark::Acts,
            },
        };
        let starts = matches!(step.operation, Operation::Thread(ThreadOperation::Spawn(_)));
        match words::recorded_by(step, history) {
            Some(event) => collected.add_event(row, event.kind),
            None => collected.add(row, starts),
        }
    }
    let mut rows = collected.finish();
    match &replayed.observation.ending {
        Ending::Deadlock(threads) => {
            for thread in threads {
                // What it waits for is said in full now.
                let last = rows.iter().rposition(|row| row.thread == thread.thread);
                if let Some(last) = last
                    && rows[last].mark == Mark::Waits
                {
                    rows.remove(last);
                }
                let text = waits_forever_at(thread, names);
                rows.push(Row {
                    thread: thread.thread,
                    place: names.place(&thread.location),
                    code: String::new(),
                    action: text,
                    mark: Mark::Fails,
                });
            }
        }
        Ending::Panicked {
            thread,
            message,
            location,
        } => rows.push(Row {
            thread: *thread,
            place: location.as_ref().and_then(|location| names.place(location)),
            code: String::new(),
            action: Text::new(format!("panics: {message}"), format!("panic:{message}")),
            mark: Mark::Fails,
        }),
        Ending::Killed { thread, .. } => {
            // The last that it did was to take the signal.
            let last = rows.iter_mut().rfind(|row| row.thread == *thread);
            if let Some(last) = last {
                last.mark = Mark::Fails;
            }
        }
        _ => {}
    }
    Trace {
        threads: names.threads(),
        rows: shorten(rows),
        preemptions: replayed.preemptions,
    }
}

/// A loop without an end makes thousands of rows, of which the first and last say all.
fn shorten(mut rows: Vec<Row>) -> Vec<Row> {
    const SHOWN: usize = 60;
    if rows.len() > SHOWN {
        let left_out = rows.len() - SHOWN;
        rows.drain(SHOWN / 2..SHOWN / 2 + left_out);
        if let Some(row) = rows.get_mut(SHOWN / 2) {
            row.action.en = format!("({left_out} rows left out) {}", row.action.en);
            row.action.zh = format!("（省略 {left_out} 行）{}", row.action.zh);
        }
    }
    rows
}
