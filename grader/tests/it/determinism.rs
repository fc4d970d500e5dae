//! A verdict depends on its inputs alone: not on the load, the place or the day.

use std::{
    env,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crate::tree;

/// Runs of each answer. `INTERLEAVE_LONG` asks for more, as `bash .ci/run --long` does.
fn runs() -> usize {
    if env::var_os("INTERLEAVE_LONG").is_some() {
        100
    } else {
        12
    }
}

/// One in so many of them is on a busy machine.
const BUSY: usize = 4;

/// How many checks are judged at the same time, run by run.
const JOBS: [&str; 4] = ["1", "2", "3", "7"];

/// Tells the threads that keep the processors busy that it is enough, whatever happened.
struct Enough<'a>(&'a AtomicBool);

impl Drop for Enough<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does something while every processor has something else to do.
fn on_a_busy_machine<R>(work: impl FnOnce() -> R) -> R {
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        let _guard = Enough(&enough);
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !enough.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        work()
    })
}

/// The report on `answer.rs` in this directory, as it is printed, without the measured times.
fn report(exercise: &str, directory: &Path, jobs: &str) -> String {
    let output = tree::real()
        .args(["check", exercise, "--source", "answer.rs"])
        .args(["--format", "json"])
        .args(["--jobs", jobs])
        .arg("--course")
        .arg(tree::root())
        .current_dir(directory)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let kept = text
        .lines()
        .filter(|line| !line.contains("\"compile_ms\"") && !line.contains("\"run_ms\""));
    kept.collect::<Vec<_>>().join("\n")
}

/// Claims that two copies of an answer to an exercise get one report in all runs.
#[track_caller]
fn is_the_same_in_all_runs(exercise: &str, text: &str, expected: &str) {
    let copies = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for copy in &copies {
        fs_err::write(copy.path().join("answer.rs"), text).unwrap();
    }
    let first = report(exercise, copies[0].path(), JOBS[0]);
    assert!(first.contains(expected), "{first}");
    let later = |runs: usize| {
        for run in 1..=runs {
            // The next number of jobs comes with either copy in turn.
            let copy = copies[run / JOBS.len() % 2].path();
            let again = report(exercise, copy, JOBS[run % JOBS.len()]);
            assert_eq!(again, first, "run {run} differs");
        }
    };
    let busy = runs() / BUSY;
    later(runs() - busy);
    on_a_busy_machine(|| later(busy));
}

/// Its written checks are all judged by complete searches.
#[test]
fn a_pass_is_the_same_with_any_number_of_jobs_and_under_load() {
    let reference = tree::root().join("solutions/29-recursive-lock/src/lib.rs");
    is_the_same_in_all_runs(
        "29-recursive-lock",
        &fs_err::read_to_string(reference).unwrap(),
        "\"kind\": \"all-interleavings\"",
    );
}

/// Its failure, and some passes of its other checks, come from samples.
#[test]
fn a_failure_is_the_same_with_any_number_of_jobs_and_under_load() {
    is_the_same_in_all_runs(
        "30-thread-queue",
        &tree::wrong("30", "one_condvar"),
        "\"kind\": \"deadlock\"",
    );
}

/// The system places the heap elsewhere in each process.
#[test]
fn no_address_reaches_a_report() {
    let accepted = tree::root().join("solutions/24-mutex-from-scratch/accepted/queue_of_nodes.rs");
    let text = fs_err::read_to_string(accepted).unwrap();
    let forgets = text.replace("thread.unpark();", "drop(thread);");
    assert_ne!(forgets, text);
    let directory = tempfile::tempdir().unwrap();
    fs_err::write(directory.path().join("answer.rs"), forgets).unwrap();
    let reports = [(); 2].map(|()| report("24-mutex-from-scratch", directory.path(), "2"));
    assert!(reports[0].contains("null → ptr 1"), "{}", reports[0]);
    assert_eq!(reports[0], reports[1]);
}
