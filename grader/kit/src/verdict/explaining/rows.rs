//! Merges the steps of an execution into as few rows as explain it.

use grader_schema::{
    Text,
    protocol::EventKind,
    trace::{Mark, Row},
};

/// The number of actions of a row that are shown, besides the last.
const SAID: usize = 8;

/// Rows in the making.
#[derive(Debug, Default)]
pub(super) struct Rows {
    told: Vec<Row>,
    /// Whether the last of them begins with the start of a thread.
    starts: bool,
    /// A call that its first step in the student's code will tell.
    held: Option<Row>,
    /// How many actions were added to the last row.
    added: usize,
    /// The last of them, if it is not said yet.
    unsaid: Option<Text>,
}

impl Rows {
    /// Adds a step. A thread that goes on at the same place goes on in the same row, and so does
    /// one that `starts` one thread after the other.
    pub(super) fn add(&mut self, mut row: Row, starts: bool) {
        match self.held.take() {
            Some(held) if held.thread == row.thread => {
                row.action = joined(&held.action, &row.action);
                self.push(row);
                return;
            }
            Some(held) => self.push(held),
            None => {}
        }
        match self.told.last_mut() {
            Some(last)
                if last.thread == row.thread
                    && last.mark == Mark::Acts
                    && (last.place == row.place || self.starts && starts) =>
            {
                last.mark = row.mark;
                self.extend(row.action);
            }
            _ => {
                self.push(row);
                self.starts = starts;
            }
        }
    }

    /// Adds what a check recorded. A beginning is told with the step that follows it,
    /// and everything else with the step before.
    pub(super) fn add_event(&mut self, row: Row, kind: EventKind) {
        if let Some(held) = self.held.take() {
            self.push(held);
        }
        match kind {
            EventKind::Call | EventKind::Enter => {
                self.held = Some(row);
                return;
            }
            EventKind::Mark | EventKind::Return | EventKind::Leave => {}
        }
        match self.told.last() {
            Some(last) if last.thread == row.thread && last.mark == Mark::Acts => {
                self.extend(row.action);
            }
            _ => self.push(row),
        }
    }

    /// The finished rows.
    pub(super) fn finish(mut self) -> Vec<Row> {
        self.say_the_last();
        self.told.extend(self.held);
        self.told
    }

    fn push(&mut self, row: Row) {
        self.say_the_last();
        self.added = 0;
        self.starts = false;
        self.told.push(row);
    }

    /// The thread of the last row goes on in it. A loop makes thousands of actions, of which the
    /// first and the last say all.
    fn extend(&mut self, action: Text) {
        self.added += 1;
        if self.added >= SAID {
            self.unsaid = Some(action);
        } else if let Some(row) = self.told.last_mut() {
            row.action = joined(&row.action, &action);
        }
    }

    fn say_the_last(&mut self) {
        let left_out = self.added.saturating_sub(SAID);
        if let (Some(last), Some(row)) = (self.unsaid.take(), self.told.last_mut()) {
            if left_out > 0 {
                let more = Text::new(
                    format!("({left_out} more)"),
                    format!("（另有 {left_out} 次操作）"),
                );
                row.action = joined(&row.action, &more);
            }
            row.action = joined(&row.action, &last);
        }
    }
}

fn joined(first: &Text, second: &Text) -> Text {
    Text::new(
        format!("{}; {}", first.en, second.en),
        format!("{}；{}", first.zh, second.zh),
    )
}

#[cfg(test)]
mod tests {
    use grader_schema::trace::Place;

    use super::*;

    fn row(thread: usize, line: u32, action: &str) -> Row {
        Row {
            thread,
            place: Some(Place {
                file: "src/lib.rs".to_owned(),
                line,
                column: 1,
            }),
            code: String::new(),
            action: Text::new(action, action),
            mark: Mark::Acts,
        }
    }

    fn actions(rows: Rows) -> Vec<String> {
        rows.finish().into_iter().map(|row| row.action.en).collect()
    }

    #[test]
    fn a_call_is_told_with_its_first_step_and_a_return_with_the_last() {
        let mut rows = Rows::default();
        rows.add_event(row(1, 9, "calls put(1)"), EventKind::Call);
        rows.add(row(1, 2, "locks"), false);
        rows.add(row(1, 3, "notifies"), false);
        rows.add_event(row(1, 9, "put returns"), EventKind::Return);
        assert_eq!(
            actions(rows),
            ["calls put(1); locks", "notifies; put returns"]
        );
    }

    #[test]
    fn a_loop_at_one_place_says_its_first_actions_and_the_last() {
        let mut rows = Rows::default();
        for turn in 0..40_000 {
            rows.add(row(1, 2, &format!("adds {turn}")), false);
        }
        rows.add(row(2, 2, "locks"), false);
        let mut said: Vec<_> = (0..8).map(|turn| format!("adds {turn}")).collect();
        said.extend(["(39991 more)".to_owned(), "adds 39999".to_owned()]);
        assert_eq!(actions(rows), [said.join("; "), "locks".to_owned()]);
    }

    #[test]
    fn a_call_stands_alone_if_another_thread_goes_first() {
        let mut rows = Rows::default();
        rows.add_event(row(1, 9, "calls put(1)"), EventKind::Call);
        rows.add(row(2, 2, "locks"), false);
        rows.add(row(1, 2, "locks"), false);
        assert_eq!(actions(rows), ["calls put(1)", "locks", "locks"]);
    }
}
