//! What a hand-off and a fork cost beside a bare pipe and a bare `fork(2)`, on one processor:
//! `cargo run --release -p interleave-children --example throughput`.
#![expect(clippy::cast_sign_loss, reason = "the numbers here are small")]

use std::{
    borrow::Cow,
    io::{self, Read as _, Write as _, pipe},
    time::{Duration, Instant},
};

use children::{Answer, Asker, DATA, Event, Forked, Mailbox, Request, Side};
use rustix::{
    process::{Pid, WaitOptions, waitpid},
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};

const LIMIT: Duration = Duration::from_secs(10);
/// Each row is measured so often, in turns with the others; the fastest counts.
const ROUNDS: usize = 15;
const HAND_OFFS: u32 = 5000;
const FORKS: u32 = 300;

/// How long one of `count` takes.
fn each(count: u32, body: impl FnOnce() -> io::Result<()>) -> io::Result<Duration> {
    let began = Instant::now();
    body()?;
    Ok(began.elapsed() / count)
}

/// A child without a mailbox.
fn fork_bare(body: impl FnOnce()) -> io::Result<Pid> {
    // SAFETY: this process has one thread, and the child ends below.
    match unsafe { libc::fork() } {
        0 => {
            body();
            // SAFETY: ends this process.
            unsafe { libc::_exit(0) }
        }
        pid => Pid::from_raw(pid).ok_or_else(io::Error::last_os_error),
    }
}

/// A byte through a pipe, and one back through another.
fn pipe_round_trip() -> io::Result<Duration> {
    let ((mut asks, mut asked), (mut answers, mut answered)) = (pipe()?, pipe()?);
    let child = fork_bare(move || {
        for _ in 0..HAND_OFFS {
            let _ = asked.write_all(b"x");
            let _ = answers.read_exact(&mut [0]);
        }
    })?;
    let taken = each(HAND_OFFS, || {
        for _ in 0..HAND_OFFS {
            asks.read_exact(&mut [0])?;
            answered.write_all(b"x")?;
        }
        Ok(())
    })?;
    waitpid(Some(child), WaitOptions::empty())?;
    Ok(taken)
}

/// A question and an answer with so many bytes each.
fn hand_off(bytes: usize) -> io::Result<Duration> {
    let mut mailbox = Mailbox::new(1)?;
    let data = vec![7; bytes];
    if let Forked::Child(mut asker) = mailbox.fork(0)? {
        loop {
            let data = Cow::Borrowed(&*data);
            asker.ask(Request {
                data,
                ..Request::default()
            });
        }
    }
    each(HAND_OFFS, || {
        for _ in 0..HAND_OFFS {
            mailbox.next(0, LIMIT)?;
            let data = Cow::Borrowed(&*data);
            mailbox.answer(
                0,
                &Answer {
                    data,
                    ..Answer::default()
                },
            );
        }
        Ok(())
    })
}

fn bare_fork() -> io::Result<Duration> {
    each(FORKS, || {
        for _ in 0..FORKS {
            waitpid(Some(fork_bare(|| ())?), WaitOptions::empty())?;
        }
        Ok(())
    })
}

/// A fork by the controller, and the end of the process in this way.
fn fork(end: fn(&mut Asker)) -> io::Result<Duration> {
    let mut mailbox = Mailbox::new(1)?;
    each(FORKS, || {
        for _ in 0..FORKS {
            if let Forked::Child(mut asker) = mailbox.fork(0)? {
                end(&mut asker);
            }
            mailbox.next(0, LIMIT)?;
        }
        Ok(())
    })
}

/// A fork by a process that asks for a slot, and the end of the new one.
fn fork_by_a_process() -> io::Result<Duration> {
    let mut mailbox = Mailbox::new(2)?;
    if let Forked::Child(mut asker) = mailbox.fork(0)? {
        loop {
            let slot = asker.ask(Request::default()).result;
            if asker.fork(slot as usize)? == Side::Child {
                asker.exit(0);
            }
        }
    }
    each(FORKS, || {
        for _ in 0..FORKS {
            mailbox.next(0, LIMIT)?;
            mailbox.grant(1, 0);
            mailbox.answer(
                0,
                &Answer {
                    result: 1,
                    ..Answer::default()
                },
            );
            let ended = mailbox.next(1, LIMIT)?;
            if ended != Event::Exited(0) {
                return Err(io::Error::other(format!("{ended:?}")));
            }
        }
        Ok(())
    })
}

/// A row: what is measured, how, and the row that it is compared with.
type Row = (&'static str, fn() -> io::Result<Duration>, usize);

const ROWS: [Row; 8] = [
    ("pipe, round trip", pipe_round_trip, 0),
    ("hand-off, no data", || hand_off(0), 0),
    ("hand-off, 64 bytes", || hand_off(64), 0),
    ("hand-off, 65536 bytes", || hand_off(DATA), 0),
    ("fork, _exit, wait", bare_fork, 4),
    ("fork, exit told", || fork(|asker| asker.exit(0)), 4),
    (
        "fork, death by a signal",
        || fork(|_| std::process::abort()),
        4,
    ),
    ("fork by a process, exit told", fork_by_a_process, 4),
];

fn main() -> io::Result<()> {
    let allowed = sched_getaffinity(None)?;
    let first = (0..CpuSet::MAX_CPU).find(|cpu| allowed.is_set(*cpu));
    let mut one = CpuSet::new();
    one.set(first.unwrap_or_default());
    sched_setaffinity(None, &one)?;

    let mut fastest = [Duration::MAX; ROWS.len()];
    for _ in 0..ROUNDS {
        for (fastest, (_, measure, _)) in fastest.iter_mut().zip(ROWS) {
            *fastest = measure()?.min(*fastest);
        }
    }
    let mut out = io::stdout();
    writeln!(
        out,
        "{:<30} {:>9} {:>10} {:>7}",
        "", "each, µs", "a second", "ratio"
    )?;
    for (taken, (name, _, beside)) in fastest.iter().zip(ROWS) {
        let micros = taken.as_secs_f64() * 1e6;
        let ratio = taken.as_secs_f64() / fastest[beside].as_secs_f64();
        writeln!(
            out,
            "{name:<30} {micros:>9.1} {:>10.0} {ratio:>7.2}",
            1e6 / micros
        )?;
    }
    Ok(())
}
