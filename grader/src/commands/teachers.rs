//! What the commands for teachers have in common.

use std::time::Duration;

use grader_schema::text::Language;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{kit::Course, language::Pick as _, ui::Ui};

/// Whether this copy of the course has what only teachers have; says so if not.
pub(super) fn is_teachers(course: &Course, ui: &Ui) -> bool {
    let has_solutions = course.root.join("solutions").is_dir();
    if !has_solutions {
        ui.error(
            ui.language.pick(
                "this copy of the course has no `solutions/`, so there is nothing to check its checks with",
                "这份课程没有 `solutions/`，无从检验它的检查",
            ),
            ui.language.pick(
                "run this in the teacher's copy; `cargo grader check` judges your answers",
                "请在教师的副本中运行；`cargo grader check` 用于检查你的答案",
            ),
        );
    }
    has_solutions
}

/// How much of `count` is done, for whoever watches.
pub(super) fn bar(count: usize, what: &str, ui: &Ui) -> ProgressBar {
    if !Ui::is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count as u64);
    let template = match ui.language {
        Language::English => {
            format!("{{bar:30}} {{pos}}/{{len}} {what} · {{elapsed}}, {{eta}} left")
        }
        Language::Chinese => {
            format!("{{bar:30}} {{pos}}/{{len}} {what} · 用时 {{elapsed}}，剩余 {{eta}}")
        }
    };
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
