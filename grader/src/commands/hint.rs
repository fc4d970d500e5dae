//! `hint`: shows one more hint at each call.

use grader_schema::text::Language;

use super::tell_damage;
use crate::{ExitCode, cli::Hint, course::Course, progress, render::text::fold, ui::Ui};

pub(super) fn run(course: &Course, arguments: &Hint, ui: &Ui) -> anyhow::Result<ExitCode> {
    let exercise = course.one(&arguments.exercise)?;
    let hints = &exercise.manifest.hints;
    let mut shown = 0;
    let opened = progress::update(&course.state(), |progress| {
        let entry = progress
            .exercises
            .entry(exercise.manifest.id.clone())
            .or_default();
        shown = entry.hints_shown.min(hints.len());
        entry.hints_shown = (shown + 1).min(hints.len());
    })?;
    tell_damage(&opened, ui);
    // After the last one, all of them are repeated.
    let range = if shown < hints.len() {
        shown..shown + 1
    } else {
        0..hints.len()
    };
    let total = hints.len();
    let number = exercise.short();
    let mut text = String::new();
    for index in range.clone() {
        let label = match ui.language {
            Language::English => format!("Hint {} of {total}", index + 1),
            Language::Chinese => format!("提示 {}/{total}", index + 1),
        };
        let body = fold(hints[index].get(ui.language), ui.width, 2);
        text.push_str(&format!("{}\n  {body}\n\n", ui.paint.strong(&label)));
    }
    text.push_str(&match (ui.language, total) {
        (Language::English, 0) => {
            format!("Exercise {number} has no hints; its README says what is asked.\n")
        }
        (Language::Chinese, 0) => format!("练习 {number} 没有提示；请看它的 README。\n"),
        (Language::English, _) if range.end < total => {
            format!("Then try `cargo grader check {number}`, or ask for the next hint.\n")
        }
        (Language::Chinese, _) if range.end < total => {
            format!("然后运行 `cargo grader check {number}`，或再要一条提示。\n")
        }
        (Language::English, _) => {
            format!(
                "There are no more hints. Run `cargo grader check {number}`: it shows what happens.\n"
            )
        }
        (Language::Chinese, _) => {
            format!("提示已全部给出。请运行 `cargo grader check {number}` 查看实际情况。\n")
        }
    });
    ui.out(&text)?;
    Ok(ExitCode::Passed)
}
