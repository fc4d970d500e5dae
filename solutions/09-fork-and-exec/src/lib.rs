//! 09 · Fork, and a fresh program: two ways to start a child, and what each of them sees.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

// BEGIN SOLUTION
// | use std::io::{self, BufWriter, Write};
use std::{
    io::{self, BufWriter, Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Command, ExitStatus, Stdio},
};
// END SOLUTION

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
    // BEGIN SOLUTION
    // | let _ = (log, body);
    // | todo!()
    // The child gets a copy of the buffer: it has to be empty.
    log.flush()?;
    let (mut results, mut sends) = io::pipe()?;
    let mut child = os::fork(|| {
        // Whoever leaves by `_exit` writes no buffer.
        let (code, result) = body(log);
        let sent = log.flush().and_then(|()| sends.write_all(&result));
        if sent.is_ok() { code } else { 1 }
    })?;
    // The end of the pipe comes when nobody can write to it.
    drop(sends);
    let mut output = Vec::new();
    let read = results.read_to_end(&mut output);
    let end = child.wait()?;
    read?;
    Ok(Outcome { output, end })
    // END SOLUTION
}

/// Runs a program in a child of its own, with these arguments and this environment and nothing else, and waits for
/// its end. What it writes to standard output becomes the `output`.
pub fn run_fresh(
    program: &str,
    args: &[&str],
    environment: &[(&str, &str)],
) -> io::Result<Outcome> {
    // BEGIN SOLUTION
    // | let _ = (program, args, environment);
    // | todo!()
    let mut command = Command::new(program);
    command
        .args(args)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let ended = command.output()?;
    Ok(Outcome {
        output: ended.stdout,
        end: exit(ended.status),
    })
    // END SOLUTION
}

// BEGIN SOLUTION
/// How a process ended that has this status.
fn exit(status: ExitStatus) -> Exit {
    match status.signal() {
        Some(signal) => Exit::Signal(signal),
        None => Exit::Code(status.code().unwrap_or_default()),
    }
}
// END SOLUTION
