//! 09 · Fork, and a fresh program: two ways to start a child, and what each of them sees.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::io::{self, BufWriter, Write};

use os::Exit;

/// What became of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the child has sent back.
    pub output: Vec<u8>,
    /// How it ended.
    pub end: Exit,
}

/// Runs `body` in a forked child, and waits for its end. The child exits with the code that `body` returns, and its
/// result becomes the `output`.
///
/// What is written to `log`, here or in the child, is written once.
pub fn run_forked<W: Write>(
    log: &mut BufWriter<W>,
    body: impl FnOnce(&mut BufWriter<W>) -> (i32, Vec<u8>),
) -> io::Result<Outcome> {
    let _ = (log, body);
    todo!()
}

/// Runs a program in a child of its own, with these arguments and this environment and nothing else, and waits for
/// its end. What it writes to standard output becomes the `output`.
pub fn run_fresh(
    program: &str,
    args: &[&str],
    environment: &[(&str, &str)],
) -> io::Result<Outcome> {
    let _ = (program, args, environment);
    todo!()
}
