//! Who finds the mistakes of exercises with a model, as a table.

use grader_schema::{found_by::FoundBy, text::Language};

use super::{
    Style,
    text::{cut, fold, pad, right},
};
use crate::language::Pick as _;

/// Columns of an exercise's name.
const NAME: usize = 26;
/// Columns of the numbers beside it.
const COLUMNS: [usize; 3] = [8, 16, 17];

/// A row: number and name of the exercise, who finds its mistakes, and the scenarios that find
/// nothing that generated programs do not find.
pub(super) type Row<'a> = (u32, &'a str, FoundBy, &'a [String]);

/// Draws the table; nothing without rows.
pub(super) fn table(rows: &[Row<'_>], style: Style) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let words = match style.language {
        Language::English => ["both", "programs alone", "scenarios alone"],
        Language::Chinese => ["两者", "仅生成的程序", "仅手写场景"],
    };
    let name = pad(style.language.pick("found by", "由谁发现"), NAME);
    let head = format!("    {name}{}", right(&words, &COLUMNS));
    let mut text = format!("\n{}\n", style.paint.strong(&head));
    for (number, id, found_by, needless) in rows {
        let counts = [
            found_by.both,
            found_by.programs_alone,
            found_by.scenarios_alone,
        ];
        let cells = counts.map(|count| count.to_string());
        let cells = right(&cells.each_ref().map(String::as_str), &COLUMNS);
        let name = pad(&cut(id, NAME), NAME);
        text.push_str(&format!("{number:02}  {name}{cells}\n"));
        if !needless.is_empty() {
            let said = style
                .language
                .pick("no more than programs find:", "没有比程序多发现什么：");
            let line = format!("    {said} {}", needless.join(", "));
            text.push_str(&format!("{}\n", fold(&line, style.width, 6)));
        }
    }
    text
}
