//! What the commands below `dev` share.

use std::time::Duration;

use grader_schema::text::Language;
use indicatif::{ProgressBar, ProgressStyle};

use crate::ui::Ui;

/// Shows on a terminal how much of `count` is done.
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
