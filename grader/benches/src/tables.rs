//! What was measured, as tables of Markdown.

use std::fmt::Write as _;

use crate::{End, Method, Program, Trial, Variant, measure::UntilFound};

/// A table: a row of names above rows of cells.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with this head.
    pub fn new(head: impl IntoIterator<Item = String>) -> Self {
        let head: Vec<_> = head.into_iter().collect();
        let line = head.iter().map(|_| "---".to_owned()).collect();
        Self {
            rows: vec![head, line],
        }
    }

    /// A table of programs, with a column for each method and some more.
    pub fn of(methods: &[Method], more: &[&str]) -> Self {
        let name = |method: &Method| format!("{} {}", method.engine, method.name);
        let more = more.iter().map(|&name| name.to_owned());
        Self::new(
            std::iter::once("program".to_owned())
                .chain(methods.iter().map(name))
                .chain(more),
        )
    }

    /// Adds the row of a program.
    pub fn row(&mut self, program: &Program, cells: impl IntoIterator<Item = String>) {
        self.rows.push(
            std::iter::once(program.name.to_owned())
                .chain(cells)
                .collect(),
        );
    }

    /// The table as Markdown.
    pub fn markdown(&self) -> String {
        self.rows.iter().fold(String::new(), |mut text, row| {
            let _ = writeln!(text, "| {} |", row.join(" | "));
            text
        })
    }
}

/// A number with three digits that matter, and a unit if it is large.
pub fn number(value: f64) -> String {
    match value {
        v if v >= 999_500.0 => format!("{:.2}M", v / 1e6),
        v if v >= 9_995.0 => format!("{:.0}k", v / 1e3),
        v if v >= 99.5 => format!("{v:.0}"),
        v if v >= 9.95 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// A time, in milliseconds or seconds.
pub fn time(seconds: f64) -> String {
    if seconds >= 1.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{} ms", number(seconds * 1e3))
    }
}

/// A throughput; a dash where the program cannot run.
pub fn rate(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".to_owned(), number)
}

/// A ratio of what is here to what is there.
pub fn ratio(here: Option<f64>, there: Option<f64>) -> String {
    match (here, there) {
        (Some(here), Some(there)) => format!("{:.2}", here / there),
        _ => "–".to_owned(),
    }
}

/// Mean executions and time until a bug is found, and how many seeds found it if not all did.
pub fn found(result: &UntilFound) -> String {
    let mean = number(result.executions);
    let time = time(result.seconds);
    if result.found == result.tried {
        format!("{mean} · {time}")
    } else if result.found == 0 {
        format!("none in {mean} ({}×)", result.tried)
    } else {
        format!("≥ {mean} · {time} ({}/{})", result.found, result.tried)
    }
}

/// What a search came to. If it is not `whole`, it may miss the bug in the end.
pub fn searched(trial: &Trial, variant: Variant, whole: bool) -> String {
    let executions = trial.executions;
    let time = time(trial.elapsed.as_secs_f64());
    match (&trial.end, variant) {
        (End::Exhausted, Variant::Wrong) if whole => {
            format!("**missed** in all {executions}")
        }
        (End::Exhausted, Variant::Wrong) => format!("none in all {executions} · {time}"),
        (End::Failed, Variant::Right) => format!("**false alarm** at {executions}"),
        (End::Exhausted | End::Failed, _) => format!("{executions} · {time}"),
        (End::Stopped, Variant::Right) => format!("> {executions} · {time}"),
        (End::Stopped, Variant::Wrong) => format!("not in {executions} · {time}"),
        (End::Impossible(why), _) => format!("impossible: {why}"),
    }
}
