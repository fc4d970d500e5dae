//! How many executions samplers need until small programs of processes go wrong: the mean over seeds, and
//! how many of 100 seeds need at most 5. Who changes the order of samplers looks at the first half of the
//! programs alone, and reports the second.
//!
//! `cargo run --release -p interleave --example samplers`

#![expect(clippy::cast_precision_loss, reason = "the numbers here are small")]

#[path = "../tests/system/programs.rs"]
#[expect(dead_code, reason = "tests do more with programs")]
mod programs;

use std::io::{self, Write as _, stdout};

use interleave::{
    Config, Granularity, Strategy,
    strategy::{Dpor, Lengths, Pct, Portfolio, Pos, RandomWalk, Urw},
};
use kernel::{LockKind, Locking, OpenFlags, SystemCall, Whence};
use programs::{Action, Program, call, close, execute, look, open, pipe, wait};

/// How many seeds are tried.
const SEEDS: u64 = 100;

/// No more executions are made with a seed.
const MOST: u64 = 200;

/// A program, and what shows that it went wrong.
type Wrong = (&'static str, Program, fn(&str) -> bool);

/// A sampler of one execution, by its seed and the lengths of threads.
type Sampler = fn(u64, &Lengths) -> Box<dyn Strategy>;

/// The children all do this, and the first process waits for them.
fn together(before: Vec<Action>, children: Vec<Vec<Action>>, after: Vec<Action>) -> Program {
    let count = children.len() as u32;
    let mut program = before;
    program.extend(children.into_iter().map(Action::Fork));
    program.extend((1..=count).map(wait));
    program.extend(after);
    program
}

fn file(text: &str) -> Vec<Action> {
    let bytes = text.as_bytes().to_vec();
    let write = call(SystemCall::Write { fd: 3, bytes });
    vec![open(OpenFlags::WRITE | OpenFlags::CREATE), write, close(3)]
}

fn office(children: usize, locks: bool) -> Program {
    let flock = |locking| call(SystemCall::Flock { fd: 3, locking });
    let mut child = vec![
        open(OpenFlags::READ | OpenFlags::WRITE),
        call(SystemCall::Read { fd: 3, count: 9 }),
    ];
    if locks {
        // Too late.
        child.push(flock(Locking::Lock(LockKind::Exclusive)));
    }
    child.push(Action::WriteOneLess(3));
    together(file("5\n"), vec![child; children], look(3).to_vec())
}

fn append(children: usize) -> Program {
    let bytes = b"xy".to_vec();
    let child = vec![
        open(OpenFlags::WRITE),
        call(SystemCall::Seek {
            fd: 3,
            offset: 0,
            whence: Whence::End,
        }),
        call(SystemCall::Write { fd: 3, bytes }),
    ];
    together(file(""), vec![child; children], look(3).to_vec())
}

fn create(children: usize) -> Program {
    let path = "b".to_owned();
    let stat = call(SystemCall::Stat { path: path.clone() });
    let flags = OpenFlags::WRITE | OpenFlags::CREATE;
    let child = vec![stat, call(SystemCall::Open { path, flags })];
    together(Vec::new(), vec![child; children], Vec::new())
}

fn parts() -> Program {
    let write = |text: &str| {
        let bytes = text.as_bytes().to_vec();
        call(SystemCall::Write { fd: 4, bytes })
    };
    let child = |text| vec![write(text), write(text)];
    let read = call(SystemCall::Read { fd: 3, count: 9 });
    together(vec![pipe()], vec![child("x"), child("y")], vec![read])
}

fn circle() -> Program {
    let one = |path: &str| {
        let path = path.to_owned();
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        call(SystemCall::Open { path, flags })
    };
    let lock = |fd| {
        let locking = Locking::Lock(LockKind::Exclusive);
        call(SystemCall::Flock { fd, locking })
    };
    let child = |first, second| vec![one(first), one(second), lock(3), lock(4)];
    together(
        Vec::new(),
        vec![child("a", "b"), child("b", "a")],
        Vec::new(),
    )
}

fn published() -> Program {
    let bytes = b"xy".to_vec();
    let writes = vec![
        open(OpenFlags::WRITE | OpenFlags::CREATE),
        call(SystemCall::Write { fd: 3, bytes }),
    ];
    together(Vec::new(), vec![writes, look(3).to_vec()], Vec::new())
}

fn count(said: &str, text: &str) -> usize {
    said.matches(text).count()
}

fn programs() -> (Vec<Wrong>, Vec<Wrong>) {
    let tuned: Vec<Wrong> = vec![
        ("office of 2", office(2, false), |said| {
            !said.contains(r#"\"3\\n\""#)
        }),
        ("append by 2", append(2), |said| !said.contains("xyxy")),
        ("create by 2", create(2), |said| count(said, "ENOENT") > 1),
        ("messages in parts", parts(), |said| {
            !said.contains("xxyy") && !said.contains("yyxx")
        }),
        ("locks in a circle", circle(), |said| {
            !said.contains("all ended")
        }),
    ];
    let reported: Vec<Wrong> = vec![
        ("office of 3", office(3, false), |said| {
            !said.contains(r#"\"2\\n\""#)
        }),
        ("office that locks late", office(2, true), |said| {
            !said.contains(r#"\"3\\n\""#)
        }),
        ("append by 3", append(3), |said| !said.contains("xyxyxy")),
        ("create by 3", create(3), |said| count(said, "ENOENT") > 1),
        ("read before written", published(), |said| {
            said.contains(r#""0.2": ["Ok(Descriptor(3))", "\"\""]"#)
        }),
    ];
    (tuned, reported)
}

/// The number of the execution in which a program goes wrong.
fn until(wrong: &Wrong, mut next: impl FnMut(u64, &Config) -> Option<String>) -> u64 {
    let config = Config {
        granularity: Granularity::default(),
        ..Config::default()
    };
    (0..MOST)
        .find(|number| next(*number, &config).is_some_and(|said| (wrong.2)(&said)))
        .map_or(MOST, |number| number + 1)
}

fn main() -> io::Result<()> {
    let (tuned, reported) = programs();
    let mut out = stdout();
    for (kind, all) in [("tuned", tuned), ("reported", reported)] {
        for wrong in all {
            write!(out, "{kind} {:<24}", wrong.0)?;
            let samplers: [(&str, Sampler); 6] = [
                ("walk", |seed, _| Box::new(RandomWalk::new(seed))),
                ("urw", |seed, lengths| Box::new(Urw::new(seed, lengths))),
                ("pos", |seed, _| Box::new(Pos::new(seed))),
                ("pct2", |seed, lengths| Box::new(Pct::new(seed, 2, lengths))),
                ("pct3", |seed, lengths| Box::new(Pct::new(seed, 3, lengths))),
                ("blind", |seed, _| {
                    Box::new(Urw::new(seed, &Lengths::default()))
                }),
            ];
            let mut lengths = Lengths::default();
            let (_, first) = execute(&wrong.1, &Config::default(), &mut RandomWalk::new(7));
            lengths.add(&first.schedule);
            let mut report = |name: &str, all: Vec<u64>| {
                let soon = all.iter().filter(|count| **count <= 5).count();
                let mean = all.iter().sum::<u64>() as f64 / all.len() as f64;
                write!(out, " {name} {mean:.1} ({soon})")
            };
            for (name, new) in samplers {
                let all = (0..SEEDS).map(|seed| {
                    until(&wrong, |number, config| {
                        let mut sampler = new(seed * 1_000_003 + number, &lengths);
                        Some(execute(&wrong.1, config, &mut *sampler).0)
                    })
                });
                report(name, all.collect())?;
            }
            let reduce = (0..SEEDS).map(|seed| {
                let mut search = Dpor::random(seed);
                let mut ended = false;
                until(&wrong, |_, config| {
                    if ended {
                        return None;
                    }
                    let (said, _) = execute(&wrong.1, config, &mut search);
                    let is_new = !search.was_pruned();
                    ended = !search.advance();
                    is_new.then_some(said)
                })
            });
            report("reversal", reduce.collect())?;
            let portfolio = (0..SEEDS).map(|seed| {
                let mut portfolio = Portfolio::new(seed);
                until(&wrong, |number, config| {
                    let strategy = portfolio.strategy(number);
                    let (said, executed) = execute(&wrong.1, config, strategy);
                    portfolio.learn(number, &executed).then_some(said)
                })
            });
            report("PORTFOLIO", portfolio.collect())?;
            writeln!(out)?;
        }
    }
    Ok(())
}
