// canary: 019347d1eb38879e09605134e3e4b5b7
//! The hidden checks of exercise 09.

use kit::prelude::*;

kit::checks![
    any_length,
    one_inside_another,
    prints_once_each_time,
    fresh_tells_how_it_ended,
    passes_on_no_more,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{SEEN, log, no_log, print, tells_what_it_sees, told, written};
    use fork_and_exec::{run_forked, run_fresh};
    use kit::system::{children, install};
    use std::{
        fs::File,
        io::{self, BufWriter, Read, Write},
        process::{Command, Stdio},
        sync::atomic::Ordering,
    };

    /// Bytes that are no text, with all lengths that a pipe could cut.
    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    /// More than a pipe holds, and nothing at all, by both functions.
    pub fn any_length(case: &Case) {
        let (length, is_fresh): (usize, bool) = case.get();
        install("writes", |started| {
            let length = started.arguments[1].parse().expect("a number");
            let mut output = io::stdout().lock();
            output.write_all(&bytes(length)).expect("it is open");
            output.flush().expect("it is open");
            0
        });
        let outcome = if is_fresh {
            run_fresh("writes", &[&length.to_string()], &[])
        } else {
            run_forked(&mut no_log(), |_| (0, bytes(length)))
        };
        let outcome = outcome.expect("the system has room");
        mark("whole", outcome.output == bytes(length));
        mark("end", format!("{:?}", outcome.end));
        mark("left", children());
    }

    /// A child starts a child of its own, in either way.
    pub fn one_inside_another(_: &Case) {
        install("tells", |started| {
            print!("{}", started.arguments.len());
            5
        });
        let (reads, mut log) = log();
        print(&mut log, "a");
        let outcome = run_forked(&mut log, |log| {
            print(log, "b");
            let inner = told(run_forked(log, |log| {
                print(log, "c");
                (4, b"inner".to_vec())
            }));
            print(log, "d");
            let fresh = told(run_fresh("tells", &["x"], &[]));
            mark("inner", format!("{inner} {fresh} {}", children()));
            (3, b"outer".to_vec())
        });
        mark("outer", told(outcome));
        print(&mut log, "e");
        mark("log", written(reads, log));
    }

    /// Several children, also such as print much, nothing, or die with something in the buffer.
    pub fn prints_once_each_time(_: &Case) {
        let (reads, writes) = io::pipe().expect("a pipe");
        // Some of what is printed does not fit into the buffer.
        let mut log = BufWriter::with_capacity(8, writes);
        print(&mut log, "1");
        for child in 2..5 {
            let outcome = run_forked(&mut log, |log| {
                match child {
                    2 => print(log, "2, which is too long; "),
                    3 => std::process::exit(1),
                    _ => print(log, "4"),
                }
                (0, Vec::new())
            });
            mark("ran", outcome.is_ok());
            print(&mut log, "-");
        }
        let nothing = run_forked(&mut log, |_| (0, b"x".to_vec()));
        mark("ran", nothing.is_ok());
        mark("log", written(reads, log));
    }

    /// A fresh program ends in each way, or is not there.
    pub fn fresh_tells_how_it_ended(case: &Case) {
        let way: String = case.get();
        install("ends", |started| {
            print!("x");
            match started.arguments[1].as_str() {
                "interrupts itself" => {
                    let _ = os::kill(std::process::id(), os::Signal::INT);
                    0
                }
                "exits" => std::process::exit(255),
                "is ended" => {
                    let _ = os::kill(std::process::id(), os::Signal::TERM);
                    0
                }
                _ => 0,
            }
        });
        let program = if way == "is missing" {
            "missing"
        } else {
            "ends"
        };
        let outcome = run_fresh(program, &[&way], &[("A", "b")]);
        // What a program has printed without a line's end before it dies is its own affair.
        let end = match outcome {
            Ok(outcome) => format!("{:?}", outcome.end),
            Err(error) => format!("Err({:?})", error.kind()),
        };
        mark("outcome", end);
        mark("left", children());
    }

    /// A forked child reads on where its parent has read. A fresh program of a process that has input
    /// and an environment gets neither.
    pub fn passes_on_no_more(_: &Case) {
        let mut made = File::create("shared").expect("a file");
        made.write_all(b"abcdef").expect("a file");
        drop(made);
        let mut file = File::open("shared").expect("it is there");
        let mut next = |count: usize| {
            let mut bytes = vec![0; count];
            let _ = file.read_exact(&mut bytes);
            bytes
        };
        let first = next(1);
        let outcome = run_forked(&mut no_log(), |_| (0, next(2)));
        let outcome = outcome.map(|outcome| outcome.output).unwrap_or_default();
        let parts =
            [first, outcome, next(3)].map(|part| String::from_utf8_lossy(&part).into_owned());
        mark("read", parts);

        install("tells", tells_what_it_sees);
        install("shell", |_| {
            SEEN.store(8, Ordering::SeqCst);
            let outcome = told(run_fresh("tells", &[], &[]));
            let mut input = String::new();
            let _ = io::stdin().read_to_string(&mut input);
            print!("{outcome} {input:?} {}", children());
            0
        });
        let mut shell = Command::new("shell");
        shell.env("SECRET", "x").stdin(Stdio::piped());
        let mut shell = shell
            .stdout(Stdio::piped())
            .spawn()
            .expect("it is installed");
        let mut input = shell.stdin.take().expect("it is piped");
        input.write_all(b"own").expect("it is open");
        drop(input);
        let output = shell.wait_with_output().expect("it ends");
        mark("shell", String::from_utf8_lossy(&output.stdout));
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{is, nothing_is_left};

    pub fn any_length() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![(0usize, false), (0, true), (65_537, false), (65_537, true)])
            .equals(
                "Results come back as they were sent, whatever their length.",
                "无论长短，结果都原样传回。",
                |results| {
                    let end = results.value::<String>("end").unwrap_or_default();
                    (results.value::<bool>("whole"), end)
                },
                |_| (Some(true), "Code(0)".to_owned()),
                message!(
                    |(whole, end), _| "As it was sent: {whole:?}. The end of the child: `{end}`.",
                    "是否原样传回：{whole:?}。子进程的结束方式：`{end}`。"
                ),
            );
        nothing_is_left(oracle)
    }

    pub fn one_inside_another() -> Oracle {
        let oracle = is(
            Oracle::new(),
            [
                "Inside of a child, both functions work as in its parent.",
                "在子进程里，两个函数和在父进程里一样可用。",
            ],
            "inner",
            |_| "\"inner\" Code(4) \"2\" Code(5) 0".to_owned(),
        );
        let oracle = is(
            oracle,
            [
                "The outer child ends as its own `body` says.",
                "外层子进程按自己的 `body` 所说结束。",
            ],
            "outer",
            |_| "\"outer\" Code(3)".to_owned(),
        );
        is(
            oracle,
            [
                "What is printed to the log gets there once, in its order.",
                "打印到日志的内容恰好到达一次，次序不变。",
            ],
            "log",
            |_| "abcde".to_owned(),
        )
    }

    pub fn prints_once_each_time() -> Oracle {
        let oracle = is(
            Oracle::new(),
            [
                "What is printed to the log gets there once, in its order.",
                "打印到日志的内容恰好到达一次，次序不变。",
            ],
            "log",
            |_| "12, which is too long; --4-".to_owned(),
        );
        oracle.equals(
            "Each call tells how its child ended.",
            "每次调用都说明自己的子进程怎样结束。",
            |results| results.values_of("ran"),
            |_| vec![true; 4],
            message!(
                |ran| "Calls that succeeded: {ran:?}.",
                "各次调用是否成功：{ran:?}。"
            ),
        )
    }

    pub fn fresh_tells_how_it_ended() -> Oracle {
        let ways = [
            "interrupts itself",
            "exits",
            "is ended",
            "returns",
            "is missing",
        ];
        let oracle = is(
            Oracle::new().cases(move |_| ways.to_vec()),
            [
                "The end of a fresh program is told, a code apart from a signal; and so is that \
                 there is no such program.",
                "全新的程序怎样结束会如实说明，退出码和信号分得清；没有这个程序也会说明。",
            ],
            "outcome",
            |results| {
                match results.case::<String>().as_str() {
                    "interrupts itself" => "Signal(2)",
                    "exits" => "Code(255)",
                    "is ended" => "Signal(15)",
                    "returns" => "Code(0)",
                    _ => "Err(NotFound)",
                }
                .to_owned()
            },
        );
        nothing_is_left(oracle)
    }

    pub fn passes_on_no_more() -> Oracle {
        let oracle = is(
            Oracle::new(),
            [
                "A fresh program gets no input and no environment of its parent.",
                "全新的程序得不到父进程的输入，也得不到它的环境变量。",
            ],
            "shell",
            |_| {
                let seen = [r#"["tells"]"#, "[]", r#""" 3"#, ""];
                format!("{:?} Code(3) \"own\" 0", seen.join("\n"))
            },
        );
        oracle.equals(
            "A forked child has the open files of its parent, and reads on where that has read.",
            "fork 出的子进程拥有父进程打开的文件，并从父进程读到的位置接着读。",
            |results| results.value::<Vec<String>>("read"),
            |_| Some(["a", "bc", "def"].map(str::to_owned).to_vec()),
            message!(
                |read| "The file has \"abcdef\". Caller, child and caller read {read:?}.",
                "文件内容是 \"abcdef\"。调用者、子进程、调用者先后读到 {read:?}。"
            ),
        )
    }
}
