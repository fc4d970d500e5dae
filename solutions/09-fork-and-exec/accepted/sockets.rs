//! The child's result comes over a pair of sockets; the output of a program is read piece by piece while it runs.

use std::{
    io::{self, BufWriter, ErrorKind, Read, Write},
    net::Shutdown,
    os::unix::net::UnixStream,
    process::{Command, Stdio},
};

// How a program ended is more than its code.
use std::os::unix::process::ExitStatusExt as _;

use os::Exit;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub output: Vec<u8>,
    pub end: Exit,
}

/// Everything until the end.
fn drain(mut source: impl Read) -> io::Result<Vec<u8>> {
    let (mut all, mut piece) = (Vec::new(), vec![0; 32 * 1024]);
    loop {
        match source.read(&mut piece) {
            Ok(0) => return Ok(all),
            Ok(count) => all.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

pub fn run_forked<W: Write>(
    log: &mut BufWriter<W>,
    body: impl FnOnce(&mut BufWriter<W>) -> (i32, Vec<u8>),
) -> io::Result<Outcome> {
    log.flush()?;
    let (ours, theirs) = UnixStream::pair()?;
    let mut child = os::fork(|| {
        let (code, result) = body(log);
        let done = log
            .flush()
            .and_then(|()| (&theirs).write_all(&result))
            .and_then(|()| theirs.shutdown(Shutdown::Both));
        done.map_or(1, |()| code)
    })?;
    drop(theirs);
    let output = drain(&ours);
    drop(ours);
    Ok(Outcome {
        end: child.wait()?,
        output: output?,
    })
}

pub fn run_fresh(
    program: &str,
    args: &[&str],
    environment: &[(&str, &str)],
) -> io::Result<Outcome> {
    let variables = environment.iter().map(|(name, value)| (*name, *value));
    let mut program = Command::new(program)
        .env_clear()
        .envs(variables)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let pipe = program.stdout.take();
    let output = pipe.map_or(Ok(Vec::new()), drain);
    let status = program.wait()?;
    let code = status.code().map(Exit::Code);
    let signal = status.signal().map(Exit::Signal);
    Ok(Outcome {
        output: output?,
        end: code.or(signal).unwrap_or(Exit::Code(0)),
    })
}
