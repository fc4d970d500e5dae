//! Both ways start with a fork: a fresh program takes the place of a forked child. Messages have their length in front.

use std::{
    io::{self, BufWriter, PipeReader, Read, Write, pipe},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use os::{Child, Exit};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub output: Vec<u8>,
    pub end: Exit,
}

/// A message, or nothing if the sender died before it was whole.
fn receive(from: &mut PipeReader) -> Option<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length).ok()?;
    let mut message = vec![0; usize::try_from(u64::from_le_bytes(length)).ok()?];
    from.read_exact(&mut message).ok()?;
    Some(message)
}

fn ended(mut child: Child, output: Vec<u8>) -> io::Result<Outcome> {
    let end = child.wait()?;
    Ok(Outcome { output, end })
}

pub fn run_forked<W: Write>(
    log: &mut BufWriter<W>,
    body: impl FnOnce(&mut BufWriter<W>) -> (i32, Vec<u8>),
) -> io::Result<Outcome> {
    log.flush()?;
    let (mut from_child, to_parent) = pipe()?;
    // The closure owns the write end, so the parent's copy goes with it.
    let child = os::fork(move || {
        let mut to_parent = to_parent;
        let (code, result) = body(log);
        let _ = log.flush();
        let length = (result.len() as u64).to_le_bytes();
        let sent = to_parent.write_all(&length);
        let _ = sent.and_then(|()| to_parent.write_all(&result));
        code
    })?;
    let output = receive(&mut from_child).unwrap_or_default();
    ended(child, output)
}

pub fn run_fresh(
    program: &str,
    args: &[&str],
    environment: &[(&str, &str)],
) -> io::Result<Outcome> {
    let (mut output, writes) = pipe()?;
    let (mut failures, mut fails) = pipe()?;
    let child = os::fork(move || {
        let mut command = Command::new(program);
        command.args(args).env_clear();
        command.envs(environment.iter().copied());
        let error = command.stdin(Stdio::null()).stdout(writes).exec();
        // There is no other program in this place. The parent learns the number of the error.
        let number = error.raw_os_error().unwrap_or(2);
        let _ = fails.write_all(&number.to_le_bytes());
        1
    })?;
    let mut bytes = Vec::new();
    output.read_to_end(&mut bytes)?;
    let mut number = [0; 4];
    // This end is closed when the program begins.
    let failed = failures.read_exact(&mut number).is_ok();
    let outcome = ended(child, bytes)?;
    if failed {
        return Err(io::Error::from_raw_os_error(i32::from_le_bytes(number)));
    }
    Ok(outcome)
}
