//! Loom. A failure may abort the process, so that its trials run in a process of their
//! own; only what never fails may run beside the others.

use std::{
    io::{self, Write},
    panic,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use loom::{MAX_THREADS, model::Builder};
pub(crate) use loom::{sync, thread};

use crate::{End, Limits, Method, Trial, Variant, measure::Stopwatch};

#[path = "../programs/mod.rs"]
mod programs;

/// By this argument a program that calls [`serve`] runs one trial and ends.
const SERVE: &str = "loom-trial";

macro_rules! search {
    ($name:literal, $bound:expr) => {
        Method {
            engine: "loom",
            name: $name,
            bound: $bound,
            run: |program, variant, _, limits| {
                impossible(program).unwrap_or_else(|| delegate(program, variant, limits, $bound))
            },
        }
    };
}

/// What goes through all schedules, in a process of its own.
pub const SEARCHES: &[Method] = &[search!("≤ 2 preemptions", Some(2)), search!("DPOR", None)];

/// The same over and over in this process, for programs that never fail.
pub const REPEATED: Method = Method {
    engine: "loom",
    name: "DPOR",
    bound: None,
    run: |program, variant, _, limits| {
        impossible(program).unwrap_or_else(|| repeat(program, variant, limits))
    },
};

fn impossible(program: usize) -> Option<Trial> {
    let threads = programs::PROGRAMS[program].threads;
    (threads > MAX_THREADS).then(|| Trial {
        executions: 0,
        elapsed: Duration::ZERO,
        end: End::Impossible(format!("{threads} threads, loom has {MAX_THREADS}")),
    })
}

fn repeat(program: usize, variant: Variant, limits: Limits) -> Trial {
    let start = Instant::now();
    let stopwatch = Stopwatch::start();
    let mut executions = 0;
    while executions < limits.executions
        && let Some(time) = limits.time.checked_sub(start.elapsed())
    {
        let left = Limits {
            executions: limits.executions - executions,
            time,
        };
        let count = Arc::new(AtomicU64::new(0));
        check(program, variant, left, None, &count);
        executions += count.load(Ordering::Relaxed);
    }
    Trial {
        executions,
        elapsed: stopwatch.elapsed(),
        end: End::Stopped,
    }
}

fn check(
    program: usize,
    variant: Variant,
    limits: Limits,
    bound: Option<u32>,
    count: &Arc<AtomicU64>,
) {
    let body = programs::PROGRAMS[program].body(variant);
    let count = Arc::clone(count);
    let mut builder = Builder::new();
    // Loom looks at its limits only so often, and may go beyond them by as much.
    builder.checkpoint_interval = 16;
    builder.max_permutations = usize::try_from(limits.executions).ok();
    builder.max_duration = Some(limits.time);
    builder.preemption_bound = bound.map(|bound| bound as usize);
    builder.check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        body();
    });
}

/// Runs a trial in a new process of this program.
fn delegate(program: usize, variant: Variant, limits: Limits, bound: Option<u32>) -> Trial {
    let this = std::env::current_exe().expect("the program knows where it is");
    let output = Command::new(this)
        .arg(SERVE)
        .arg(program.to_string())
        .arg(if variant == Variant::Right {
            "right"
        } else {
            "wrong"
        })
        .arg(limits.time.as_millis().to_string())
        .args(bound.map(|bound| bound.to_string()))
        .stderr(Stdio::null())
        .output()
        .expect("the program can be started again");
    let answer = String::from_utf8_lossy(&output.stdout);
    // What follows the first line is a panic that came of another.
    let mut words = answer.lines().next().unwrap_or_default().splitn(4, ' ');
    let mut number = || words.next().and_then(|word| word.parse().ok());
    let (Some(executions), Some(micros)) = (number(), number()) else {
        return Trial {
            executions: 0,
            elapsed: Duration::ZERO,
            end: End::Impossible(format!("loom ended with {}", output.status)),
        };
    };
    Trial {
        executions,
        elapsed: Duration::from_micros(micros),
        end: match (words.next(), words.next()) {
            (Some("exhausted"), _) => End::Exhausted,
            (Some("stopped"), _) => End::Stopped,
            (_, Some(message)) if message.contains("maximum number of") => {
                End::Impossible(message.to_owned())
            }
            _ => End::Failed,
        },
    }
}

/// Runs the trial that the arguments ask for, if they ask for one; whether they did.
pub fn serve() -> bool {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [serve, program, variant, millis, bound @ ..] = &arguments[..] else {
        return false;
    };
    let (Ok(program), Ok(millis)) = (program.parse(), millis.parse()) else {
        return false;
    };
    if serve != SERVE {
        return false;
    }
    let time = Duration::from_millis(millis);
    let bound = bound.first().and_then(|bound| bound.parse().ok());
    let variant = match variant.as_str() {
        "right" => Variant::Right,
        _ => Variant::Wrong,
    };
    let count = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let stopwatch = Stopwatch::start();
    let counted = Arc::clone(&count);
    // The hook is called even where the process is aborted right after it.
    panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        answer(&counted, stopwatch, &format!("failed {message}"));
    }));
    let limits = Limits {
        executions: u64::MAX,
        time,
    };
    check(program, variant, limits, bound, &count);
    let stopped = start.elapsed() >= time;
    answer(
        &count,
        stopwatch,
        if stopped { "stopped" } else { "exhausted" },
    );
    true
}

fn answer(count: &AtomicU64, stopwatch: Stopwatch, end: &str) {
    let count = count.load(Ordering::Relaxed);
    let micros = stopwatch.elapsed().as_micros();
    // Nobody is left to hear that nobody listens.
    let _ = writeln!(io::stdout(), "{count} {micros} {end}");
}
