//! Making a stub from a reference solution. No IO.
//!
//! The reference marks what students write:
//!
//! ```text
//! // BEGIN SOLUTION
//! // | let _ = item;
//! // | todo!()
//! …the solution…
//! // END SOLUTION
//! ```
//!
//! The lines after `// |` are what the stub has in its place, put in as far as the marks
//! are. Without such lines the whole block, and a blank line beside it, is left out.

use thiserror::Error;

/// The line before what students write.
pub(crate) const BEGIN: &str = "// BEGIN SOLUTION";
/// The line after it.
pub(crate) const END: &str = "// END SOLUTION";
/// How a line for the stub begins.
const INSTEAD: &str = "// |";

/// Whether a line is a mark, or text for the stub: it is no part of the solution.
pub(crate) fn is_mark(line: &str) -> bool {
    let code = line.trim();
    code == BEGIN || code == END || code.starts_with(INSTEAD)
}

/// What is wrong with the marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Error {
    /// No mark: a stub made from this would be the solution.
    #[error("nothing is marked, so the stub would be the solution")]
    NotMarked,
    /// A block begins inside of another.
    #[error("a block begins inside of another")]
    Nested {
        /// The line, from 1.
        line: usize,
    },
    /// A block ends that did not begin.
    #[error("a block ends that did not begin")]
    NotBegun {
        /// The line, from 1.
        line: usize,
    },
    /// A block does not end.
    #[error("this block does not end")]
    NotEnded {
        /// The line of its beginning, from 1.
        line: usize,
    },
    /// Text for the stub stands somewhere else than at the beginning of a block.
    #[error("text for the stub belongs right after `// BEGIN SOLUTION`")]
    Misplaced {
        /// The line, from 1.
        line: usize,
    },
}

impl Error {
    /// The line that is wrong, from 1.
    pub(crate) fn line(self) -> usize {
        match self {
            Self::NotMarked => 1,
            Self::Nested { line }
            | Self::NotBegun { line }
            | Self::NotEnded { line }
            | Self::Misplaced { line } => line,
        }
    }
}

/// What is wrong with the marks, in Chinese.
pub(crate) fn chinese(error: Error) -> &'static str {
    match error {
        Error::NotMarked => "没有任何标记，骨架会等于答案",
        Error::Nested { .. } => "标记块中又开始了一个标记块",
        Error::NotBegun { .. } => "结束了一个没有开始的标记块",
        Error::NotEnded { .. } => "此标记块没有结束",
        Error::Misplaced { .. } => "骨架文本应紧跟在 `// BEGIN SOLUTION` 之后",
    }
}

/// Where the reader is.
enum State {
    Outside,
    /// At the beginning of a block, where text for the stub may stand.
    Opening {
        begun: usize,
        lines: usize,
    },
    Solution {
        begun: usize,
        lines: usize,
    },
}

/// The stub that a reference makes.
pub(crate) fn extract(reference: &str) -> Result<String, Error> {
    let mut stub = Lines::default();
    let mut state = State::Outside;
    let mut marked = false;
    for (index, line) in reference.lines().enumerate() {
        let number = index + 1;
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let instead = code.strip_prefix(INSTEAD);
        state = match (state, code.trim_end()) {
            (State::Outside, BEGIN) => State::Opening {
                begun: number,
                lines: 0,
            },
            (State::Opening { .. } | State::Solution { .. }, BEGIN) => {
                return Err(Error::Nested { line: number });
            }
            (State::Outside, END) => return Err(Error::NotBegun { line: number }),
            (State::Opening { lines, .. } | State::Solution { lines, .. }, END) => {
                marked = true;
                if lines == 0 {
                    stub.close_gap();
                }
                State::Outside
            }
            (State::Opening { begun, lines }, _) if instead.is_some() => {
                let text = instead.unwrap_or_default();
                let text = text.strip_prefix(' ').unwrap_or(text);
                let line = format!("{indent}{text}");
                stub.push(line.trim_end());
                State::Opening {
                    begun,
                    lines: lines + 1,
                }
            }
            (State::Outside | State::Solution { .. }, _) if instead.is_some() => {
                return Err(Error::Misplaced { line: number });
            }
            (State::Opening { begun, lines } | State::Solution { begun, lines }, _) => {
                State::Solution { begun, lines }
            }
            (State::Outside, _) => {
                stub.push(line);
                State::Outside
            }
        };
    }
    match state {
        State::Opening { begun, .. } | State::Solution { begun, .. } => {
            Err(Error::NotEnded { line: begun })
        }
        State::Outside if !marked => Err(Error::NotMarked),
        State::Outside => Ok(stub.finish()),
    }
}

/// Lines without the blank ones that a block leaves behind when it goes.
#[derive(Default)]
struct Lines {
    text: String,
    /// Whether a block has just gone, so that two blank lines may meet here.
    gap: bool,
}

impl Lines {
    fn close_gap(&mut self) {
        self.gap = true;
    }

    fn push(&mut self, line: &str) {
        if std::mem::take(&mut self.gap) {
            let last = self.text.lines().next_back().unwrap_or_default();
            let no_blank_after = last.is_empty() || last.ends_with('{');
            if line.is_empty() && no_blank_after {
                // The next line meets the same one.
                self.gap = true;
                return;
            }
            if last.is_empty() && line.trim_start().starts_with('}') {
                self.text.truncate(self.text.trim_end().len() + 1);
            }
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, extract};

    #[track_caller]
    fn check(reference: &str, stub: &str) {
        assert_eq!(extract(reference).as_deref(), Ok(stub));
    }

    #[test]
    fn bodies_are_replaced_at_their_indentation() {
        check(
            "fn a(b: u8) {\n    // BEGIN SOLUTION\n    // | let _ = b;\n    // |\n    // |     todo!()\n    b + 1\n    // END SOLUTION\n}\n",
            "fn a(b: u8) {\n    let _ = b;\n\n        todo!()\n}\n",
        );
    }

    #[test]
    fn a_block_without_text_goes_with_its_blank_line() {
        check(
            "use a;\n\n// BEGIN SOLUTION\nuse b;\n// END SOLUTION\n\nfn c() {}\n",
            "use a;\n\nfn c() {}\n",
        );
        check(
            "impl A {\n    // BEGIN SOLUTION\n    fn b() {}\n    // END SOLUTION\n\n    fn c() {}\n\n    // BEGIN SOLUTION\n    fn d() {}\n    // END SOLUTION\n}\n\n// BEGIN SOLUTION\nfn e() {}\n// END SOLUTION\n",
            "impl A {\n    fn c() {}\n}\n",
        );
    }

    #[test]
    fn a_block_may_be_for_the_stub_alone() {
        check(
            "// BEGIN SOLUTION\n// | // Choose your own fields.\n// END SOLUTION\nx\n",
            "// Choose your own fields.\nx\n",
        );
    }

    #[test]
    fn wrong_marks_have_their_line() {
        for (reference, error) in [
            ("fn a() {}\n", Error::NotMarked),
            (
                "// BEGIN SOLUTION\n  // BEGIN SOLUTION\n",
                Error::Nested { line: 2 },
            ),
            ("\n// END SOLUTION\n", Error::NotBegun { line: 2 }),
            ("\n// BEGIN SOLUTION\nx\n", Error::NotEnded { line: 2 }),
            ("// | x\n", Error::Misplaced { line: 1 }),
            (
                "// BEGIN SOLUTION\nx\n// | y\n// END SOLUTION\n",
                Error::Misplaced { line: 3 },
            ),
        ] {
            assert_eq!(extract(reference), Err(error), "{reference}");
        }
    }
}
