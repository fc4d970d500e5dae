//! The checks of exercise 09 that you see.

use kit::prelude::*;

kit::checks![
    works_on_a_copy,
    prints_once,
    tells_how_it_ended,
    fresh_sees_what_it_is_given,
    waits_asleep,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use fork_and_exec::{Outcome, run_forked, run_fresh};
    use kit::system::{Started, children, install};
    use std::{
        cell::Cell,
        io::{self, BufWriter, PipeReader, PipeWriter, Read, Sink, Write},
        rc::Rc,
        sync::atomic::{AtomicU32, Ordering},
    };

    /// What a call returned, as the oracle compares it: `"42" Code(7)`.
    pub fn told(outcome: io::Result<Outcome>) -> String {
        match outcome {
            Ok(Outcome { output, end }) => {
                format!("{:?} {end:?}", String::from_utf8_lossy(&output))
            }
            Err(error) => format!("Err({:?})", error.kind()),
        }
    }

    /// A log that nobody reads.
    pub fn no_log() -> BufWriter<Sink> {
        BufWriter::new(io::sink())
    }

    /// A log, and where it can be read.
    pub fn log() -> (PipeReader, BufWriter<PipeWriter>) {
        let (reads, writes) = io::pipe().expect("a pipe");
        (reads, BufWriter::new(writes))
    }

    /// Drops the log, and reads what has got there.
    pub fn written(mut reads: PipeReader, log: BufWriter<PipeWriter>) -> String {
        drop(log);
        let mut text = String::new();
        reads.read_to_string(&mut text).expect("text");
        text
    }

    /// Prints its text.
    pub fn print(log: &mut impl Write, text: &str) {
        log.write_all(text.as_bytes()).expect("it can be written");
    }

    /// The child changes what it has inherited, in several sorts of memory.
    pub fn works_on_a_copy(_: &Case) {
        static STATIC: AtomicU32 = AtomicU32::new(1);
        STATIC.store(5, Ordering::SeqCst);
        mark("caller is", std::process::id());
        let shared = Rc::new(Cell::new(20));
        let mut borrowed = vec![1, 2];
        let sum = |borrowed: &[u32]| {
            STATIC.load(Ordering::SeqCst) + shared.get() + borrowed.iter().sum::<u32>()
        };
        let outcome = run_forked(&mut no_log(), |_| {
            mark("ran as", std::process::id());
            mark("child finds", sum(&borrowed));
            STATIC.store(6, Ordering::SeqCst);
            shared.set(30);
            borrowed.push(3);
            (7, sum(&borrowed).to_string().into_bytes())
        });
        mark("outcome", told(outcome));
        mark("caller finds", sum(&borrowed));
    }

    /// Caller and child print to one log. The child ends by itself, or is ended.
    pub fn prints_once(case: &Case) {
        let returns: bool = case.get();
        let (reads, mut log) = log();
        print(&mut log, "before. ");
        let outcome = run_forked(&mut log, |log| {
            if !returns {
                std::process::abort();
            }
            print(log, "child. ");
            (0, Vec::new())
        });
        mark("outcome", told(outcome));
        print(&mut log, "after.");
        mark("log", written(reads, log));
    }

    /// A way in which `body` ends.
    pub fn ends(way: &str) -> (i32, Vec<u8>) {
        match way {
            "exits" => std::process::exit(137),
            "panics" => panic!("as the case asks"),
            "aborts" => std::process::abort(),
            "is killed" => {
                let _ = os::kill(std::process::id(), os::Signal::KILL);
                (0, Vec::new())
            }
            _ => (200, b"done".to_vec()),
        }
    }

    pub fn tells_how_it_ended(case: &Case) {
        let way: String = case.get();
        mark("outcome", told(run_forked(&mut no_log(), |_| ends(&way))));
        mark("left", children());
    }

    /// What a program sees: its arguments, its environment, its input, and the static of its own.
    pub fn tells_what_it_sees(started: &Started) -> i32 {
        let mut input = String::new();
        let read = io::stdin().read_to_string(&mut input);
        let statics = SEEN.load(Ordering::SeqCst);
        eprintln!("this is no output");
        println!("{:?}", started.arguments);
        println!("{:?}", started.environment);
        println!("{:?} {statics}", read.map(|_| input).unwrap_or_default());
        statics.cast_signed()
    }

    /// A static of the caller, which a fresh program does not see.
    pub static SEEN: AtomicU32 = AtomicU32::new(3);

    pub fn fresh_sees_what_it_is_given(_: &Case) {
        install("tells", tells_what_it_sees);
        SEEN.store(4, Ordering::SeqCst);
        // SAFETY: there are no other threads.
        unsafe { std::env::set_var("OF_THE_CALLER", "x") };
        let args = ["a b", "", "--name=egon"];
        mark(
            "outcome",
            told(run_fresh("tells", &args, &[("NAME", "egon"), ("AGE", "18")])),
        );
        mark("left", children());
    }

    /// The child never ends.
    pub fn waits_asleep(case: &Case) {
        let fresh: bool = case.get();
        install("sleeps", |_| park_forever());
        if fresh {
            let _ = run_fresh("sleeps", &[], &[]);
        } else {
            let _ = run_forked(&mut no_log(), |_| park_forever());
        }
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// The mark of this name has this value, as text.
    pub fn is(
        oracle: Oracle,
        promise: [&str; 2],
        name: &'static str,
        expected: impl Fn(&Results<'_>) -> String + 'static,
    ) -> Oracle {
        oracle.equals(
            promise[0],
            promise[1],
            move |results| results.value::<String>(name).unwrap_or_default(),
            expected,
            message!(
                |seen, expected| "It was `{seen}`; `{expected}` was expected.",
                "得到的是 `{seen}`，应当是 `{expected}`。"
            ),
        )
    }

    /// Nothing is left in the caller.
    pub fn nothing_is_left(oracle: Oracle) -> Oracle {
        oracle
            .equals(
                "When the function returns, the child has been waited for.",
                "函数返回时，子进程已被等待并回收。",
                |results| results.value::<usize>("left"),
                |_| Some(0),
                message!(
                    |left| "Children that are left, running or as zombies: {left:?}.",
                    "还剩下的子进程（在运行的和僵尸）：{left:?}。"
                ),
            )
            .no_leaked_descriptors(
                "When the function returns, its descriptors are closed.",
                "函数返回时，它打开的描述符都已关闭。",
            )
    }

    pub fn works_on_a_copy() -> Oracle {
        let oracle = is(
            Oracle::new(),
            [
                "What `body` returns comes back: its code, and its result.",
                "`body` 返回的内容会传回来：退出码和结果。",
            ],
            "outcome",
            |_| "\"42\" Code(7)".to_owned(),
        );
        oracle
            .equals(
                "`body` runs once, in another process.",
                "`body` 在另一个进程里运行一次。",
                |results| {
                    let caller = results.value::<u32>("caller is");
                    let ran = results.values_of::<u32>("ran as");
                    (ran.len(), ran.first().copied() != caller)
                },
                |_| (1, true),
                message!(
                    |(times, elsewhere), _| "It ran {times} times, in another process: {elsewhere}.",
                    "运行了 {times} 次；在另一个进程里：{elsewhere}。"
                ),
            )
            .equals(
                "The child finds the memory of the caller, and what it changes stays its own.",
                "子进程看得到调用者的内存，它改变的只是自己的那一份。",
                |results| ["child finds", "caller finds"].map(|name| results.value::<u32>(name)),
                |_| [Some(28); 2],
                message!(
                    |seen| "The sum of all values was 28. The child found, and the caller found \
                     afterwards: {seen:?}.",
                    "各个值之和是 28。子进程看到的、调用者之后看到的分别是：{seen:?}。"
                ),
            )
    }

    pub fn prints_once() -> Oracle {
        let oracle = is(
            Oracle::new().cases(|_| vec![true, false]),
            [
                "What is printed to the log gets there once, in its order.",
                "打印到日志的内容恰好到达一次，次序不变。",
            ],
            "log",
            |results| {
                match results.case::<bool>() {
                    true => "before. child. after.",
                    false => "before. after.",
                }
                .to_owned()
            },
        );
        is(
            oracle,
            ["The end of the child is told.", "子进程怎样结束，如实说明。"],
            "outcome",
            |results| {
                match results.case::<bool>() {
                    true => "\"\" Code(0)",
                    false => "\"\" Signal(6)",
                }
                .to_owned()
            },
        )
    }

    pub fn tells_how_it_ended() -> Oracle {
        let ways = ["returns", "exits", "panics", "aborts", "is killed"];
        let oracle = is(
            Oracle::new().cases(move |_| ways.to_vec()),
            [
                "A code and a signal are told apart, and `output` is empty unless `body` returned.",
                "区分退出码和信号；除非 `body` 返回了，否则 `output` 为空。",
            ],
            "outcome",
            |results| {
                match results.case::<String>().as_str() {
                    "returns" => "\"done\" Code(200)",
                    "exits" => "\"\" Code(137)",
                    "panics" => "\"\" Code(101)",
                    "aborts" => "\"\" Signal(6)",
                    _ => "\"\" Signal(9)",
                }
                .to_owned()
            },
        );
        nothing_is_left(oracle)
    }

    pub fn fresh_sees_what_it_is_given() -> Oracle {
        let oracle = is(
            Oracle::new(),
            [
                "The program sees its arguments, its environment, an empty input and fresh \
                 statics, and nothing else.",
                "程序看到自己的参数、自己的环境变量、空的输入和初始的静态变量，此外什么也看不到。",
            ],
            "outcome",
            |_| {
                let seen = [
                    r#"["tells", "a b", "", "--name=egon"]"#,
                    r#"[("AGE", "18"), ("NAME", "egon")]"#,
                    r#""" 3"#,
                    "",
                ];
                format!("{:?} Code(3)", seen.join("\n"))
            },
        );
        nothing_is_left(oracle)
    }

    pub fn waits_asleep() -> Oracle {
        Oracle::new().cases(|_| vec![false, true]).comes_to_rest(
            "While the child runs, the caller sleeps.",
            "子进程运行时，调用者在睡眠。",
        )
    }
}
