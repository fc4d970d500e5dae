//! The interleaving table: time runs down, each thread has a lane.
//!
//! ```text
//!      main
//!      │ worker-0
//!   1  ●      src/lib.rs:15  let mut q = self.items.lock().unwrap();
//!      │                     locks mutex 1
//!   2  │ ○    src/lib.rs:22  let q = self.items.lock().unwrap();
//!      │ │                   waits for mutex 1, held by main
//! ```
//!
//! The names are staggered above their lanes, so that long names do not widen the lanes.

use grader_schema::{
    text::Language,
    trace::{Mark, Row, Trace},
};

use super::text::{cut, fold, pad, width};
use crate::ui::Paint;

/// A text that is narrower than this says too little.
const NARROWEST: usize = 24;
/// The widest column of places.
const WIDEST_PLACE: usize = 24;

/// Draws an interleaving, at most `columns` wide.
pub(crate) fn render(trace: &Trace, columns: usize, language: Language, paint: Paint) -> String {
    let drawing = Lanes::of(trace);
    let numbers = trace.rows.len().to_string().len().max(2);
    let left = numbers + 2 + 2 * trace.threads.len() + 1;
    let place_width = trace
        .rows
        .iter()
        .map(|row| width(&place(row)))
        .max()
        .unwrap_or(0)
        .min(WIDEST_PLACE);
    let gap = if place_width == 0 { 0 } else { 2 };
    let rest = columns
        .saturating_sub(left + place_width + gap)
        .max(NARROWEST);

    let mut text = header(trace, numbers + 2, paint);
    for (index, row) in trace.rows.iter().enumerate() {
        let mut lines = Vec::new();
        if !row.code.is_empty() {
            lines.push(cut(&row.code, rest));
        }
        for said in action(row, rest, language) {
            lines.push(match row.mark {
                Mark::Acts => said,
                Mark::Waits => paint.wait(&said),
                Mark::Fails => paint.bad(&said),
            });
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
        for (number, line) in lines.iter().enumerate() {
            let first = number == 0;
            let label = if first {
                (index + 1).to_string()
            } else {
                String::new()
            };
            let place = if first {
                cut(&place(row), place_width)
            } else {
                String::new()
            };
            let drawn = format!(
                "{label:>numbers$}  {} {}{}{line}",
                drawing.draw(index, first, paint),
                paint.faint(&pad(&place, place_width)),
                " ".repeat(gap),
            );
            text.push_str(drawn.trim_end());
            text.push('\n');
        }
    }
    text
}

/// What the thread did. The row that is the failure may say it at more length.
fn action(row: &Row, columns: usize, language: Language) -> Vec<String> {
    let text = row.action.get(language);
    if text.is_empty() {
        return Vec::new();
    }
    let most = if row.mark == Mark::Fails { 4 } else { 2 };
    let folded = fold(text, columns, 0);
    let mut lines: Vec<String> = folded.lines().map(|line| cut(line, columns)).collect();
    if lines.len() > most {
        lines.truncate(most);
        // One column goes to the sign that something is missing.
        let last = cut(&lines[most - 1], columns - 1);
        lines[most - 1] = format!("{}…", last.trim_end_matches('…'));
    }
    lines
}

fn place(row: &Row) -> String {
    row.place.as_ref().map_or(String::new(), |place| {
        format!("{}:{}", place.file, place.line)
    })
}

fn header(trace: &Trace, indent: usize, paint: Paint) -> String {
    let mut text = String::new();
    for (index, name) in trace.threads.iter().enumerate() {
        let steps = paint.faint(&"┆ ".repeat(index));
        text.push_str(&format!(
            "{}{steps}{}\n",
            " ".repeat(indent),
            paint.strong(name)
        ));
    }
    text
}

/// From which row to which each thread is shown as alive.
struct Lanes<'a> {
    trace: &'a Trace,
    spans: Vec<Option<(usize, usize)>>,
}

impl<'a> Lanes<'a> {
    fn of(trace: &'a Trace) -> Self {
        let mut spans = vec![None; trace.threads.len()];
        for (index, row) in trace.rows.iter().enumerate() {
            if let Some(span) = spans.get_mut(row.thread) {
                let first = span.map_or(index, |(first, _)| first);
                *span = Some((first, index));
            }
        }
        Self { trace, spans }
    }

    /// The lanes beside one line of a row: its own mark, and who else is alive.
    fn draw(&self, index: usize, first: bool, paint: Paint) -> String {
        let row = &self.trace.rows[index];
        let mut text = String::new();
        for (thread, span) in self.spans.iter().enumerate() {
            let last = span.is_some_and(|(_, last)| last == index);
            let alive = span.is_some_and(|(from, to)| (from..=to).contains(&index));
            let sign = if thread == row.thread && first {
                match row.mark {
                    Mark::Acts => paint.good("●"),
                    Mark::Waits => paint.wait("○"),
                    Mark::Fails => paint.bad("✗"),
                }
            } else if alive && (first || !last) {
                paint.faint("│")
            } else {
                " ".to_owned()
            };
            text.push_str(&sign);
            text.push(' ');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use grader_schema::{
        Text,
        text::Language,
        trace::{Mark, Place, Row, Trace},
    };

    use super::render;
    use crate::{render::text::width, ui::Paint};

    fn row(
        thread: usize,
        place: &str,
        line: u32,
        code: &str,
        action: (&str, &str),
        mark: Mark,
    ) -> Row {
        Row {
            thread,
            place: (!place.is_empty()).then(|| Place {
                file: place.into(),
                line,
                column: 1,
            }),
            code: code.into(),
            action: Text::new(action.0, action.1),
            mark,
        }
    }

    pub(crate) fn sample() -> Trace {
        use Mark::{Acts, Fails, Waits};
        let lib = "src/lib.rs";
        Trace {
            threads: ["main", "producer-0", "consumer-0", "consumer-1"]
                .map(String::from)
                .to_vec(),
            preemptions: 1,
            rows: vec![
                row(
                    0,
                    "checks/public.rs",
                    12,
                    "let queue = Arc::new(Queue::new(1));",
                    ("spawns producer-0", "启动 producer-0"),
                    Acts,
                ),
                row(
                    0,
                    "checks/public.rs",
                    16,
                    "thread::spawn(move || queue.get());",
                    ("spawns consumer-0", "启动 consumer-0"),
                    Acts,
                ),
                row(
                    2,
                    lib,
                    41,
                    "let mut items = self.items.lock().unwrap();",
                    ("locks mutex 1", "锁定互斥锁 1"),
                    Acts,
                ),
                row(
                    2,
                    lib,
                    43,
                    "items = self.changed.wait(items).unwrap();",
                    (
                        "unlocks mutex 1 and waits for condvar 1",
                        "释放互斥锁 1 并等待条件变量 1",
                    ),
                    Waits,
                ),
                row(
                    1,
                    lib,
                    27,
                    "let mut items = self.items.lock().expect(\"no thread panics while it holds the lock\");",
                    ("locks mutex 1", "锁定互斥锁 1"),
                    Acts,
                ),
                row(
                    1,
                    lib,
                    33,
                    "self.changed.notify_one();",
                    (
                        "notifies condvar 1: wakes consumer-0",
                        "通知条件变量 1：唤醒 consumer-0",
                    ),
                    Acts,
                ),
                row(
                    3,
                    lib,
                    41,
                    "let mut items = self.items.lock().unwrap();",
                    ("locks mutex 1", "锁定互斥锁 1"),
                    Acts,
                ),
                row(
                    3,
                    lib,
                    46,
                    "items.pop_front()",
                    (
                        "takes the item and unlocks mutex 1",
                        "取走该项并释放互斥锁 1",
                    ),
                    Acts,
                ),
                row(
                    2,
                    lib,
                    43,
                    "items = self.changed.wait(items).unwrap();",
                    (
                        "waits for condvar 1; no thread is left that could wake it",
                        "等待条件变量 1；再没有线程能唤醒它",
                    ),
                    Fails,
                ),
                row(
                    0,
                    "checks/hidden.rs",
                    88,
                    "",
                    ("waits for consumer-0 to end", "等待 consumer-0 结束"),
                    Fails,
                ),
            ],
        }
    }

    #[test]
    fn lanes_names_places_and_actions_are_drawn() {
        insta::assert_snapshot!(render(&sample(), 80, Language::English, Paint(false)));
    }

    #[test]
    fn chinese_is_drawn_by_width() {
        let text = render(&sample(), 60, Language::Chinese, Paint(false));
        assert!(text.lines().all(|line| width(line) <= 60), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn an_empty_trace_is_drawn_as_nothing() {
        assert_eq!(
            render(&Trace::default(), 80, Language::English, Paint(false)),
            ""
        );
    }
}
