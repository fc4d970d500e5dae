//! A failing case as a picture of characters.

use grader_schema::Text;

use super::{Oracle, Rule};
use crate::History;

pub(crate) type Draw = Box<dyn Fn(&History) -> Vec<Text>>;

/// The most lines of a picture.
const MOST_LINES: usize = 40;

impl Oracle {
    /// Draws a case that fails, in lines of text, which are shown below what happened. A
    /// [`Chart`](crate::Chart) makes them for bars over an axis. A line has room for 76 columns, and a
    /// picture for 40 lines; the rest is cut.
    ///
    /// `draw` is given the history of the execution that is shown, also one that ended too early:
    /// it may have fewer records than that of a right answer. No picture is drawn if there are no lines.
    ///
    /// ```
    /// # use kit::{Chart, Oracle, Text};
    /// Oracle::new().drawn(|history| {
    ///     let slices: Vec<(u64, u64)> = history.value("slices").unwrap_or_default();
    ///     let bars: Vec<_> = slices.into_iter().map(|(start, end)| (start, end, '#')).collect();
    ///     Chart::new().row(Text::new("CPU", "CPU"), &bars).lines()
    /// });
    /// ```
    #[must_use]
    pub fn drawn(mut self, draw: impl Fn(&History) -> Vec<Text> + 'static) -> Self {
        self.draw = Some(Box::new(draw));
        self
    }

    /// The picture of a failing case: that of the oracle, or else that of its model.
    pub(crate) fn drawing(&self, history: &History) -> Vec<Text> {
        let by_model = || {
            let mut rules = self.properties.iter().map(|property| &property.rule);
            rules.find_map(|rule| match rule {
                Rule::Programs(programs) => Some(programs.drawn(history)),
                _ => None,
            })
        };
        let lines = self.draw.as_ref().map(|draw| draw(history));
        let mut lines = lines.or_else(by_model).unwrap_or_default();
        if lines.len() > MOST_LINES {
            let more = lines.len() - (MOST_LINES - 1);
            lines.truncate(MOST_LINES - 1);
            lines.push(Text::new(
                format!("… {more} more lines"),
                format!("…… 另有 {more} 行"),
            ));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn of_lines(count: usize) -> Oracle {
        Oracle::new().drawn(move |_| {
            (0..count)
                .map(|line| Text::new(line.to_string(), "行"))
                .collect()
        })
    }

    fn history() -> History {
        History::new(Value::Null, Vec::new())
    }

    #[test]
    fn a_long_picture_is_cut_and_says_so() {
        let whole = of_lines(MOST_LINES).drawing(&history());
        assert_eq!(whole.last().map(|line| &*line.en), Some("39"));
        let cut = of_lines(MOST_LINES + 1).drawing(&history());
        assert_eq!(cut.len(), MOST_LINES);
        assert_eq!(cut.last().map(|line| &*line.en), Some("… 2 more lines"));
    }

    #[test]
    fn nothing_is_drawn_unless_an_oracle_draws() {
        assert_eq!(Oracle::new().drawing(&history()), []);
    }
}
