//! How long wrong answers hide from a loop that just runs them, and how soon the grader
//! finds them.
//!
//!     cargo run --release -p interleave-benches --bin stress
//!
//! The same scenario runs again and again on threads of the operating system, until it shows
//! the mistake or the time is up. Then the grader judges the same file. The table goes into
//! `docs/benchmarks.md`.

use std::{
    io::{self, Write as _},
    path::Path,
    process::Command,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// The answers are judged as they are; not all of their functions are called here. `build.rs`
/// writes them down.
macro_rules! answers {
    ($($name:ident = $file:literal;)+) => {$(
        #[allow(warnings, clippy::pedantic, reason = "it is an answer, and a wrong one")]
        mod $name {
            include!(concat!(env!("OUT_DIR"), "/", $file, ".rs"));
        }
    )+};
}

answers! {
    check_then_act = "check_then_act";
    late_door = "shuts_the_door_late";
    late_sleeper = "looks_then_stands_in_line";
    swallowed = "wake_up_swallowed";
    poorer_first = "locks_the_poorer_first";
    owner_stays = "owner_stays";
    first_only = "wakes_for_the_first_only";
    waits_once = "waits_once";
}

/// A wrong answer, and a scenario that can show it.
struct Case {
    exercise: &'static str,
    answer: &'static str,
    /// Runs it once; whether the mistake is to be seen. A run that never ends shows it, too.
    run: fn() -> bool,
}

const CASES: [Case; 8] = [
    Case {
        exercise: "22-daemon-thread",
        answer: "shuts_the_door_late",
        run: || {
            let threads = Arc::new(late_door::Threads::new());
            let (accepted, ran) = (
                Arc::new(AtomicBool::new(false)),
                Arc::new(AtomicBool::new(false)),
            );
            let meeting = Arc::new(Barrier::new(2));
            let daemon = {
                let (threads, accepted) = (Arc::clone(&threads), Arc::clone(&accepted));
                let (ran, meeting) = (Arc::clone(&ran), Arc::clone(&meeting));
                move || {
                    let last = threads.spawn(move || ran.store(true, Ordering::SeqCst));
                    accepted.store(last.is_ok(), Ordering::SeqCst);
                    meeting.wait();
                }
            };
            let begun = threads.spawn_daemon(daemon).is_ok();
            threads.shutdown();
            // Whoever was let in has been waited for.
            let ran = ran.load(Ordering::SeqCst);
            if begun {
                meeting.wait();
            }
            accepted.load(Ordering::SeqCst) && !ran
        },
    },
    Case {
        exercise: "23-thread-mutex",
        answer: "check_then_act",
        run: || {
            let office = check_then_act::TicketOffice::new(1);
            let sold = AtomicU64::new(0);
            together(3, |_| {
                if office.buy(|_| ()).is_some() {
                    sold.fetch_add(1, Ordering::SeqCst);
                }
            });
            sold.into_inner() > 1
        },
    },
    Case {
        exercise: "24-mutex-from-scratch",
        answer: "looks_then_stands_in_line",
        run: || {
            let mutex = late_sleeper::Mutex::new(0);
            together(3, |_| *mutex.lock() += 1);
            *mutex.lock() != 3
        },
    },
    Case {
        exercise: "25-thread-semaphore",
        answer: "wake_up_swallowed",
        run: || {
            const SOON: Duration = Duration::from_micros(100);
            let semaphore = swallowed::Semaphore::new(0);
            together(3, |thread| match thread {
                0 => semaphore.acquire(),
                1 => {
                    if semaphore.acquire_timeout(SOON) {
                        semaphore.release();
                    }
                }
                _ => {
                    thread::sleep(SOON);
                    semaphore.release();
                }
            });
            false
        },
    },
    Case {
        exercise: "28-deadlock",
        answer: "locks_the_poorer_first",
        run: || {
            let bank = poorer_first::Bank::new(vec![5, 6]);
            together(2, |thread| {
                bank.transfer(thread, 1 - thread, 2, |_, _| ());
            });
            false
        },
    },
    Case {
        exercise: "29-recursive-lock",
        answer: "owner_stays",
        run: || {
            let lock = owner_stays::RLock::new();
            let (inside, both) = (AtomicBool::new(false), AtomicBool::new(false));
            together(2, |_| {
                for _ in 0..2 {
                    lock.acquire();
                    both.fetch_or(inside.swap(true, Ordering::SeqCst), Ordering::SeqCst);
                    inside.store(false, Ordering::SeqCst);
                    let _ = lock.release();
                }
            });
            both.into_inner()
        },
    },
    Case {
        exercise: "32-thread-pool",
        answer: "wakes_for_the_first_only",
        run: || {
            let pool = first_only::ThreadPool::new(2);
            let meeting = Arc::new(Barrier::new(2));
            let tasks = [0, 1].map(|_| {
                let meeting = Arc::clone(&meeting);
                pool.submit(move || meeting.wait().is_leader())
            });
            let leaders = tasks.map(|task| task.is_ok_and(|task| task.result().unwrap_or(false)));
            pool.shutdown(true);
            leaders == [false, false]
        },
    },
    Case {
        exercise: "34-sync-and-async-calls",
        answer: "waits_once",
        run: || {
            const LONG: Duration = Duration::from_mins(1);
            let executor = waits_once::Executor::new();
            let (go, gate) = mpsc::channel::<()>();
            let future = executor.submit(move || gate.recv().is_ok());
            thread::scope(|scope| {
                let waits = scope.spawn(|| future.result_timeout(LONG));
                let sent = go.send(());
                sent.is_err() || !matches!(waits.join(), Ok(Ok(true)))
            })
        },
    },
];

/// Runs threads that begin as nearly at once as threads can.
fn together(count: usize, body: impl Fn(usize) + Sync) {
    let start = Barrier::new(count);
    thread::scope(|scope| {
        for thread in 0..count {
            let (body, start) = (&body, &start);
            scope.spawn(move || {
                start.wait();
                body(thread);
            });
        }
    });
}

/// What a stress loop came to.
struct Stressed {
    runs: u64,
    found: bool,
}

/// Runs a scenario until it shows the mistake, or for `time`. A run that takes
/// `PATIENCE` hangs; its threads are left behind.
fn stress(run: fn() -> bool, time: Duration) -> Stressed {
    const PATIENCE: Duration = Duration::from_secs(3);
    let (sender, runs) = mpsc::channel();
    thread::spawn(move || while sender.send(run()).is_ok() {});
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < time {
        count += 1;
        match runs.recv_timeout(PATIENCE) {
            Ok(false) => {}
            // A scenario that panics shows its mistake that way.
            Ok(true) | Err(_) => {
                return Stressed {
                    runs: count,
                    found: true,
                };
            }
        }
    }
    Stressed {
        runs: count,
        found: false,
    }
}

/// The fewest executions after which a check fails, and how long all checks took.
fn graded(root: &Path, case: &Case) -> io::Result<(u64, u64)> {
    let number = &case.exercise[..2];
    let source = |ending| format!("solutions/{}/wrong/{}.{ending}", case.exercise, case.answer);
    let source = if root.join(source("rs")).is_file() {
        source("rs")
    } else {
        source("diff")
    };
    let output = Command::new("cargo")
        .args([
            "grader", "check", number, "--format", "json", "--source", &source,
        ])
        .current_dir(root)
        .output()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let exercise = &report["exercises"][0];
    let checks = exercise["checks"].as_array().into_iter().flatten();
    let least = checks
        .filter_map(|check| check["executions"].as_u64())
        .min();
    let time = exercise["timing"]["run_ms"].as_u64().unwrap_or_default();
    let least = least.ok_or_else(|| io::Error::other(format!("{source} fails no check")))?;
    Ok((least, time))
}

const BEGIN: &str = "<!-- stress:begin -->\n";
const END: &str = "<!-- stress:end -->";

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let time = Duration::from_secs(20);
    std::panic::set_hook(Box::new(|_| ()));
    let mut table = "\n| exercise | wrong answer | a stress loop of 20 s | the grader: executions, and time for all checks |\n|---|---|---|---|\n".to_owned();
    for case in &CASES {
        let stressed = stress(case.run, time);
        let (executions, run_ms) = graded(&root, case)?;
        let runs = stressed.runs;
        let hidden = if stressed.found {
            format!("found in run {runs}")
        } else {
            format!("misses it in {runs} runs")
        };
        let row = format!(
            "| {} | `{}` | {hidden} | {executions}, {run_ms} ms |\n",
            case.exercise, case.answer
        );
        io::stdout().write_all(row.as_bytes())?;
        table += &row;
    }
    let path = root.join("docs/benchmarks.md");
    let text = fs_err::read_to_string(&path)?;
    let place = text.split_once(BEGIN).zip(text.rsplit_once(END));
    let ((before, _), (_, after)) =
        place.ok_or_else(|| io::Error::other("no place for the table"))?;
    fs_err::write(path, format!("{before}{BEGIN}{table}{END}{after}"))?;
    Ok(())
}
