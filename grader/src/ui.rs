//! The only module that writes to the terminal: data to standard output, messages to standard error.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use grader_schema::text::Language;
use serde::Serialize;

use crate::{
    cli::{ColorChoice, Global},
    language::{self, Pick as _},
};

/// How to write to the user of the program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ui {
    /// The language of everything that is not data.
    pub(crate) language: Language,
    /// Colours of standard output.
    pub(crate) paint: Paint,
    /// Colours of standard error.
    pub(crate) paint_err: Paint,
    /// Columns that a line may take.
    pub(crate) width: usize,
}

impl Ui {
    /// Looks at the options, the environment and the terminal.
    pub(crate) fn new(global: &Global) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let coloured = |terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && !plain,
        };
        let width = rustix::termios::tcgetwinsize(io::stdout())
            .map_or(80, |size| usize::from(size.ws_col))
            .clamp(60, 110);
        Self {
            language: language::choose(global.lang.map(Into::into), |name| {
                std::env::var(name).ok()
            }),
            paint: Paint(coloured(io::stdout().is_terminal())),
            paint_err: Paint(coloured(io::stderr().is_terminal())),
            width,
        }
    }

    /// Writes data.
    #[expect(
        clippy::unused_self,
        reason = "output goes through a `Ui`, so that no other place writes any"
    )]
    pub(crate) fn out(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Writes data for programs, as JSON.
    pub(crate) fn json(&self, data: &impl Serialize) -> io::Result<()> {
        self.out(&format!("{}\n", serde_json::to_string_pretty(data)?))
    }

    /// Says something to the person at the terminal.
    ///
    /// A closed standard error is not a reason to fail.
    #[expect(
        clippy::unused_self,
        reason = "output goes through a `Ui`, so that no other place writes any"
    )]
    pub(crate) fn say(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(text.as_bytes());
        if !text.ends_with('\n') {
            let _ = stderr.write_all(b"\n");
        }
    }

    /// Says what went wrong and what to do next.
    pub(crate) fn error(&self, message: &str, next: &str) {
        let error = self.paint_err.bad(self.language.pick("error", "错误"));
        let hint = self.paint_err.strong(self.language.pick("hint", "提示"));
        self.say(&format!("{error}: {message}\n\n{hint}: {next}\n"));
    }

    /// Whether a person watches standard error.
    pub(crate) fn is_watched() -> bool {
        io::stderr().is_terminal()
    }
}

/// Whether the reader of our output has gone away, which is its good right.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Colours, or none. Colour alone must not carry information.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    fn styled(self, style: Style, text: &str) -> String {
        if self.0 {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// For what passed.
    pub(crate) fn good(self, text: &str) -> String {
        self.styled(AnsiColor::Green.on_default().bold(), text)
    }

    /// For what failed.
    pub(crate) fn bad(self, text: &str) -> String {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    /// For what waits.
    pub(crate) fn wait(self, text: &str) -> String {
        self.styled(AnsiColor::Yellow.on_default(), text)
    }

    /// For headings and labels.
    pub(crate) fn strong(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// For what is not read first.
    pub(crate) fn faint(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    /// Keeps or takes away the colours of a text that a compiler wrote.
    pub(crate) fn keep(self, text: &str) -> String {
        if self.0 {
            text.to_owned()
        } else {
            anstream::adapter::strip_str(text).to_string()
        }
    }
}
