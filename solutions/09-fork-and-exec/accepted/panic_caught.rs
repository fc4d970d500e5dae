//! The child looks after itself: it catches a panic, writes its log in any case, and ends by `_exit` through a code that
//! is sent before the result. The input of a program is a pipe that nobody writes to.

use std::{
    io::{self, BufWriter, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
};

use os::Exit;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub output: Vec<u8>,
    pub end: Exit,
}

pub fn run_forked<W: Write>(
    log: &mut BufWriter<W>,
    body: impl FnOnce(&mut BufWriter<W>) -> (i32, Vec<u8>),
) -> io::Result<Outcome> {
    log.flush()?;
    let (reader, writer) = io::pipe()?;
    let mut ends = (Some(reader), Some(writer));
    let mut child = os::fork(|| {
        ends.0 = None;
        let done = catch_unwind(AssertUnwindSafe(|| body(log)));
        if log.flush().is_err() {
            return 1;
        }
        match (done, &mut ends.1) {
            (Ok((code, result)), Some(writer)) => {
                let sent = result
                    .chunks(32 * 1024)
                    .try_for_each(|part| writer.write_all(part));
                sent.map_or(1, |()| code)
            }
            _ => 101,
        }
    })?;
    ends.1 = None;
    let mut output = Vec::new();
    if let Some(mut reader) = ends.0.take() {
        reader.read_to_end(&mut output)?;
    }
    let end = child.wait()?;
    Ok(Outcome { output, end })
}

pub fn run_fresh(
    program: &str,
    args: &[&str],
    environment: &[(&str, &str)],
) -> io::Result<Outcome> {
    let mut command = Command::new(program);
    command.env_clear();
    for (name, value) in environment {
        command.env(name, value);
    }
    for argument in args {
        command.arg(argument);
    }
    let (empty, nobody) = io::pipe()?;
    drop(nobody);
    let (mut reads, writes) = io::pipe()?;
    let mut child = command.stdin(empty).stdout(writes).spawn()?;
    // It holds copies of both ends.
    drop(command);
    let mut output = Vec::new();
    reads.read_to_end(&mut output)?;
    drop(reads);
    let status = child.wait()?;
    use std::os::unix::process::ExitStatusExt as _;
    let end = match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => return Err(io::ErrorKind::Other.into()),
    };
    Ok(Outcome { output, end })
}
