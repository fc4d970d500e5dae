//! Wrong answers that are written as diffs.
//!
//! `solutions/NN-slug/wrong/NAME.diff` is the header of a wrong answer and a unified diff
//! against the reference or against an accepted answer, with paths from `solutions/NN-slug`:
//!
//! ```text
//! //! wrong: one waiter is notified instead of all
//! //! fails: lets_everybody_through deadlock
//! --- a/src/lib.rs
//! +++ b/src/lib.rs
//! @@ -31,3 +31,3 @@ pub fn count_down(&self) {
//!          if *left == 0 {
//! -            self.zero.notify_all();
//! +            self.zero.notify_one();
//!          }
//! ```
//!
//! `patch -p1` reads it. The answer that it stands for is the patched base without the marks of
//! the stub, and with the header in the place of the base's own.

mod apply;
mod base;
mod error;
mod history;
mod make;
mod marks;
mod read;
mod refresh;

use std::{collections::BTreeMap, path::Path};

use fs_err as fs;

use base::Base;
use read::Diff;

pub(crate) use error::Error;
pub(crate) use make::{AnswerForm, make};
pub(crate) use refresh::{Fate, refresh};

/// The files of an answer, by the names that reports use: `src/lib.rs` for example.
pub(crate) type Files = BTreeMap<String, String>;

/// The name of the file that every answer has.
pub(crate) const ROOT: &str = "src/lib.rs";

/// What is known of a diff.
#[derive(Debug)]
pub(crate) struct State {
    /// The path of its base from the solution, `src/lib.rs` for the reference.
    pub(crate) base: String,
    /// How many lines it puts in and takes out.
    pub(crate) changes: (usize, usize),
    /// Whether every hunk was where its numbers say; else some were found by their context.
    pub(crate) in_place: bool,
}

/// The answer that the diff in `file` describes. `solution` is the directory that its
/// paths begin in, and `shown` is what messages call the file.
///
/// # Errors
///
/// If the file or its base cannot be read, or if it does not apply to its base.
pub(crate) fn materialise(solution: &Path, file: &Path, shown: &str) -> Result<Files, Error> {
    inspect(solution, file, shown).map(|(files, _)| files)
}

/// The same with what is known of the diff.
///
/// # Errors
///
/// If the file or its base cannot be read, or if it does not apply to its base.
pub(crate) fn inspect(solution: &Path, file: &Path, shown: &str) -> Result<(Files, State), Error> {
    let text = fs::read_to_string(file)?;
    let diff = Diff::parse(&text, shown)?;
    let base = Base::named(solution, diff.base(), shown)?;
    let applied = apply::apply(&diff, &base, shown)?;
    let state = State {
        base: base.shown(),
        changes: diff.changes(),
        in_place: applied.in_place,
    };
    Ok((base.answer(diff.header, &applied.files), state))
}

/// All lines of an answer that might be found somewhere else. If the diff does not apply,
/// these are the lines that it puts in.
///
/// # Errors
///
/// If the file cannot be read.
pub(crate) fn lines(solution: &Path, file: &Path) -> std::io::Result<String> {
    if let Ok(files) = materialise(solution, file, "") {
        return Ok(files.into_values().collect());
    }
    let text = String::from_utf8_lossy(&fs::read(file)?).into_owned();
    let put_in = |line: &str| line.strip_prefix('+').unwrap_or(line).to_owned() + "\n";
    Ok(text.lines().map(put_in).collect())
}

/// The header and the rest of an answer's root, without the marks of a reference. The header is
/// empty if the text does not begin with that of a wrong answer.
pub(crate) fn split(text: &str) -> (String, String) {
    let plain = marks::without(text);
    let body = marks::body(&plain);
    let header = &plain[..plain.len() - body.len()];
    let is_declared = header
        .lines()
        .any(|line| line[3..].trim_start().starts_with("wrong:"));
    let header = if is_declared { header } else { "" };
    (header.to_owned(), body.to_owned())
}
