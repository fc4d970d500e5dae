//! Runs every right answer on the real system, each in a process of its own, one after the other.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use os::Exit;

/// Written for students' eyes, and not all of an answer is used here.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "answers are judged by the grader, and not by the rules of its code"
)]
mod answers {
    include!(concat!(env!("OUT_DIR"), "/answers.rs"));
}

/// Nobody may take as long as that, on the slowest machine.
const LIMIT: Duration = Duration::from_mins(1);

/// How a process ended that runs this, or nothing if it is still there when its time is up.
fn run(body: fn()) -> Option<Exit> {
    let mut child = os::fork(|| {
        body();
        0
    })
    .expect("the system has room for a process");
    let began = Instant::now();
    while began.elapsed() < LIMIT {
        if let Some(exit) = child.try_wait().expect("it is a child of this process") {
            return Some(exit);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("it is a child of this process");
    None
}

#[expect(clippy::print_stdout, reason = "a test program says what it has found")]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let wanted = arguments.find(|argument| !argument.starts_with('-'));
    let is_wanted = |exercise: &str| {
        let part = wanted.as_deref().unwrap_or_default();
        exercise.contains(part)
    };
    let mut failed = 0;
    for (exercise, name, body) in answers::ALL {
        if !is_wanted(exercise) {
            continue;
        }
        let exit = run(*body);
        let is_right = exit == Some(Exit::Code(0));
        failed += u32::from(!is_right);
        let told = match exit {
            Some(Exit::Code(0)) => "ok".to_owned(),
            Some(exit) => format!("FAILED: {exit:?}"),
            None => format!("FAILED: not over after {} s", LIMIT.as_secs()),
        };
        println!("{exercise}, {name}: {told}");
    }
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
