//! Bars over one axis, drawn in characters.

use grader_schema::Text;

/// Columns of the axis: with a label and an indentation they fit into 80.
const COLUMNS: u64 = 60;
/// The widest label.
const WIDEST: usize = 14;
/// Columns from one mark of the axis to the next.
const MARKS: usize = 10;

/// Bars over one axis: who has the CPU at which time, or who has which part of a memory.
///
/// A column stands for one unit, or for more if the bars are long. Bars may come from an answer,
/// so any numbers will do: one that does not end after it starts is left out.
///
/// ```
/// use kit::{Chart, Text};
///
/// let chart = Chart::new()
///     .row(Text::new("job 1", "作业 1"), &[(0, 3, '#'), (3, 5, '.')])
///     .row(Text::new("job 2", "作业 2"), &[(5, 12, '#')]);
/// let lines: Vec<String> = chart.lines().into_iter().map(|line| line.en).collect();
/// assert_eq!(lines, [
///     "       |0        |10",
///     "job 1  ###..",
///     "job 2       #######",
/// ]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Chart {
    rows: Vec<(Text, Bars)>,
}

/// Bars of a row, each from a number up to another one.
type Bars = Vec<(u64, u64, char)>;

impl Chart {
    /// A chart without rows.
    ///
    /// ```
    /// # use kit::Chart;
    /// assert!(Chart::new().lines().is_empty());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row below the others: its label, and bars, each from a number up to another one and
    /// without it. Of two bars in one column the later one is seen.
    ///
    /// ```
    /// # use kit::{Chart, Text};
    /// let memory = Chart::new().row(Text::new("memory", "内存"), &[(0, 8, '1'), (8, 20, '-')]);
    /// ```
    #[must_use]
    pub fn row(mut self, label: Text, bars: &[(u64, u64, char)]) -> Self {
        let is_bar = |&(start, end, _): &(u64, u64, char)| start < end;
        let bars = bars.iter().copied().filter(is_bar).collect();
        self.rows.push((label, bars));
        self
    }

    /// The axis, and a line for each row.
    ///
    /// ```
    /// # use kit::{Chart, Text};
    /// let chart = Chart::new().row(Text::new("CPU", "CPU"), &[(0, 2, '#')]);
    /// assert_eq!(chart.lines()[1].en, "CPU  ##");
    /// ```
    pub fn lines(&self) -> Vec<Text> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let bars = self.rows.iter().flat_map(|(_, bars)| bars);
        let end = bars.map(|(_, end, _)| *end).max().unwrap_or(0);
        let unit = end.div_ceil(COLUMNS).max(1);
        let axis = axis(end, unit);
        let mut lines = vec![Text::new(
            format!(
                "{}  {axis}{}",
                pad("", self.width(|text| &text.en)),
                scale_en(unit)
            ),
            format!(
                "{}  {axis}{}",
                pad("", self.width(|text| &text.zh)),
                scale_zh(unit)
            ),
        )];
        for (label, bars) in &self.rows {
            let drawn = drawn(bars, unit);
            lines.push(Text::new(
                format!("{}  {drawn}", pad(&label.en, self.width(|text| &text.en))),
                format!("{}  {drawn}", pad(&label.zh, self.width(|text| &text.zh))),
            ));
        }
        lines
    }

    /// The width of the widest label.
    fn width(&self, pick: impl Fn(&Text) -> &String) -> usize {
        let labels = self.rows.iter().map(|(label, _)| width(pick(label)));
        labels.max().unwrap_or(0).min(WIDEST)
    }
}

/// A row of the chart, without its label.
fn drawn(bars: &[(u64, u64, char)], unit: u64) -> String {
    let mut columns = vec![' '; usize::try_from(COLUMNS).unwrap_or(0)];
    for &(start, end, sign) in bars {
        for column in start / unit..end.div_ceil(unit) {
            if let Some(place) = usize::try_from(column)
                .ok()
                .and_then(|at| columns.get_mut(at))
            {
                *place = sign;
            }
        }
    }
    columns.iter().collect::<String>().trim_end().to_owned()
}

/// The marks above the columns, with what they stand for.
fn axis(end: u64, unit: u64) -> String {
    let mut axis = String::new();
    let used = end.div_ceil(unit);
    let mut column = 0;
    while (column as u64) < used.max(1) {
        // A long number takes the room of the marks behind it.
        while axis.len() < column {
            axis.push(' ');
        }
        axis.push('|');
        axis += &(column as u64).saturating_mul(unit).to_string();
        column = (axis.len() / MARKS + 1) * MARKS;
    }
    axis
}

fn scale_en(unit: u64) -> String {
    match unit {
        1 => String::new(),
        unit => format!("  (a column is {unit})"),
    }
}

fn scale_zh(unit: u64) -> String {
    match unit {
        1 => String::new(),
        unit => format!("  （一列为 {unit}）"),
    }
}

/// A label in so many columns.
fn pad(label: &str, columns: usize) -> String {
    let mut padded = String::new();
    for sign in label.chars() {
        if width(&padded) + width_of(sign) > columns {
            break;
        }
        padded.push(sign);
    }
    let missing = columns.saturating_sub(width(&padded));
    padded + &" ".repeat(missing)
}

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// Columns of a character: ideographs and their punctuation take two.
fn width_of(sign: char) -> usize {
    if ('\u{2e80}'..='\u{ffef}').contains(&sign) {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(chart: &Chart) -> Vec<String> {
        chart.lines().into_iter().map(|line| line.en).collect()
    }

    fn one(bars: &[(u64, u64, char)]) -> Vec<String> {
        english(&Chart::new().row(Text::new("CPU", "CPU"), bars))
    }

    #[test]
    fn long_bars_are_drawn_to_scale() {
        let lines = one(&[(0, 90, '#'), (90, 120, '.')]);
        assert_eq!(
            lines[0],
            "     |0        |20       |40       |60       |80       |100  (a column is 2)"
        );
        assert_eq!(
            lines[1],
            format!("CPU  {}{}", "#".repeat(45), ".".repeat(15))
        );
    }

    #[test]
    fn a_bar_that_is_shorter_than_a_column_is_seen() {
        let lines = one(&[(0, 1, '#'), (599, 600, '.')]);
        assert_eq!(lines[1], format!("CPU  #{}.", " ".repeat(58)));
    }

    #[test]
    fn no_number_is_too_large_and_no_bar_too_short() {
        let lines = one(&[(u64::MAX - 1, u64::MAX, '#'), (7, 7, 'x'), (9, 8, 'x')]);
        assert!(lines[1].ends_with(" #"), "{lines:?}");
        assert!(!lines[1].contains('x'), "{lines:?}");
    }

    #[test]
    fn labels_are_as_wide_as_they_are_seen() {
        let chart = Chart::new()
            .row(Text::new("a", "作业"), &[(0, 1, '#')])
            .row(Text::new("a name that is too long", "a"), &[(0, 1, '#')]);
        let lines = chart.lines();
        assert_eq!(lines[1].zh, "作业  #");
        assert_eq!(lines[2].zh, "a     #");
        assert_eq!(lines[2].en, "a name that is  #");
    }

    #[test]
    fn a_row_without_bars_has_its_label() {
        assert_eq!(one(&[]), ["     |0", "CPU  "]);
    }
}
