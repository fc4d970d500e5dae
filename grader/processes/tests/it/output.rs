//! What processes print is one text, in the order of their writes.

use interleave::{Granularity, Outcome, strategy::Portfolio};

use crate::{
    calls::{close, fork, pipe, read, wait, write},
    harness::Test,
    search::{Said, execute},
};

pub(crate) const TESTS: &[Test] = &[
    ("what_is_printed_in_two_ways_is_one_text", both_ways),
    ("a_child_that_prints_without_end_is_stopped", endless),
    (
        "a_process_that_prints_without_end_after_a_call_is_stopped",
        after_a_call,
    ),
    ("what_is_printed_nowhere_is_not_shown", nowhere),
];

const STANDARD_OUTPUT: i32 = 1;

fn print(text: &str) {
    assert!(interleave::capture_output(text.as_bytes()));
}

fn output(program: fn(&Said)) -> (String, Outcome) {
    let mut portfolio = Portfolio::new(1);
    let strategy = portfolio.strategy(0);
    let (_, executed) = execute(program, Granularity::default(), strategy);
    (executed.output, executed.outcome)
}

fn both_ways() {
    let (output, _) = output(|_| {
        print("a");
        write(STANDARD_OUTPUT, "b");
        wait(fork(|| {
            print("c");
            write(2, "d");
            print("e");
            0
        }));
        write(STANDARD_OUTPUT, "f");
        print("g");
    });
    assert_eq!(output, "abcdefg");
}

fn endless() {
    let (output, outcome) = output(|_| {
        wait(fork(|| {
            loop {
                write(STANDARD_OUTPUT, &"x".repeat(9000));
            }
        }));
    });
    assert!(matches!(outcome, Outcome::OutputLimit), "{outcome:?}");
    assert_eq!(output.len(), 16 << 10);
}

fn after_a_call() {
    let (_, outcome) = output(|_| {
        let [from, to] = pipe();
        write(to, "x");
        read(from);
        loop {
            print(&"x".repeat(9000));
        }
    });
    assert!(matches!(outcome, Outcome::OutputLimit), "{outcome:?}");
}

fn nowhere() {
    let (output, _) = output(|_| {
        wait(fork(|| {
            close(STANDARD_OUTPUT);
            print("lost");
            0
        }));
        print("kept");
    });
    assert_eq!(output, "kept");
}
