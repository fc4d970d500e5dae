//! Runs tests in processes of their own, and what all tests need.

use std::{
    io::{self, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::Duration,
};

use children::{Answer, Asker, Event, Forked, Mailbox, Request};
use rustix::{
    io::Errno,
    process::{Pid, WaitOptions, wait, waitpid},
};

/// More processor time than any step of a test takes.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);
/// A test that takes longer than this hangs.
const HANGS: u32 = 120;

/// Runs the tests whose names contain one of the words of the command line.
pub(crate) fn run(tests: &[(&str, fn())]) -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let mut failed = 0;
    let mut ran = 0;
    for (name, test) in tests {
        if words.is_empty() || words.iter().any(|word| name.contains(word)) {
            ran += 1;
            if !succeeds(*test) {
                failed += 1;
                say(&format!("test {name} ... FAILED"));
            }
        }
    }
    say(&format!("\n{ran} tests ran, {failed} failed\n"));
    ExitCode::from(u8::from(failed != 0))
}

fn say(line: &str) {
    writeln!(io::stdout(), "{line}").expect("the output is there");
}

/// Whether a test succeeds in a process of its own and leaves neither a process nor a descriptor.
fn succeeds(test: fn()) -> bool {
    let child = fork_bare(|| {
        // SAFETY: has this process killed by a signal if the test hangs.
        unsafe { libc::alarm(HANGS) };
        let before = open_descriptors();
        let result = catch_unwind(|| {
            test();
            assert_eq!(
                wait(WaitOptions::NOHANG).err(),
                Some(Errno::CHILD),
                "children are left"
            );
            assert_eq!(open_descriptors(), before, "descriptors are left");
        });
        i32::from(result.is_err())
    });
    waitpid(Some(child), WaitOptions::empty())
        .expect("it is a child")
        .is_some_and(|(_, status)| status.exit_status() == Some(0))
}

/// A child of this process without a mailbox, which ends with what `body` gives.
pub(crate) fn fork_bare(body: impl FnOnce() -> i32) -> Pid {
    // SAFETY: this process has one thread, and the child ends below.
    match unsafe { libc::fork() } {
        0 => {
            let status = catch_unwind(AssertUnwindSafe(body)).unwrap_or(101);
            end(status)
        }
        pid => Pid::from_raw(pid).expect("there is room for a process"),
    }
}

/// Ends this process without telling anyone.
pub(crate) fn end(status: i32) -> ! {
    // SAFETY: ends this process.
    unsafe { libc::_exit(status) }
}

pub(crate) fn open_descriptors() -> usize {
    fs_err::read_dir("/proc/self/fd")
        .expect("Linux has it")
        .count()
}

/// Forks a process that does this and exits with the result.
pub(crate) fn fork(mailbox: &mut Mailbox, slot: usize, body: impl FnOnce(&mut Asker) -> i32) {
    if let Forked::Child(mut asker) = mailbox.fork(slot).expect("there is room for a process") {
        let status = body(&mut asker);
        asker.exit(status);
    }
}

pub(crate) fn next(mailbox: &mut Mailbox, slot: usize) -> Event {
    mailbox.next(slot, LIMIT).expect("it can be waited for")
}

/// A request of this call without anything else.
pub(crate) fn call(call: u16) -> Request<'static> {
    Request {
        call,
        ..Request::default()
    }
}

/// A request that says a number.
pub(crate) fn says(number: u64) -> Request<'static> {
    Request {
        args: [number, 0, 0, 0, 0],
        ..Request::default()
    }
}

pub(crate) fn result(result: i64) -> Answer<'static> {
    Answer {
        result,
        ..Answer::default()
    }
}

/// Hears that the process says a number, and answers with another one.
#[track_caller]
pub(crate) fn hear(mailbox: &mut Mailbox, slot: usize, number: u64, answer: i64) {
    assert_eq!(next(mailbox, slot), Event::Asked(says(number)));
    mailbox.answer(slot, &result(answer));
}

/// Sends this process a signal.
pub(crate) fn raise(signal: i32) {
    // SAFETY: any number may be given.
    unsafe { libc::raise(signal) };
}

/// Sleeps without using the processor.
pub(crate) fn sleep(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
