//! The checks of exercise 10 that you see.

use kit::prelude::*;

kit::checks![
    runs_in_another_process,
    parent_goes_on,
    starts_once,
    join_reports,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use os::check::{Gate, no_child_is_left};
    use process_two_ways::{Process, ProcessError};
    use std::fmt::Debug;

    /// A result as the oracle compares it: `Ok(3)`, `Err(NotStarted)`.
    pub fn shown(result: Result<impl Debug, ProcessError>) -> String {
        format!("{result:?}")
    }

    /// A target with arguments.
    pub fn runs_in_another_process(_: &Case) {
        mark("parent", ());
        let target = |(name, number): (&str, i32)| {
            mark("ran", (name, number));
            3
        };
        let mut process = Process::new(target, ("egon", 18));
        mark("pid before", process.pid().is_some());
        process.start().expect("it was not started yet");
        let pid = process.pid();
        mark(
            "pid after",
            pid.is_some_and(|pid| pid != std::process::id()),
        );
        mark("code", shown(process.join()));
    }

    /// The child is held back until the parent has gone on.
    pub fn parent_goes_on(_: &Case) {
        let gate = Gate::shut().expect("two pipes");
        let theirs = gate.clone();
        let target = move |()| {
            theirs.pass();
            mark("child", ());
            0
        };
        let mut process = Process::new(target, ());
        process.start().expect("it was not started yet");
        mark("parent", ());
        mark("waited", gate.was_waited_for());
        gate.open();
        mark("code", process.join().ok());
    }

    /// Starts a process a second time, while it runs and after its end.
    pub fn starts_once(_: &Case) {
        let target = |()| {
            mark("ran", ());
            0
        };
        let mut process = Process::new(target, ());
        mark("first", process.start().is_ok());
        mark("second", shown(process.start()));
        mark("code", process.join().ok());
        mark("third", shown(process.start()));
    }

    pub fn join_reports(_: &Case) {
        let mut process = Process::new(|code: i32| code, 200);
        mark("early", shown(process.join()));
        process.start().expect("it was not started yet");
        mark("once", shown(process.join()));
        mark("twice", shown(process.join()));
        mark("reaped", no_child_is_left());
        let mut zero = Process::new(|code: i32| code, 0);
        zero.start().expect("it was not started yet");
        mark("zero", shown(zero.join()));
        mark("reaped", no_child_is_left());
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    pub fn runs_in_another_process() -> Oracle {
        Oracle::new()
            .equals(
                "The target runs with its arguments, once.",
                "目标函数带着它的参数运行一次。",
                |results| results.values_of::<(String, i32)>("ran"),
                |_| vec![("egon".to_owned(), 18)],
                message!(
                    |ran, expected| "The arguments with which the target ran: {ran:?}. Expected \
                     once: {expected:?}.",
                    "目标函数运行时的参数是 {ran:?}，应当恰好一次是 {expected:?}。"
                ),
            )
            .equals_of_order(
                "The target runs in another process than its parent.",
                "目标函数在另一个进程里运行，而不是在父进程里。",
                |history| {
                    let parent = history.marks("parent").next().map(|event| event.thread);
                    history
                        .marks("ran")
                        .all(|event| Some(event.thread) != parent)
                },
                |_| true,
                message!(
                    |_| "The target ran in the process that called `start`.",
                    "目标函数是在调用 `start` 的那个进程里运行的。"
                ),
            )
            .equals(
                "`pid` is `None` before `start`, and the child's id after it.",
                "`start` 之前 `pid` 是 `None`，之后是子进程的编号。",
                |results| ["pid before", "pid after"].map(|name| results.value(name) == Some(true)),
                |_| [false, true],
                message!(
                    |[before, after], _| "There was a pid before `start`: {before}. After it \
                     there was one of another process: {after}.",
                    "`start` 之前有编号：{before}；之后有另一个进程的编号：{after}。"
                ),
            )
            .equals(
                "`join` returns the exit code, which is what the target returned.",
                "`join` 返回退出码，也就是目标函数的返回值。",
                |results| results.value("code").unwrap_or_default(),
                |_| "Ok(3)".to_owned(),
                message!(
                    |code| "The target returned 3; `join` returned `{code}`.",
                    "目标函数返回 3，`join` 返回的却是 `{code}`。"
                ),
            )
    }

    pub fn parent_goes_on() -> Oracle {
        Oracle::new()
            .equals(
                "`start` returns while the child still runs.",
                "子进程还在运行时，`start` 就已经返回。",
                |results| results.value("waited"),
                |_| Some(false),
                message!(
                    |_| "`start` waited for the child, which was waiting for its parent to go on.",
                    "`start` 在等子进程结束，而子进程在等父进程继续往下走。"
                ),
            )
            .equals_of_order(
                "The parent's next step comes before the end of the child.",
                "父进程的下一步发生在子进程结束之前。",
                |history| {
                    let mut names = history.events().iter().map(|event| event.name.clone());
                    names.find(|name| name == "parent" || name == "child")
                },
                |_| Some("parent".to_owned()),
                message!(
                    |_| "The child was done before the parent could go on.",
                    "父进程还没来得及继续，子进程就已经做完了。"
                ),
            )
    }

    pub fn starts_once() -> Oracle {
        Oracle::new()
            .equals(
                "A second `start` fails with `AlreadyStarted`, also after the end.",
                "第二次 `start` 以 `AlreadyStarted` 失败，进程结束之后也一样。",
                |results| ["second", "third"].map(|name| results.value(name).unwrap_or_default()),
                |_| ["Err(AlreadyStarted)"; 2].map(str::to_owned),
                message!(
                    |[second, third], _| "`start` returned `{second}` the second time, and \
                     `{third}` after the end.",
                    "第二次 `start` 返回 `{second}`，进程结束之后返回 `{third}`。"
                ),
            )
            .equals(
                "The target runs once.",
                "目标函数只运行一次。",
                |results| results.count("ran"),
                |_| 1,
                message!(
                    |count| "The target ran {count} times.",
                    "目标函数运行了 {count} 次。"
                ),
            )
    }

    pub fn join_reports() -> Oracle {
        Oracle::new()
            .equals(
                "`join` before `start` fails with `NotStarted`.",
                "在 `start` 之前 `join` 以 `NotStarted` 失败。",
                |results| results.value("early").unwrap_or_default(),
                |_| "Err(NotStarted)".to_owned(),
                message!(
                    |early| "`join` before `start` returned `{early}`.",
                    "在 `start` 之前 `join` 返回的是 `{early}`。"
                ),
            )
            .equals(
                "`join` returns the exit code, also when asked again.",
                "`join` 返回退出码，再次调用也一样。",
                |results| {
                    ["once", "twice", "zero"].map(|name| results.value(name).unwrap_or_default())
                },
                |_| ["Ok(200)", "Ok(200)", "Ok(0)"].map(str::to_owned),
                message!(
                    |[once, twice, zero], _| "One target returned 200, and `join` returned \
                     `{once}` and then `{twice}`; another one returned 0, and `join` `{zero}`.",
                    "一个目标函数返回 200，`join` 先后返回 `{once}` 和 `{twice}`；另一个返回 0，\
                     `join` 返回 `{zero}`。"
                ),
            )
            .equals(
                "After `join` no zombie is left.",
                "`join` 之后不留下僵尸进程。",
                |results| results.values_of("reaped"),
                |_| vec![true, true],
                message!(
                    |_| "A child is still there after `join`: nobody waited for it.",
                    "`join` 之后仍有子进程存在：没有线程等待并回收它。"
                ),
            )
    }
}
