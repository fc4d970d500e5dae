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
    use kit::system::children;
    use process_two_ways::{Process, ProcessError};
    use std::{fmt::Debug, thread, time::Duration};

    /// A result as the oracle compares it: `Ok(3)`, `Err(NotStarted)`.
    pub fn shown(result: Result<impl Debug, ProcessError>) -> String {
        format!("{result:?}")
    }

    /// A target with arguments.
    pub fn runs_in_another_process(_: &Case) {
        let target = |(name, number): (&str, i32)| {
            mark("ran", (name, number));
            mark("ran as", std::process::id());
            3
        };
        let mut process = Process::new(target, ("egon", 18));
        mark("parent is", std::process::id());
        mark("pid before", process.pid());
        process.start().expect("it was not started yet");
        mark("pid", process.pid());
        mark("code", shown(process.join()));
        mark("pid", process.pid());
    }

    /// Parent and child go on side by side.
    pub fn parent_goes_on(_: &Case) {
        let target = |()| {
            mark("child", ());
            0
        };
        let mut process = Process::new(target, ());
        process.start().expect("it was not started yet");
        mark("parent", ());
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
        mark("code", shown(process.join()));
        mark("third", shown(process.start()));
    }

    pub fn join_reports(_: &Case) {
        let mut process = Process::new(|code: i32| code, 200);
        mark("early", shown(process.join()));
        process.start().expect("it was not started yet");
        mark("once", shown(process.join()));
        mark("twice", shown(process.join()));
        mark("left", children());
        // It takes its time.
        let slow = |code: i32| {
            thread::sleep(Duration::from_hours(1));
            code
        };
        let mut zero = Process::new(slow, 0);
        zero.start().expect("it was not started yet");
        mark("zero", shown(zero.join()));
        mark("left", children());
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
            .equals(
                "The target runs in another process than its parent.",
                "目标函数在另一个进程里运行，而不是在父进程里。",
                |results| {
                    let parent = results.value::<u32>("parent is");
                    let mut ran = results.values_of::<u32>("ran as").into_iter();
                    ran.all(|pid| Some(pid) != parent)
                },
                |_| true,
                message!(
                    |_| "The target ran in the process that called `start`.",
                    "目标函数是在调用 `start` 的那个进程里运行的。"
                ),
            )
            .equals(
                "`pid` is `None` before `start`.",
                "`start` 之前 `pid` 是 `None`。",
                |results| results.value::<Option<u32>>("pid before"),
                |_| Some(None),
                message!(
                    |_| "There was a pid before `start`.",
                    "`start` 之前就有编号。"
                ),
            )
            .equals(
                "From `start` on, `pid` is the id of the process in which the target runs.",
                "从 `start` 起，`pid` 是目标函数所在进程的编号。",
                |results| results.values_of::<Option<u32>>("pid"),
                |results| vec![results.value::<u32>("ran as"); 2],
                message!(
                    |pids, ran| "`pid` was {pids:?} after `start` and after `join`. The target ran \
                     in the process {ran:?}.",
                    "`start` 之后和 `join` 之后，`pid` 先后是 {pids:?}。目标函数所在的进程是 {ran:?}。"
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

    /// Which of two events came first.
    fn first(history: &History, names: [&str; 2]) -> Option<String> {
        let mut all = history.events().iter().map(|event| event.name.clone());
        all.find(|name| names.contains(&&**name))
    }

    pub fn parent_goes_on() -> Oracle {
        Oracle::new()
            .sometimes(
                "`start` returns while the child still runs.",
                "子进程还在运行时，`start` 就已经返回。",
                Text::new(
                    "The child had always ended its work before `start` returned.",
                    "总是子进程做完了，`start` 才返回。",
                ),
                |history| first(history, ["parent", "child"]).as_deref() == Some("parent"),
            )
            .sometimes(
                "The child runs while the parent goes on.",
                "父进程继续往下走时，子进程也在运行。",
                Text::new(
                    "The child never did its work before the parent's next step.",
                    "子进程从未先于父进程的下一步做完。",
                ),
                |history| first(history, ["parent", "child"]).as_deref() == Some("child"),
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
                "The child of the first `start` can still be joined.",
                "第一次 `start` 的子进程仍然可以 `join`。",
                |results| results.value("code").unwrap_or_default(),
                |_| "Ok(0)".to_owned(),
                message!(
                    |code| "After a second `start`, `join` returned `{code}`.",
                    "第二次 `start` 之后，`join` 返回的是 `{code}`。"
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
                     `{once}` and then `{twice}`; another one returned 0 after an hour, and `join` \
                     `{zero}`.",
                    "一个目标函数返回 200，`join` 先后返回 `{once}` 和 `{twice}`；另一个一小时后返回 0，\
                     `join` 返回 `{zero}`。"
                ),
            )
            .equals(
                "After `join` no zombie is left.",
                "`join` 之后不留下僵尸进程。",
                |results| results.values_of::<usize>("left"),
                |_| vec![0, 0],
                message!(
                    |_| "A child is still there after `join`: nobody waited for it.",
                    "`join` 之后仍有子进程存在：没有线程等待并回收它。"
                ),
            )
    }
}
