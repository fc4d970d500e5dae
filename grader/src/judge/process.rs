//! Running another program with a limit on its time and on what it may say.

use std::{
    io::{self, Read, Write as _},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, pidfd_open},
};

/// What a program may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Wall-clock time; a net, not a measure.
    pub(super) time: Duration,
    /// Bytes that are kept of each of its two outputs.
    pub(super) output: usize,
}

/// How a program ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// Its status; nothing if its time was up and it was killed.
    pub(super) status: Option<ExitStatus>,
    /// What it wrote to standard output, cut to the limit.
    pub(super) stdout: Vec<u8>,
    /// What it wrote to standard error, cut to the limit.
    pub(super) stderr: Vec<u8>,
}

impl Ended {
    /// Whether it ended by itself and says that all is well.
    pub(super) fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// What it wrote to standard error.
    pub(super) fn talk(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Whether a compiler is told of this variable.
pub(super) fn is_kept(name: &str) -> bool {
    matches!(name, "PATH" | "HOME" | "LANG" | "TMPDIR") || name.starts_with("RUSTUP_")
}

/// Keeps of the environment what a compiler needs and nothing else.
pub(super) fn clean(command: &mut Command) -> &mut Command {
    command.env_clear();
    for (name, value) in std::env::vars_os() {
        if name.to_str().is_some_and(is_kept) {
            command.env(name, value);
        }
    }
    command
}

/// Runs a program to its end, or kills it when its time is up.
pub(super) fn run(command: &mut Command, input: Vec<u8>, limits: Limits) -> io::Result<Ended> {
    let stdin = if input.is_empty() {
        Stdio::null()
    } else {
        Stdio::piped()
    };
    let mut child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            let program = command.get_program().display();
            io::Error::new(error.kind(), format!("cannot run `{program}`: {error}"))
        })?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input says why in another way.
        named("input", move || {
            let _ = stdin.write_all(&input);
        })?;
    }
    let stdout = drain(child.stdout.take(), limits.output)?;
    let stderr = drain(child.stderr.take(), limits.output)?;
    let status = wait(&mut child, limits.time)?;
    // A grandchild may hold the pipes open; what it says later is not waited for.
    let grace = Duration::from_secs(2);
    let collect = |pipe: mpsc::Receiver<Vec<u8>>| pipe.recv_timeout(grace).unwrap_or_default();
    Ok(Ended {
        status,
        stdout: collect(stdout),
        stderr: collect(stderr),
    })
}

fn named(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
}

/// Reads to the end, so that the writer is never blocked, and keeps the beginning.
fn drain(
    pipe: Option<impl Read + Send + 'static>,
    limit: usize,
) -> io::Result<mpsc::Receiver<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        named("output", move || {
            let mut kept = Vec::new();
            let _ = pipe.by_ref().take(limit as u64).read_to_end(&mut kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
            let _ = sender.send(kept);
        })?;
    }
    Ok(receiver)
}

fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let pid = Pid::from_child(child);
    let deadline = Instant::now() + limit;
    let handle = pidfd_open(pid, PidfdFlags::empty())?;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        let timeout = Timespec::try_from(left).unwrap_or(Timespec {
            tv_sec: i64::from(u32::MAX),
            tv_nsec: 0,
        });
        match poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return child.wait().map(Some),
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        process::Command,
        time::{Duration, Instant},
    };

    use super::{Limits, run};

    fn shell(script: &str, time: Duration, output: usize) -> super::Ended {
        let mut command = Command::new("sh");
        run(
            command.args(["-c", script]),
            b"hello".to_vec(),
            Limits { time, output },
        )
        .unwrap()
    }

    #[test]
    fn input_output_and_status_are_passed_on() {
        let ended = shell("cat; echo talk >&2; exit 3", Duration::from_secs(10), 100);
        assert_eq!(ended.stdout, b"hello");
        assert_eq!(ended.talk(), "talk\n");
        assert_eq!(ended.status.and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn output_beyond_the_limit_is_read_and_dropped() {
        let ended = shell(
            "head -c 1000000 /dev/zero; echo done >&2",
            Duration::from_secs(10),
            10,
        );
        assert_eq!(ended.stdout.len(), 10);
        assert!(ended.succeeded());
    }

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let start = Instant::now();
        let ended = shell("exec sleep 60", Duration::from_millis(50), 10);
        assert!(ended.status.is_none());
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
