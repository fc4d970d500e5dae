//! The checks of exercise 12 that you see.

use kit::prelude::*;

kit::checks![before_during_after, join_gives_up, terminates];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use kit::system::children;
    use os::Exit;
    use process_attributes::{Process, ProcessError, current};
    use std::{
        io::{self, PipeReader, PipeWriter, Read, Write},
        process,
        time::{Duration, Instant},
    };

    /// What `join` gave, as the oracle compares it: `Ok(Some(Code(3)))`.
    pub fn told(result: Result<Option<Exit>, ProcessError>) -> String {
        format!("{result:?}")
    }

    /// So many milliseconds.
    pub fn ms(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    /// Joins it, and notes what came of that, and after how many milliseconds.
    pub fn join(name: &str, process: &mut Process, limit: Option<Duration>) {
        let begin = Instant::now();
        let joined = told(process.join(limit));
        // Rounded.
        let took = (begin.elapsed() + Duration::from_micros(500)).as_millis() as u64;
        mark(name, (joined, took));
    }

    /// Whether it is alive, and how it ended, by its own words.
    pub fn asked(process: &mut Process) -> String {
        format!("{} {:?}", process.is_alive(), process.exit())
    }

    /// Waits until the other end is closed.
    pub fn waits(mut until: PipeReader) {
        let _ = until.read(&mut [0]);
    }

    /// Lets a child go on that waits.
    pub fn goes_on(mut other_end: PipeWriter) {
        other_end.write_all(&[0]).expect("the child reads it");
    }

    /// A child runs until it is told to end.
    pub fn before_during_after(_: &Case) {
        let (until, ends) = io::pipe().expect("a pipe");
        let target = || {
            let own = current();
            mark("child's name", own.name);
            mark("child's pid", (own.pid, process::id()));
            mark("child's parent", own.parent);
            waits(until);
            200
        };
        mark("caller's name", current().name);
        mark("caller's pid", (current().pid, process::id()));
        let mut process = Process::new("egon", target);
        mark(
            "before",
            format!(
                "{:?} {} {} {:?}",
                process.pid(),
                asked(&mut process),
                told(process.join(Some(ms(1)))),
                process.terminate(),
            ),
        );
        process.start().expect("it was not started yet");
        mark("pid", process.pid());
        mark("caller's name afterwards", current().name);
        mark(
            "during",
            format!("{} {:?}", asked(&mut process), process.start()),
        );
        goes_on(ends);
        mark("joined", told(process.join(None)));
        mark("left", children());
        mark(
            "after",
            format!(
                "{} {} {:?} {:?}",
                asked(&mut process),
                told(process.join(None)),
                process.terminate(),
                process.start(),
            ),
        );
        mark("pid", process.pid());
        mark("name", process.name());
    }

    /// A child that runs until it is told to end is joined for 20 milliseconds, and then without a limit.
    pub fn join_gives_up(_: &Case) {
        let (until, ends) = io::pipe().expect("a pipe");
        let mut process = Process::new("runner", || {
            waits(until);
            4
        });
        process.start().expect("it was not started yet");
        join("limited", &mut process, Some(ms(20)));
        mark("runs on", process.is_alive());
        goes_on(ends);
        join("unlimited", &mut process, None);
        mark("left", children());
    }

    /// A child would never end.
    pub fn terminates(_: &Case) {
        let (until, _ends) = io::pipe().expect("a pipe");
        let mut process = Process::new("runner", || {
            waits(until);
            0
        });
        process.start().expect("it was not started yet");
        mark("terminated", process.terminate().is_ok());
        mark("left", children());
        mark(
            "after",
            format!(
                "{} {} {:?}",
                asked(&mut process),
                told(process.join(None)),
                process.terminate()
            ),
        );
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
        expected: &'static str,
    ) -> Oracle {
        oracle.equals(
            promise[0],
            promise[1],
            move |results| results.value::<String>(name).unwrap_or_default(),
            move |_| expected.to_owned(),
            message!(
                |seen, expected| "It was `{seen}`; `{expected}` was expected.",
                "得到的是 `{seen}`，应当是 `{expected}`。"
            ),
        )
    }

    /// This call of `join` gave this, in so many milliseconds or at most ten more.
    pub fn joined(
        oracle: Oracle,
        name: &'static str,
        expected: &'static str,
        after: u64,
    ) -> Oracle {
        oracle.equals(
            "`join` gives up when its limit has passed, and goes on when the child ends; neither \
             earlier nor more than 10 milliseconds later.",
            "`join` 在时限过后放弃，在子进程结束时返回；不会提前，也不会晚 10 毫秒以上。",
            move |results| {
                let (joined, took) = results.value::<(String, u64)>(name).unwrap_or_default();
                (joined, took, (after..=after + 10).contains(&took))
            },
            move |results| {
                let took = results.value::<(String, u64)>(name).unwrap_or_default().1;
                (expected.to_owned(), took, true)
            },
            message!(
                |(seen, took, _), (expected, _, _)| "It gave `{seen}` after {took} ms; `{expected}` \
                 was expected.",
                "过了 {took} 毫秒，得到的是 `{seen}`；应当是 `{expected}`。"
            ),
        )
    }

    /// No child and no descriptor is left.
    pub fn nothing_is_left(oracle: Oracle) -> Oracle {
        oracle
            .always_results(
                "Whoever has told of the end has reaped the child.",
                "谁说过子进程已结束，谁就已经回收了它。",
                |results| {
                    let left: Vec<usize> = results.values_of("left");
                    if left.iter().all(|left| *left == 0) && !left.is_empty() {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("Children that were left then: {left:?}."),
                        format!("当时还剩下的子进程数：{left:?}。"),
                    ))
                },
            )
            .no_leaked_processes("No child is left.", "不留下子进程。")
            .no_leaked_descriptors("No descriptor is left.", "不留下描述符。")
    }

    pub fn before_during_after() -> Oracle {
        let oracle = is(
            Oracle::new(),
            [
                "Before `start` there is no pid, nobody is alive, and there is nobody to wait for.",
                "`start` 之前没有编号，不算存活，也没有谁可等。",
            ],
            "before",
            "None false None Err(NotStarted) Err(NotStarted)",
        );
        let oracle = is(
            oracle,
            [
                "While the child runs it is alive, and is not started again.",
                "子进程运行时是存活的，不能再次启动。",
            ],
            "during",
            "true None Err(AlreadyStarted)",
        );
        let oracle = is(
            oracle,
            ["`join` tells the end.", "`join` 说明怎样结束。"],
            "joined",
            "Ok(Some(Code(200)))",
        );
        let oracle = is(
            oracle,
            [
                "After the end all calls tell of it, `terminate` does nothing, and it is not \
                 started again.",
                "结束之后各个调用都如实说明，`terminate` 什么也不做，也不能再次启动。",
            ],
            "after",
            "false Some(Code(200)) Ok(Some(Code(200))) Ok(()) Err(AlreadyStarted)",
        );
        let names = [
            "name",
            "child's name",
            "caller's name",
            "caller's name afterwards",
        ];
        let oracle = oracle
            .equals(
                "`name` and `current` tell the names.",
                "`name` 和 `current` 给出名称。",
                move |results| names.map(|name| results.value(name).unwrap_or_default()),
                |_| ["egon", "egon", "MainProcess", "MainProcess"].map(str::to_owned),
                message!(
                    |names, expected| "Of the handle, in the child, and in the caller before and after `start`: {names:?}; \
                     {expected:?} was expected.",
                    "句柄的、子进程里的、调用者在 `start` 之前和之后的名称：{names:?}；应当是 {expected:?}。"
                ),
            )
            .equals(
                "`pid` is the number of the child from `start` on, and `current` tells the numbers \
                 of the process that calls it and of its parent.",
                "从 `start` 起，`pid` 是子进程的编号；`current` 给出调用它的进程及其父进程的编号。",
                |results| {
                    let own = |name| results.value::<(u32, u32)>(name).unwrap_or_default();
                    (
                        results.values_of::<Option<u32>>("pid"),
                        own("child's pid").0,
                        own("caller's pid").0,
                        results.value::<u32>("child's parent").unwrap_or_default(),
                    )
                },
                |results| {
                    let own = |name| results.value::<(u32, u32)>(name).unwrap_or_default().1;
                    let (child, caller) = (own("child's pid"), own("caller's pid"));
                    (vec![Some(child); 2], child, caller, caller)
                },
                message!(
                    |(pids, child, caller, parent), (expected, _, is, _)| "`pid` was {pids:?}, and \
                     should be {expected:?}. `current` in the child: {child}, with the parent \
                     {parent}; in the caller, which is {is}: {caller}.",
                    "`pid` 是 {pids:?}，应当是 {expected:?}。`current` 在子进程里给出 {child}，父进程 \
                     {parent}；在调用者（编号 {is}）里给出 {caller}。"
                ),
            );
        nothing_is_left(oracle)
    }

    pub fn join_gives_up() -> Oracle {
        let oracle = joined(Oracle::new(), "limited", "Ok(None)", 20);
        let oracle = joined(oracle, "unlimited", "Ok(Some(Code(4)))", 0);
        let oracle = oracle.equals(
            "When `join` has given up, the child runs on.",
            "`join` 放弃之后，子进程继续运行。",
            |results| results.value("runs on"),
            |_| Some(true),
            message!(|_| "It was not alive any more.", "它已经不再存活。"),
        );
        nothing_is_left(oracle)
    }

    pub fn terminates() -> Oracle {
        let oracle = is(
            Oracle::new(),
            [
                "After `terminate` the child has ended by the signal 15, and all calls say so.",
                "`terminate` 之后，子进程已被 15 号信号终止，各个调用都如实说明。",
            ],
            "after",
            "false Some(Signal(15)) Ok(Some(Signal(15))) Ok(())",
        );
        let oracle = oracle.equals(
            "`terminate` succeeds.",
            "`terminate` 成功。",
            |results| results.value("terminated"),
            |_| Some(true),
            message!(|_| "It gave an error.", "它返回了错误。"),
        );
        nothing_is_left(oracle)
    }
}
