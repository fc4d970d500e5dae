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
mod scenarios {
    use super::*;
    use os::check::{Gate, no_child_is_left};
    use process_two_ways::{Process, ProcessError};

    /// A target with arguments.
    pub fn runs_in_another_process(_: &Case) {
        mark("parent", ());
        let target = |(name, number): (&str, i32)| {
            mark("ran", (name, number));
            3
        };
        let mut process = Process::new(target, ("egon", 18));
        mark("pid before", process.pid().is_some());
        mark("started", process.start().is_ok());
        let pid = process.pid();
        mark(
            "pid after",
            pid.is_some_and(|pid| pid != std::process::id()),
        );
        mark("code", process.join().ok());
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
        mark("started", process.start().is_ok());
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
        let refused = process.start() == Err(ProcessError::AlreadyStarted);
        mark("second", refused);
        mark("code", process.join().ok());
        let refused = process.start() == Err(ProcessError::AlreadyStarted);
        mark("third", refused);
    }

    pub fn join_reports(_: &Case) {
        let mut process = Process::new(|code: i32| code, 200);
        mark("early", process.join() == Err(ProcessError::NotStarted));
        mark("started", process.start().is_ok());
        mark("once", process.join().ok());
        mark("twice", process.join().ok());
        mark("reaped", no_child_is_left());
        let mut zero = Process::new(|code: i32| code, 0);
        mark("started", zero.start().is_ok());
        mark("zero", zero.join().ok());
        mark("reaped", no_child_is_left());
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// An `Ok` if `holds`, else what happened.
    fn or(holds: bool, en: &str, zh: &str) -> Result<(), Text> {
        if holds {
            Ok(())
        } else {
            Err(Text::new(en, zh))
        }
    }

    pub fn runs_in_another_process() -> Oracle {
        Oracle::new()
            .always(
                "The target runs with its arguments, once.",
                "目标函数带着它的参数运行一次。",
                |history| {
                    let ran: Vec<(String, i32)> = history.values("ran");
                    or(
                        ran == [("egon".to_owned(), 18)],
                        "The target did not run exactly once with the arguments given to `new`.",
                        "目标函数没有恰好一次、带着传给 `new` 的参数运行。",
                    )
                },
            )
            .always(
                "The target runs in another process than its parent.",
                "目标函数在另一个进程里运行，而不是在父进程里。",
                |history| {
                    or(
                        history.marks("ran").all(|event| event.thread != 0),
                        "The target ran in the process that called `start`.",
                        "目标函数是在调用 `start` 的那个进程里运行的。",
                    )
                },
            )
            .always(
                "`pid` is `None` before `start`, and the child's id after it.",
                "`start` 之前 `pid` 是 `None`，之后是子进程的编号。",
                |history| {
                    or(
                        history.value("pid before") == Some(false)
                            && history.value("pid after") == Some(true),
                        "`pid` was something else.",
                        "`pid` 的值不对。",
                    )
                },
            )
            .always(
                "`join` returns the exit code, which is what the target returned.",
                "`join` 返回退出码，也就是目标函数的返回值。",
                |history| {
                    or(
                        history.value("code") == Some(Some(3)),
                        "The target returned 3; `join` returned something else.",
                        "目标函数返回 3，`join` 返回的却不是。",
                    )
                },
            )
    }

    pub fn parent_goes_on() -> Oracle {
        Oracle::new()
            .always(
                "`start` returns while the child still runs.",
                "子进程还在运行时，`start` 就已经返回。",
                |history| {
                    or(
                        history.value("waited") == Some(false),
                        "`start` waited for the child, which was waiting for its parent to go on.",
                        "`start` 在等子进程结束，而子进程在等父进程继续往下走。",
                    )
                },
            )
            .always(
                "The parent's next step comes before the end of the child.",
                "父进程的下一步发生在子进程结束之前。",
                |history| {
                    let of = |name| {
                        let named = |event: &&_| name_of(event) == name;
                        history
                            .events()
                            .iter()
                            .take_while(|event| !named(event))
                            .count()
                    };
                    or(
                        of("parent") < of("child"),
                        "The child was done before the parent could go on.",
                        "父进程还没来得及继续，子进程就已经做完了。",
                    )
                },
            )
    }

    fn name_of<'a>(event: &&'a kit::history::Event) -> &'a str {
        &event.name
    }

    pub fn starts_once() -> Oracle {
        Oracle::new()
            .always(
                "A second `start` fails with `AlreadyStarted`, also after the end.",
                "第二次 `start` 以 `AlreadyStarted` 失败，进程结束之后也一样。",
                |history| {
                    or(
                        history.value("second") == Some(true)
                            && history.value("third") == Some(true),
                        "A second `start` did not fail with `AlreadyStarted`.",
                        "第二次 `start` 没有以 `AlreadyStarted` 失败。",
                    )
                },
            )
            .always(
                "The target runs once.",
                "目标函数只运行一次。",
                |history| {
                    let count = history.marks("ran").count();
                    if count == 1 {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("The target ran {count} times."),
                        format!("目标函数运行了 {count} 次。"),
                    ))
                },
            )
    }

    pub fn join_reports() -> Oracle {
        Oracle::new()
            .always(
                "`join` before `start` fails with `NotStarted`.",
                "在 `start` 之前 `join` 以 `NotStarted` 失败。",
                |history| {
                    let text = (
                        "`join` before `start` did something else.",
                        "在 `start` 之前 `join` 得到了别的结果。",
                    );
                    has(history, "early", &true, text)
                },
            )
            .always(
                "`join` returns the exit code, also when asked again.",
                "`join` 返回退出码，再次调用也一样。",
                |history| {
                    let text = (
                        "`join` returned something else than the target's result.",
                        "`join` 返回的不是目标函数的返回值。",
                    );
                    has(history, "once", &Some(200), text)?;
                    has(history, "twice", &Some(200), text)?;
                    has(history, "zero", &Some(0), text)
                },
            )
            .always(
                "After `join` no zombie is left.",
                "`join` 之后不留下僵尸进程。",
                |history| {
                    if history.values::<bool>("reaped") == [true, true] {
                        Ok(())
                    } else {
                        Err(Text::new(
                            "A child is still there after `join`: nobody waited for it.",
                            "`join` 之后仍有子进程存在：没有线程等待并回收它。",
                        ))
                    }
                },
            )
    }

    /// The only mark called `name` has this value; else says so.
    pub fn has<T: kit::serde::de::DeserializeOwned + PartialEq>(
        history: &History,
        name: &str,
        value: &T,
        text: (&str, &str),
    ) -> Result<(), Text> {
        if history.value::<T>(name).as_ref() == Some(value) {
            Ok(())
        } else {
            Err(Text::new(text.0, text.1))
        }
    }
}
