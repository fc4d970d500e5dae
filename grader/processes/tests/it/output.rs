//! What processes print is one text, in the order of their writes.

use interleave::{Granularity, Outcome, Stream, strategy::Portfolio};

use crate::{
    calls::{close, fork, pipe, read, wait, write},
    harness::Test,
    search::{Said, execute},
};

pub(crate) const TESTS: &[Test] = &[
    ("what_is_printed_in_two_ways_is_one_text", both_ways),
    ("standard_output_is_written_by_lines", lines),
    ("a_line_that_is_not_whole_is_copied_by_a_fork", copied),
    ("a_long_line_is_written_in_parts", long),
    ("no_part_of_a_line_is_left_to_the_next_execution", left),
    ("a_child_that_prints_without_end_is_stopped", endless),
    (
        "a_process_that_prints_without_end_after_a_call_is_stopped",
        after_a_call,
    ),
    ("what_is_printed_nowhere_is_not_shown", nowhere),
];

const STANDARD_OUTPUT: i32 = 1;

fn print(text: &str) {
    assert!(interleave::capture_output(Stream::Output, text.as_bytes()));
}

fn output(program: fn(&Said)) -> (String, Outcome) {
    let mut portfolio = Portfolio::new(1);
    let strategy = portfolio.strategy(0);
    let (_, executed) = execute(program, Granularity::default(), strategy);
    (executed.output, executed.outcome)
}

fn both_ways() {
    let (output, _) = output(|_| {
        print("a\n");
        write(STANDARD_OUTPUT, "b");
        wait(fork(|| {
            print("c\n");
            write(2, "d");
            print("e\n");
            0
        }));
        write(STANDARD_OUTPUT, "f");
        print("g\n");
    });
    assert_eq!(output, "a\nbc\nde\nfg\n");
}

fn lines() {
    let (output, _) = output(|_| {
        print("a");
        interleave::capture_output(Stream::Error, b"b");
        print("c\nd");
        write(STANDARD_OUTPUT, "e");
        interleave::flush_output();
        interleave::flush_output();
    });
    assert_eq!(output, "bac\ned");
}

fn copied() {
    let (output, _) = output(|_| {
        print("kept ");
        wait(fork(|| {
            print("child ");
            interleave::flush_output();
            print("lost");
            0
        }));
        print("parent\n");
    });
    assert_eq!(output, "kept child kept parent\n");
}

fn long() {
    let (output, _) = output(|_| print(&"x".repeat(1025)));
    assert_eq!(output.len(), 1025);
}

fn left() {
    let (output, _) = output(|_| print("an execution that does not end a line"));
    assert_eq!(output, "");
    let (output, _) = self::output(|_| print("another one\n"));
    assert_eq!(output, "another one\n");
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
            print("lost\n");
            0
        }));
        print("kept\n");
    });
    assert_eq!(output, "kept\n");
}
