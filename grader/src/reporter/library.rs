//! Says that the checking library is compiled, and how far that is.

use std::time::Duration;

use grader_schema::text::Language;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{judge::Event, ui::Ui};

/// Shows on standard error that the checking library is compiled: a bar for whoever watches, a
/// sentence for others.
pub(crate) struct LibraryProgress<'a> {
    ui: &'a Ui,
    bar: Option<ProgressBar>,
}

impl<'a> LibraryProgress<'a> {
    pub(crate) fn new(ui: &'a Ui) -> Self {
        Self { ui, bar: None }
    }

    /// Takes in what happens.
    pub(crate) fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::LibraryStarted => self.start(),
            Event::CrateCompiled(name) => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                    bar.set_prefix(name.to_owned());
                }
            }
            Event::LibraryReady => self.end(),
            Event::Compiled { .. }
            | Event::CheckStarted(_)
            | Event::CheckJudged(_)
            | Event::Judged(_) => {}
        }
    }

    fn start(&mut self) {
        let message = match self.ui.language {
            Language::English => "Preparing the checking library; this happens once per toolchain",
            Language::Chinese => "正在准备检查用的库；每个工具链只需一次",
        };
        if !Ui::is_watched() {
            self.ui.say(message);
            return;
        }
        let bar = ProgressBar::new_spinner().with_message(message);
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {msg} · {pos} · {prefix} {elapsed}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bar = Some(bar);
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for LibraryProgress<'_> {
    fn drop(&mut self) {
        self.end();
    }
}
