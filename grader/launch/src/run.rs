//! Running a program to its end, with a limit on its time and on what is kept of its output.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write as _},
    process::{Child, ExitStatus},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, pidfd_open},
};

use crate::{Launch, start};

/// A process that the program has started may hold its pipes open. What it writes later than
/// this after the program's end is not waited for.
const GRACE: Duration = Duration::from_secs(2);

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its status; nothing if its time was up and it was killed.
    pub status: Option<ExitStatus>,
    /// What it wrote to standard output, cut to the limit; nothing if that goes elsewhere.
    pub output: Vec<u8>,
    /// What it wrote to standard error, cut to the limit; nothing if that goes elsewhere.
    pub errors: Vec<u8>,
}

impl Ended {
    /// Whether it ended by itself, with an exit code that says that all is well.
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// What it wrote to standard error, as text.
    pub fn messages(&self) -> String {
        String::from_utf8_lossy(&self.errors).into_owned()
    }
}

/// Runs a program to its end, or kills it when its time is up. `input` is what it can read,
/// if its input is a pipe.
///
/// # Errors
///
/// If the program cannot be started or waited for. That it fails is no error.
pub fn run(launch: &Launch, input: Vec<u8>) -> io::Result<Ended> {
    let mut child = start(launch, None)?;
    feed(&mut child, input)?;
    let output = drain(child.stdout.take(), launch)?;
    let errors = drain(child.stderr.take(), launch)?;
    let status = wait(&mut child, launch.limits.wall_ms.map(Duration::from_millis))?;
    Ok(Ended {
        status,
        output: output.recv_timeout(GRACE).unwrap_or_default(),
        errors: errors.recv_timeout(GRACE).unwrap_or_default(),
    })
}

/// Does the same, and hands over each line of standard output, without the line break, as soon
/// as it is written. None of it is kept.
///
/// # Errors
///
/// As [`run`], and if a line is not UTF-8.
pub fn run_by_lines(
    launch: &Launch,
    input: Vec<u8>,
    mut each: impl FnMut(&str),
) -> io::Result<Ended> {
    let mut child = start(launch, None)?;
    feed(&mut child, input)?;
    let errors = drain(child.stderr.take(), launch)?;
    let output = child.stdout.take();
    let limit = launch.limits.wall_ms.map(Duration::from_millis);
    let status = thread::scope(|scope| {
        let waiter = thread::Builder::new()
            .name("wait".to_owned())
            .spawn_scoped(scope, || wait(&mut child, limit))?;
        let read = output.map_or(Ok(()), |output| {
            let most = launch.limits.kept_output.unwrap_or(u64::MAX);
            let mut lines = BufReader::new(output.take(most)).lines();
            lines.try_for_each(|line| line.map(|line| each(&line)))
        });
        let ended = waiter.join();
        let status = ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        read.map(|()| status)
    })?;
    Ok(Ended {
        status,
        output: Vec::new(),
        errors: errors.recv_timeout(GRACE).unwrap_or_default(),
    })
}

/// Writes to the program's standard input, if that is a pipe, and closes it.
fn feed(child: &mut Child, input: Vec<u8>) -> io::Result<()> {
    let Some(mut stdin) = child.stdin.take() else {
        return Ok(());
    };
    // A program that does not read its input says why in another way.
    spawn("input", move || {
        let _ = stdin.write_all(&input);
    })
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(body).map(drop)
}

/// Reads to the end, so that the writer is never blocked, and keeps the beginning.
fn drain(
    pipe: Option<impl Read + Send + 'static>,
    launch: &Launch,
) -> io::Result<mpsc::Receiver<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    let most = launch.limits.kept_output.unwrap_or(u64::MAX);
    if let Some(mut pipe) = pipe {
        spawn("output", move || {
            let mut kept = Vec::new();
            let _ = pipe.by_ref().take(most).read_to_end(&mut kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
            let _ = sender.send(kept);
        })?;
    }
    Ok(receiver)
}

fn wait(child: &mut Child, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let Some(limit) = limit else {
        return child.wait().map(Some);
    };
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
    use std::time::Instant;

    use super::*;
    use crate::{Descriptors, Input, Limits, Output, inheriting};

    fn shell(script: &str, limits: Limits) -> Launch {
        Launch {
            descriptors: Descriptors {
                input: Input::Pipe,
                output: Output::Pipe,
                errors: Output::Pipe,
            },
            limits,
            ..inheriting("sh", vec!["-c".into(), script.into()])
        }
    }

    fn run_shell(script: &str, limits: Limits) -> Ended {
        run(&shell(script, limits), b"hello\n".to_vec()).unwrap()
    }

    #[test]
    fn input_output_and_status_are_passed_on() {
        let ended = run_shell("cat; echo talk >&2; exit 3", Limits::default());
        assert_eq!(ended.output, b"hello\n");
        assert_eq!(ended.messages(), "talk\n");
        assert_eq!(ended.status.and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn output_beyond_the_limit_is_read_and_dropped() {
        let limits = Limits {
            kept_output: Some(10),
            ..Limits::default()
        };
        let ended = run_shell("head -c 1000000 /dev/zero; echo done >&2", limits);
        assert_eq!(ended.output.len(), 10);
        assert!(ended.succeeded());
    }

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let start = Instant::now();
        let limits = Limits {
            wall_ms: Some(50),
            ..Limits::default()
        };
        let ended = run_shell("exec sleep 60", limits);
        assert!(ended.status.is_none());
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn memory_beyond_the_limit_is_not_given() {
        // It reads first, so that the limits are set when it goes on.
        let script = "read line; exec dd if=/dev/zero of=/dev/null bs=256M count=1";
        assert!(run_shell(script, Limits::default()).succeeded());
        let limits = Limits {
            data: Some(64 << 20),
            ..Limits::default()
        };
        assert!(!run_shell(script, limits).succeeded());
    }

    #[test]
    fn lines_are_handed_over_one_by_one() {
        let mut lines = Vec::new();
        let launch = shell("echo a; echo b; echo talk >&2", Limits::default());
        let ended = run_by_lines(&launch, Vec::new(), |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(lines, ["a", "b"]);
        assert_eq!(ended.messages(), "talk\n");
        let limits = Limits {
            wall_ms: Some(50),
            ..Limits::default()
        };
        let launch = shell("echo a; exec sleep 60", limits);
        let ended = run_by_lines(&launch, Vec::new(), |_| ()).unwrap();
        assert!(ended.status.is_none());
    }

    #[test]
    fn nothing_of_the_environment_is_inherited() {
        let mut launch = shell("env | sort", Limits::default());
        launch.environment.retain(|(name, _)| name == "PATH");
        launch.environment.push(("NAME".into(), "value".into()));
        let ended = run(&launch, Vec::new()).unwrap();
        let text = String::from_utf8(ended.output).unwrap();
        let names: Vec<_> = text
            .lines()
            .filter_map(|line| line.split('=').next())
            .collect();
        // The shell itself adds some.
        assert!(names.contains(&"NAME"));
        let allowed = ["NAME", "PATH", "PWD", "OLDPWD", "SHLVL", "_"];
        assert!(names.iter().all(|name| allowed.contains(name)), "{text}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let mut launch = shell("", Limits::default());
        launch.program = "/no/such/program".into();
        let error = run(&launch, Vec::new()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("cannot run `/no/such/program`: ")
        );
    }
}
