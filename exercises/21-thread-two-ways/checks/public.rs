//! The checks of exercise 21 that you see.

use kit::prelude::*;

kit::checks![
    runs_in_a_thread_both_ways,
    starts_once_and_joins_once,
    the_starter_goes_on,
    a_panic_becomes_an_error,
    starts_all_then_joins_all,
    threads_share_memory,
    a_dropped_thread_is_waited_for,
    tells_every_message,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use std::{fmt::Debug, sync::mpsc, thread};
    use thread_two_ways::{Run, Tally, Thread, ThreadError, run_all};

    /// A result as the oracle compares it: `Ok(4)`, `Err(NotStarted)`.
    pub fn shown<T: Debug>(result: Result<T, ThreadError>) -> String {
        format!("{result:?}")
    }

    /// A thread-local value is dropped when all else of its thread is over.
    pub struct Last;

    impl Drop for Last {
        fn drop(&mut self) {
            mark("ended", ());
        }
    }

    thread_local! {
        pub static LAST: Last = const { Last };
    }

    /// A worker of the second way: says that it runs, and returns twice its number. It
    /// panics instead if it is told so.
    pub struct Worker {
        pub number: u32,
        pub panics: bool,
    }

    impl Run for Worker {
        type Output = u32;

        fn run(self) -> u32 {
            span("run", || ());
            mark("runs", "run");
            LAST.with(|_| ());
            assert!(!self.panics, "worker {} panics on purpose", self.number);
            2 * self.number
        }
    }

    /// One thread of each way, started and joined.
    pub fn runs_in_a_thread_both_ways(_: &Case) {
        let target = |(left, right): (u32, u32)| {
            mark("runs", "target");
            LAST.with(|_| ());
            left + right
        };
        let mut first = Thread::new(target, (3, 4));
        let mut second = Thread::from_run(Worker {
            number: 21,
            panics: false,
        });
        mark("start", shown(first.start()));
        mark("start", shown(second.start()));
        mark("target", shown(first.join()));
        mark("run", shown(second.join()));
        mark("joined", ());
    }

    /// One thread, and everything that can be asked of it, at each stage.
    pub fn starts_once_and_joins_once(_: &Case) {
        let (word, heard) = mpsc::channel::<()>();
        let mut thread = Thread::new(
            |heard: mpsc::Receiver<()>| {
                let _ = heard.recv();
                mark("runs", ());
                7
            },
            heard,
        );
        mark("join before start", shown(thread.join()));
        mark("is_alive before start", thread.is_alive().to_string());
        mark("start", shown(thread.start()));
        mark("second start", shown(thread.start()));
        mark("is_alive while it runs", thread.is_alive().to_string());
        let _ = word.send(());
        mark("join", shown(thread.join()));
        mark("is_alive after join", thread.is_alive().to_string());
        mark("second join", shown(thread.join()));
        mark("start after join", shown(thread.start()));
    }

    /// Two threads wait for a word from whoever started them, and run.
    pub fn the_starter_goes_on(_: &Case) {
        let mut words = Vec::new();
        let mut threads = Vec::new();
        for _ in 0..2 {
            let (word, heard) = mpsc::channel::<()>();
            let target = |heard: mpsc::Receiver<()>| {
                let _ = heard.recv();
                span("function", || ());
            };
            let mut thread = Thread::new(target, heard);
            let _ = thread.start();
            words.push(word);
            threads.push(thread);
        }
        drop(words);
        for thread in &mut threads {
            mark("join", shown(thread.join()));
        }
    }

    /// One thread panics, another one does not.
    pub fn a_panic_becomes_an_error(_: &Case) {
        let mut bad = Thread::new(|()| -> u32 { panic!("something is wrong") }, ());
        let mut good = Thread::new(|n| n + 1, 4);
        let _ = bad.start();
        let _ = good.start();
        mark("join of the one that panics", shown(bad.join()));
        mark("join of the other one", shown(good.join()));
        mark("second join", shown(bad.join()));
        mark("is_alive", bad.is_alive().to_string());
    }

    /// Some workers run; those that the case says panic.
    pub fn starts_all_then_joins_all(case: &Case) {
        let panics: Vec<bool> = case.get();
        let worker = |(number, panics)| Worker { number, panics };
        let workers: Vec<Worker> = (1..).zip(panics).map(worker).collect();
        let results: Vec<String> = run_all(workers).into_iter().map(shown).collect();
        mark("joined", ());
        mark("results", results);
    }

    /// Two threads add to clones of a tally.
    pub fn threads_share_memory(_: &Case) {
        let tally = Tally::new();
        let adders: Vec<_> = [3, 4]
            .into_iter()
            .map(|n| {
                let tally = tally.clone();
                thread::spawn(move || tally.add(n))
            })
            .collect();
        for adder in adders {
            let _ = adder.join();
        }
        tally.add(5);
        mark("total", tally.total());
        mark("total of a clone", tally.clone().total());
    }

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
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// Each of these marks shows the result that stands beside it.
    pub fn answers(oracle: Oracle, all: &[(&'static str, &'static str, &'static str)]) -> Oracle {
        oracle.named_values(
            all.iter().copied(),
            message!(
                |name, zh, expected| "This is `{expected}`: {name}.",
                "{zh}：应当是 `{expected}`。"
            ),
            message!(|said| "It was `{said}`.", "实际是 `{said}`。"),
        )
    }

    /// What the threads did is over, and visible, once they are joined.
    fn ended_before_joined(oracle: Oracle) -> Oracle {
        oracle.before(
            "Whoever has joined a thread sees all that it did, its thread-local values that are \
             dropped last included.",
            "`join` 之后能看到线程做过的一切，包括最后丢弃线程局部变量。",
            "ended",
            "joined",
        )
    }

    const NO_THREAD_IS_LEFT: (&str, &str) = (
        "A thread that was joined has ended, and so has every thread of `run_all`.",
        "`join` 过的线程已经结束，`run_all` 的每个线程也一样。",
    );

    pub fn runs_in_a_thread_both_ways() -> Oracle {
        let oracle = Oracle::new()
            .completes("Both threads come to their end.", "两个线程都能结束。")
            .no_leaked_threads(NO_THREAD_IS_LEFT.0, NO_THREAD_IS_LEFT.1)
            .always(
                "The function, or `run`, runs once, in a thread of its own.",
                "函数（或 `run`）在单独的线程里运行一次。",
                |history| {
                    let runs = history.marks("runs");
                    let threads: Vec<usize> = runs.map(|event| event.thread).collect();
                    match threads[..] {
                        [a, b] if a != 0 && b != 0 && a != b => Ok(()),
                        _ => Err(Text::new(
                            format!(
                                "They ran in these threads, where 0 is the main thread: {threads:?}."
                            ),
                            format!("它们在这些线程里运行，0 是主线程：{threads:?}。"),
                        )),
                    }
                },
            );
        let oracle = answers(
            oracle,
            &[
                ("start", "`start` 的结果", "Ok(())"),
                ("target", "target 为目标函数的线程，`join` 的结果", "Ok(7)"),
                ("run", "自定义类型的线程，`join` 的结果", "Ok(42)"),
            ],
        );
        ended_before_joined(oracle)
    }

    pub fn starts_once_and_joins_once() -> Oracle {
        let oracle = Oracle::new()
            .completes(
                "Every call returns: `join` before `start` does not wait, and `start` never does.",
                "每次调用都会返回：`start` 之前的 `join` 不等待，`start` 从不等待。",
            )
            .no_leaked_threads(NO_THREAD_IS_LEFT.0, NO_THREAD_IS_LEFT.1)
            .equals(
                "The function runs once.",
                "函数运行一次。",
                |results| results.count("runs"),
                |_| 1,
                message!(|count| "It ran {count} times.", "它运行了 {count} 次。"),
            );
        answers(
            oracle,
            &[
                (
                    "join before start",
                    "`start` 之前的 `join`",
                    "Err(NotStarted)",
                ),
                (
                    "is_alive before start",
                    "`start` 之前的 `is_alive`",
                    "false",
                ),
                ("start", "第一次 `start`", "Ok(())"),
                ("second start", "第二次 `start`", "Err(AlreadyStarted)"),
                ("is_alive while it runs", "运行期间的 `is_alive`", "true"),
                ("join", "第一次 `join`", "Ok(7)"),
                ("is_alive after join", "`join` 之后的 `is_alive`", "false"),
                ("second join", "第二次 `join`", "Err(AlreadyJoined)"),
                (
                    "start after join",
                    "`join` 之后的 `start`",
                    "Err(AlreadyStarted)",
                ),
            ],
        )
    }

    pub fn the_starter_goes_on() -> Oracle {
        let oracle = Oracle::new()
            .completes(
                "`start` returns while the function still waits for a word from the starter.",
                "函数还在等启动方的消息时，`start` 就已返回。",
            )
            .may_overlap(
                "Two threads can run at the same time.",
                "两个线程可以同时运行。",
                "function",
            );
        answers(oracle, &[("join", "`join` 的结果", "Ok(())")])
    }

    pub fn a_panic_becomes_an_error() -> Oracle {
        let oracle = Oracle::new()
            .completes(
                "The panic ends its own thread and nobody else.",
                "panic 只结束它自己的线程，不影响别人。",
            )
            .no_leaked_threads(NO_THREAD_IS_LEFT.0, NO_THREAD_IS_LEFT.1);
        answers(
            oracle,
            &[
                (
                    "join of the one that panics",
                    "panic 的线程，`join` 的结果",
                    "Err(Panicked(\"something is wrong\"))",
                ),
                (
                    "join of the other one",
                    "另一个线程，`join` 的结果",
                    "Ok(5)",
                ),
                (
                    "second join",
                    "panic 的线程，第二次 `join` 的结果",
                    "Err(AlreadyJoined)",
                ),
                (
                    "is_alive",
                    "panic 的线程，`join` 之后的 `is_alive`",
                    "false",
                ),
            ],
        )
    }

    pub fn starts_all_then_joins_all() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![vec![false, false], vec![true, false]])
            .completes(
                "`run_all` returns when all threads have ended.",
                "所有线程都结束后 `run_all` 返回。",
            )
            .no_leaked_threads(NO_THREAD_IS_LEFT.0, NO_THREAD_IS_LEFT.1)
            .equals(
                "The results are those of all, in the order of the list.",
                "返回全部结果，按列表的次序排列。",
                |results| results.value::<Vec<String>>("results").unwrap_or_default(),
                |results| {
                    let panics: Vec<bool> = results.case();
                    (1..)
                        .zip(panics)
                        .map(|(number, panics)| {
                            if panics {
                                format!("Err(Panicked(\"worker {number} panics on purpose\"))")
                            } else {
                                format!("Ok({})", 2 * number)
                            }
                        })
                        .collect()
                },
                |got, expected| {
                    Text::new(
                        format!(
                            "It returned {}, not {}.",
                            got.join(", "),
                            expected.join(", ")
                        ),
                        format!(
                            "返回的是 {}，而不是 {}。",
                            got.join("、"),
                            expected.join("、")
                        ),
                    )
                },
            )
            .may_overlap(
                "Two of them can run at the same time.",
                "其中两个可以同时运行。",
                "run",
            );
        ended_before_joined(oracle)
    }

    pub fn threads_share_memory() -> Oracle {
        Oracle::new()
            .completes("Every addition comes to its end.", "每次加法都能结束。")
            .always_results(
                "The tally and all its clones are one total, and no addition is lost.",
                "`Tally` 与它的所有克隆是同一个总数，一次加法都不丢。",
                |results| {
                    for name in ["total", "total of a clone"] {
                        match results.value::<i64>(name) {
                            None | Some(12) => {}
                            Some(total) => {
                                return Err(Text::new(
                                    format!("3, 4 and 5 were added, and the total is {total}."),
                                    format!("加了 3、4 和 5，总数却是 {total}。"),
                                ));
                            }
                        }
                    }
                    Ok(())
                },
            )
    }

    pub fn a_dropped_thread_is_waited_for() -> Oracle {
        Oracle::new()
            .cases(|_| vec!["runs", "not started"])
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
            .equals(
                "The function runs if the thread was started, and never else.",
                "启动过函数才运行，否则永远不运行。",
                |results| results.count("runs"),
                |results| usize::from(results.case::<String>() != "not started"),
                message!(
                    |count, expected| "It ran {count} times, and should have run {expected} times.",
                    "它运行了 {count} 次，应当运行 {expected} 次。"
                ),
            )
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
}
