//! `dev wrong list`: lists the wrong answers and their bases.

use grader_schema::text::Language;

use super::{Place, files, places, solution};
use crate::{
    ExitCode,
    cli::Chosen,
    commands::chosen,
    course::{Course, Exercise},
    language::Pick as _,
    patch,
    ui::Ui,
};

/// A wrong answer in the list.
struct Row {
    name: String,
    /// What it is based on; nothing if it is a whole file.
    base: Option<String>,
    lines: String,
    state: String,
    applies: bool,
}

pub(super) fn run(course: &Course, arguments: &Chosen, ui: &Ui) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::Passed;
    for entry in chosen(course, &arguments.exercises)? {
        let exercise = course.load(&entry)?;
        let rows = places(&exercise)?;
        let rows = rows.iter().map(|place| row(&exercise, place, ui));
        let rows: Vec<Row> = rows.collect::<anyhow::Result<_>>()?;
        if rows.iter().any(|row| !row.applies) {
            code = ExitCode::Failed;
        }
        ui.out(&table(&entry.directory(), &rows, ui))?;
    }
    if code == ExitCode::Failed {
        ui.error(
            ui.language.pick(
                "not every diff applies to its base",
                "有的差异无法应用到它的基准",
            ),
            ui.language.pick(
                "run `cargo grader dev wrong refresh`; it shows how the lines have changed",
                "运行 `cargo grader dev wrong refresh`，它会说明这些行的去向",
            ),
        );
    }
    Ok(code)
}

fn row(exercise: &Exercise, place: &Place, ui: &Ui) -> anyhow::Result<Row> {
    let path = exercise.root.join(&place.path);
    let name = place.name.clone();
    if !place.is_diff() {
        let files = files(exercise, &path, &place.path)?;
        let count: usize = files.values().map(|text| text.lines().count()).sum();
        return Ok(Row {
            name,
            base: None,
            lines: count.to_string(),
            state: String::new(),
            applies: true,
        });
    }
    Ok(
        match patch::inspect(&solution(exercise), &path, &place.path) {
            Ok((_, state)) => {
                let (more, less) = state.changes;
                let state_of = if state.in_place {
                    ui.language.pick("applies", "可应用")
                } else {
                    ui.language.pick(
                        "applies, but at another line than it says",
                        "可应用，但行号已变",
                    )
                };
                Row {
                    name,
                    base: Some(state.base),
                    lines: format!("+{more} -{less}"),
                    state: state_of.to_owned(),
                    applies: true,
                }
            }
            Err(patch::Error::Io(error)) => return Err(error.into()),
            Err(error) => Row {
                name,
                base: Some("?".to_owned()),
                lines: String::new(),
                state: error.what().get(ui.language).to_owned(),
                applies: false,
            },
        },
    )
}

fn table(exercise: &str, rows: &[Row], ui: &Ui) -> String {
    let widest = |text: fn(&Row) -> usize| rows.iter().map(text).max().unwrap_or_default();
    let name = widest(|row| row.name.len());
    let base = widest(|row| row.base.as_ref().map_or(0, String::len)).max(10);
    let lines = widest(|row| row.lines.len());
    let mut text = format!("{}\n", ui.paint.strong(exercise));
    for row in rows {
        let of = match (&row.base, ui.language) {
            (Some(of), _) => of.as_str(),
            (None, Language::English) => "whole file",
            (None, Language::Chinese) => "完整文件",
        };
        let line = format!(
            "  {:name$}  {of:base$}  {:lines$}  {}",
            row.name, row.lines, row.state
        );
        text += line.trim_end();
        text.push('\n');
    }
    text
}
