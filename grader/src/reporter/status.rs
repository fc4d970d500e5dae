//! Shows the progress of judging on standard error, where a terminal is attached.

use std::time::Duration;

use grader_schema::text::Language;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{language::Pick as _, pipeline::Event, ui::Ui};

/// Shows the events of judging in a line that changes and goes away. Without a terminal it only
/// says in a sentence that the checking library is compiled.
pub(crate) struct StatusLine<'a> {
    ui: &'a Ui,
    bar: Option<ProgressBar>,
}

impl<'a> StatusLine<'a> {
    pub(crate) fn new(ui: &'a Ui) -> Self {
        Self { ui, bar: None }
    }

    /// Takes in what happens.
    pub(crate) fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::LibraryStarted => {
                let message = match self.ui.language {
                    Language::English => {
                        "Preparing the checking library; this happens once per toolchain"
                    }
                    Language::Chinese => "正在编译检查库；每个工具链只需一次",
                };
                if Ui::is_watched() {
                    self.start(message);
                } else {
                    self.ui.say(message);
                }
            }
            Event::Compiled { accepted: true } if Ui::is_watched() => {
                self.start(self.ui.language.pick("checks judged", "项检查已评判"));
            }
            Event::CrateCompiled(name) => {
                self.name(name);
                self.count();
            }
            Event::CheckStarted(id) => self.name(id),
            Event::CheckJudged => self.count(),
            Event::LibraryReady | Event::Judged => self.end(),
            Event::Compiled { .. } => {}
        }
    }

    fn start(&mut self, message: &'static str) {
        let bar = ProgressBar::new_spinner().with_message(message);
        let template = "{spinner} {msg} · {pos} · {prefix} {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bar = Some(bar);
    }

    fn name(&self, name: &str) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(name.to_owned());
        }
    }

    fn count(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for StatusLine<'_> {
    fn drop(&mut self) {
        self.end();
    }
}
