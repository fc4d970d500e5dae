//! How many executions a second processes have, on one processor: remembered and forked ones, beside the
//! same program with coroutines in their place, and beside forks that do nothing.
//!
//! `cargo run --release -p interleave-processes --example throughput`

use std::{
    io::{self, Write as _, stdout},
    panic::Location,
    time::{Duration, Instant},
};

use children::{Event, Forked, Mailbox};
use interleave::{
    Config, Granularity, Id, Outcome,
    objects::system::{self, Begins, System},
    run,
    strategy::RandomWalk,
};
use kernel::{Answer, Children, Errno, FIRST, Fd, Limits, OpenFlags, Pid, SystemCall, WaitOptions};
use processes::Memory;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Each row is measured so often, in turns with the others; the fastest counts.
const ROUNDS: usize = 5;

/// How long a row takes in a round.
const ROUND: Duration = Duration::from_millis(400);

/// How a process does something: by itself, or in the name of another one.
trait Process: Copy + 'static {
    fn call(self, call: SystemCall) -> Result<Answer, Errno>;
    fn fork(self, body: impl FnOnce(Self) + 'static) -> Pid;
}

/// Forked processes.
#[derive(Clone, Copy)]
struct Real;

impl Process for Real {
    fn call(self, call: SystemCall) -> Result<Answer, Errno> {
        processes::call(call)
    }

    fn fork(self, body: impl FnOnce(Self) + 'static) -> Pid {
        let body = || {
            body(self);
            0
        };
        processes::fork(body).expect("there is room")
    }
}

/// Coroutines in one memory.
#[derive(Clone, Copy)]
struct InOneMemory(Id<System>, Pid);

impl Process for InOneMemory {
    fn call(self, call: SystemCall) -> Result<Answer, Errno> {
        let made = system::call(
            self.0,
            self.1,
            &call,
            Location::caller().into(),
            &mut |_| Ok(()),
        );
        made.expect("no signal is sent")
    }

    fn fork(self, body: impl FnOnce(Self) + 'static) -> Pid {
        let main = Box::new(move |pid| body(Self(self.0, pid)));
        let here = Location::caller().into();
        let forked = system::begin(self.0, self.1, Begins::Forked, here, main, &mut |_| Ok(()));
        forked.expect("no signal is sent").expect("there is room")
    }
}

fn open<P: Process>(process: P, flags: OpenFlags) -> Fd {
    let path = "a".to_owned();
    match process.call(SystemCall::Open { path, flags }) {
        Ok(Answer::Descriptor(fd)) => fd,
        other => panic!("{other:?}"),
    }
}

fn write<P: Process>(process: P, fd: Fd) {
    let bytes = b"x".to_vec();
    let written = process.call(SystemCall::Write { fd, bytes });
    written.expect("it can be written");
}

fn read<P: Process>(process: P, fd: Fd) {
    let read = process.call(SystemCall::Read { fd, count: 1 });
    read.expect("it can be read");
}

fn wait_for_all<P: Process>(process: P, children: Vec<Pid>) {
    for child in children {
        let children = Children::One(child);
        let options = WaitOptions::ENDS;
        let waited = process.call(SystemCall::Wait { children, options });
        waited.expect("it is a child");
    }
}

/// Children with six calls each: an open file, and five writes.
fn writers<P: Process>(process: P) {
    let child = |process: P| {
        let file = open(process, OpenFlags::WRITE | OpenFlags::CREATE);
        (0..5).for_each(|_| write(process, file));
    };
    wait_for_all(process, (0..2).map(|_| process.fork(child)).collect());
}

/// Children that open a file, read a byte, and write one.
fn office<P: Process>(process: P) {
    write(process, open(process, OpenFlags::WRITE | OpenFlags::CREATE));
    let child = |process: P| {
        let file = open(process, OpenFlags::READ | OpenFlags::WRITE);
        read(process, file);
        write(process, file);
    };
    wait_for_all(process, (0..3).map(|_| process.fork(child)).collect());
}

/// Two children that write to a pipe, and two that read from it, two calls each.
fn pipeline<P: Process>(process: P) {
    let flags = OpenFlags::EMPTY;
    let Ok(Answer::Ends([reads, writes])) = process.call(SystemCall::Pipe { flags }) else {
        panic!("there is room for a pipe");
    };
    let mut children = Vec::new();
    for _ in 0..2 {
        children.push(process.fork(move |process| (0..2).for_each(|_| write(process, writes))));
        children.push(process.fork(move |process| (0..2).for_each(|_| read(process, reads))));
    }
    wait_for_all(process, children);
}

/// Executions a second.
fn rate(mut execute: impl FnMut(u64)) -> f64 {
    let began = Instant::now();
    let mut count = 0_u32;
    while began.elapsed() < ROUND {
        execute(count.into());
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

fn execute(seed: u64, program: impl FnOnce() + 'static) {
    let config = Config {
        granularity: Granularity::Releases,
        ..Config::default()
    };
    let executed = run(config, &mut RandomWalk::new(seed), program);
    assert!(
        matches!(executed.outcome, Outcome::Completed),
        "{executed:?}"
    );
}

/// What is remembered is of one round, whose first executions have to fork.
fn real(program: fn(Real), memory: Memory) -> f64 {
    processes::forget();
    rate(|seed| {
        execute(seed, move || {
            processes::stage(Limits::default(), memory).expect("shared memory");
            program(Real);
        });
    })
}

fn in_one_memory(program: fn(InOneMemory)) -> f64 {
    rate(|seed| {
        execute(seed, move || {
            program(InOneMemory(system::boot(Limits::default()), FIRST));
        });
    })
}

/// So many forks that end at once, without an engine.
fn bare(children: usize) -> io::Result<f64> {
    let mut mailbox = Mailbox::new(children)?;
    let rate = rate(|_| {
        for slot in 0..children {
            if let Forked::Child(mut asker) = mailbox.fork(slot).expect("there is room") {
                asker.exit(0);
            }
        }
        for slot in 0..children {
            let ended = mailbox.next(slot, Duration::from_secs(9)).expect("it ends");
            assert_eq!(ended, Event::Exited(0));
        }
    });
    Ok(rate)
}

/// A program: its name, how many children it has, and what it does either way.
type Row = (&'static str, usize, fn(Real), fn(InOneMemory));

fn main() -> io::Result<()> {
    let first =
        (0..CpuSet::MAX_CPU).find(|&cpu| sched_getaffinity(None).is_ok_and(|set| set.is_set(cpu)));
    let mut one = CpuSet::new();
    one.set(first.unwrap_or(0));
    sched_setaffinity(None, &one)?;
    let rows: [Row; 3] = [
        ("2 children, 6 calls each", 2, writers, writers),
        ("office of 3 children", 3, office, office),
        ("2 writers and 2 readers of a pipe", 4, pipeline, pipeline),
    ];
    let mut best = [[0.0_f64; 4]; 3];
    for _ in 0..ROUNDS {
        for ((_, children, real, coroutines), best) in rows.iter().zip(&mut best) {
            let rates = [
                self::real(*real, Memory::Of(0)),
                self::real(*real, Memory::Unused),
                in_one_memory(*coroutines),
                bare(*children)?,
            ];
            for (best, rate) in best.iter_mut().zip(rates) {
                *best = best.max(rate);
            }
        }
    }
    let mut out = stdout();
    writeln!(
        out,
        "| program | remembered, executions/s | forked | as coroutines | bare forks of so many | forked : bare |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for ((name, ..), [remembered, forked, coroutines, bare]) in rows.iter().zip(best) {
        writeln!(
            out,
            "| {name} | {remembered:.0} | {forked:.0} | {coroutines:.0} | {bare:.0} | {:.2} |",
            forked / bare
        )?;
    }
    Ok(())
}
