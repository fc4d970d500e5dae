// canary: 99ac5668c537d57a275021de3b136521
//! The hidden checks of exercise 21.

use kit::prelude::*;

kit::checks![
    a_dropped_thread_is_waited_for,
    all_end_though_some_panic,
    tells_every_message,
    joins_asleep,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{LAST, Worker, shown};
    use std::thread;
    use thread_two_ways::Thread;

    /// Threads are dropped: one that runs, one that panics, and one that was not started.
    pub fn a_dropped_thread_is_waited_for(case: &Case) {
        let what: String = case.get();
        let panics = what == "panics";
        let mut thread = Thread::new(
            move |()| {
                mark("runs", ());
                LAST.with(|_| ());
                assert!(!panics, "nobody will hear of this panic");
            },
            (),
        );
        if what != "not started" {
            mark("start", shown(thread.start()));
        }
        drop(thread);
        mark("joined", ());
    }

    /// Workers of which some panic.
    pub fn all_end_though_some_panic(case: &Case) {
        crate::public::scenarios::starts_all_then_joins_all(case);
    }

    /// Panics whose message is put together when they happen.
    pub fn tells_every_message(case: &Case) {
        let number: u32 = case.get();
        let mut first = Thread::new(|n: u32| -> u32 { panic!("{n} is too much") }, number);
        let mut second = Thread::from_run(Worker {
            number,
            panics: true,
        });
        let _ = first.start();
        mark("target", shown(first.join()));
        let _ = second.start();
        mark("run", shown(second.join()));
    }

    /// A function never ends, and somebody joins.
    pub fn joins_asleep(case: &Case) {
        let dropped: bool = case.get();
        let mut thread = Thread::new(
            |()| {
                loop {
                    thread::park();
                }
            },
            (),
        );
        let _: Result<(), _> = thread.start();
        if dropped {
            drop(thread);
        } else {
            let _: Result<(), _> = thread.join();
        }
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn a_dropped_thread_is_waited_for() -> Oracle {
        Oracle::new()
            .cases(|_| vec!["runs", "panics", "not started"])
            .completes(
                "A `Thread` can be dropped at any stage.",
                "`Thread` 在任何阶段都可以被丢弃。",
            )
            .no_leaked_threads(
                "A thread that was started has ended when its `Thread` has been dropped.",
                "`Thread` 被丢弃之后，启动过的线程已经结束。",
            )
            .before(
                "Whoever drops a `Thread` that was started waits for its end.",
                "丢弃已启动的 `Thread` 时要等它结束。",
                "ended",
                "joined",
            )
            .always_results(
                "The function runs if the thread was started, and never else.",
                "启动过函数才运行，否则永远不运行。",
                |results| {
                    let expected = usize::from(results.case::<String>() != "not started");
                    let count = results.count("runs");
                    if count == expected {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("It ran {count} times, and should have run {expected} times."),
                        format!("它运行了 {count} 次，应当运行 {expected} 次。"),
                    ))
                },
            )
    }

    pub fn all_end_though_some_panic() -> Oracle {
        crate::public::oracles::starts_all_then_joins_all().cases(|_| {
            vec![
                vec![true, false],
                vec![false, true],
                vec![true, false, true],
            ]
        })
    }

    pub fn tells_every_message() -> Oracle {
        Oracle::new()
            .cases(|seed| vec![seed % 1000 + 3, 12_345])
            .completes(
                "The panic ends its own thread and nobody else.",
                "panic 只结束它自己的线程，不影响别人。",
            )
            .always_results(
                "`join` returns the message of the panic, whole.",
                "`join` 返回 panic 的完整消息。",
                |results| {
                    let number: u32 = results.case();
                    let expected = [
                        ("target", format!("{number} is too much")),
                        ("run", format!("worker {number} panics on purpose")),
                    ];
                    for (name, message) in expected {
                        let expected = format!("Err(Panicked({message:?}))");
                        let got: Option<String> = results.value(name);
                        if got.as_ref().is_some_and(|got| *got != expected) {
                            let got = got.unwrap_or_default();
                            return Err(Text::new(
                                format!("It returned `{got}`, not `{expected}`."),
                                format!("返回的是 `{got}`，而不是 `{expected}`。"),
                            ));
                        }
                    }
                    Ok(())
                },
            )
    }

    pub fn joins_asleep() -> Oracle {
        Oracle::new().cases(|_| vec![false, true]).comes_to_rest(
            "While a function runs, whoever joins its thread sleeps. He does not look again and \
             again.",
            "只要函数还在运行，`join` 的一方就睡眠，而不是一遍又一遍地看。",
        )
    }
}
