//! The child's status is taken while its output is read, from `poll`; what it sends is put together by hand.

use std::{
    collections::VecDeque,
    io::{self, BufWriter, PipeReader, Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Command, Stdio},
};

use os::{Exit, wait_readable};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub output: Vec<u8>,
    pub end: Exit,
}

/// What comes out of a pipe, in pieces.
struct Collected {
    pipe: PipeReader,
    pieces: VecDeque<Vec<u8>>,
}

impl Collected {
    fn into_bytes(mut self) -> io::Result<Vec<u8>> {
        loop {
            wait_readable(&[&self.pipe])?;
            let mut piece = vec![0; 65_536];
            let count = self.pipe.read(&mut piece)?;
            if count == 0 {
                return Ok(self.pieces.into_iter().flatten().collect());
            }
            piece.truncate(count);
            self.pieces.push_back(piece);
        }
    }
}

pub fn run_forked<W: Write>(
    log: &mut BufWriter<W>,
    body: impl FnOnce(&mut BufWriter<W>) -> (i32, Vec<u8>),
) -> io::Result<Outcome> {
    let (pipe, writer) = io::pipe()?;
    let pieces = VecDeque::new();
    let collected = Collected { pipe, pieces };
    log.flush()?;
    let forked = os::fork(move || {
        let mut writer = BufWriter::new(writer);
        let (code, result) = body(&mut *log);
        // Nothing is dropped at the end of a child, so both have to be written here.
        let written = log.flush();
        let sent = writer.write_all(&result);
        match written.and(sent).and(writer.flush()) {
            Ok(()) => code,
            Err(_) => 1,
        }
    });
    let mut child = forked?;
    let output = collected.into_bytes()?;
    child.wait().map(|end| Outcome { output, end })
}

pub fn run_fresh(
    program: &str,
    args: &[&str],
    environment: &[(&str, &str)],
) -> io::Result<Outcome> {
    let mut variables: Vec<_> = environment.to_vec();
    variables.reverse();
    let child = Command::new(program)
        .env_clear()
        .envs(variables.into_iter().rev())
        .args(args.iter())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let done = child.wait_with_output()?;
    let end = if let Some(signal) = done.status.signal() {
        Exit::Signal(signal)
    } else {
        Exit::Code(done.status.into_raw() >> 8)
    };
    Ok(Outcome {
        output: done.stdout,
        end,
    })
}
