//! The checks of exercise 22 that you see.

use kit::prelude::*;

kit::checks![
    waits_for_all_that_are_no_daemons,
    never_waits_for_a_daemon,
    waits_for_those_that_start_late,
    starts_nothing_afterwards,
    a_daemon_may_start_the_last_one,
    a_panic_is_an_end_too,
    each_shutdown_waits,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use daemon_thread::Threads;
    use std::{sync::mpsc, thread};

    /// Some functions wait for a word from this thread, which comes after they have been
    /// started, and then they run.
    pub fn waits_for_all_that_are_no_daemons(case: &Case) {
        let count: usize = case.get();
        let threads = Threads::new();
        let mut begin = Vec::new();
        for _ in 0..count {
            let (word, heard) = mpsc::channel::<()>();
            begin.push(word);
            let started = threads.spawn(move || {
                let _ = heard.recv();
                span("function", || ());
                mark("ended", ());
            });
            mark("started", started.is_ok());
        }
        drop(begin);
        threads.shutdown();
        mark("shut down", ());
    }

    /// A daemon says that it is there, and then does nothing for ever. Another thread is
    /// no daemon.
    pub fn never_waits_for_a_daemon(_: &Case) {
        let threads = Threads::new();
        let (here, is_here) = mpsc::channel();
        let started = threads.spawn_daemon(move || {
            // It fails only if the main thread has died.
            let _ = here.send(());
            park_forever()
        });
        mark("started", started.is_ok());
        mark("daemon runs", is_here.recv().is_ok());
        mark("started", threads.spawn(|| mark("ended", ())).is_ok());
        threads.shutdown();
        mark("shut down", ());
    }

    /// A thread starts a thread that starts a thread, so many in all.
    pub fn waits_for_those_that_start_late(case: &Case) {
        fn start(threads: &Threads, left: usize) {
            let again = threads.clone();
            let started = threads.spawn(move || {
                if left > 1 {
                    start(&again, left - 1);
                }
                mark("ended", ());
            });
            mark("started", started.is_ok());
        }
        let threads = Threads::new();
        start(&threads, case.get());
        threads.shutdown();
        mark("shut down", ());
    }

    /// Somebody wants to start threads after the end.
    pub fn starts_nothing_afterwards(_: &Case) {
        let threads = Threads::new();
        mark("before", threads.spawn(|| ()).is_ok());
        threads.shutdown();
        let (ran, has_run) = mpsc::channel();
        let daemon_ran = ran.clone();
        mark("after", threads.spawn(move || drop(ran.send(()))).is_ok());
        mark(
            "after",
            threads
                .spawn_daemon(move || drop(daemon_ran.send(())))
                .is_ok(),
        );
        // Nobody has a sender any more once the functions are dropped.
        mark("ran", has_run.iter().count());
        threads.shutdown();
        mark("after", threads.clone().spawn(|| ()).is_ok());
    }

    /// A daemon starts a thread while this one shuts down. As many others run as the case
    /// says.
    pub fn a_daemon_may_start_the_last_one(case: &Case) {
        let others: usize = case.get();
        let threads = Threads::new();
        let (done, all_done) = mpsc::channel::<()>();
        let again = threads.clone();
        let _ = threads.spawn_daemon(move || {
            let keep = done.clone();
            let started = again.spawn(move || {
                mark("ended", ());
                drop(keep);
            });
            mark("in time", started.is_ok());
            drop(done);
        });
        for _ in 0..others {
            let _ = threads.spawn(|| ());
        }
        threads.shutdown();
        mark("shut down", ());
        // Over when the daemon and the function that it started are done.
        let _ = all_done.recv();
    }

    /// One function panics, another does not.
    pub fn a_panic_is_an_end_too(_: &Case) {
        let threads = Threads::new();
        let panics = threads.spawn(|| panic!("this function panics on purpose"));
        mark("started", panics.is_ok());
        mark("started", threads.spawn(|| mark("ended", ())).is_ok());
        threads.shutdown();
        mark("shut down", ());
    }

    /// Two threads shut down while a function starts another one.
    pub fn each_shutdown_waits(case: &Case) {
        let late: bool = case.get();
        let threads = Threads::new();
        let again = threads.clone();
        let started = threads.spawn(move || {
            if late {
                mark("started", again.spawn(|| mark("ended", ())).is_ok());
            }
            mark("ended", ());
        });
        mark("started", started.is_ok());
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    threads.shutdown();
                    mark("shut down", ());
                });
            }
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// All functions have ended before `shutdown` returns, and so many there are.
    pub fn all_ended(oracle: Oracle, count: impl Fn(&Results<'_>) -> usize + 'static) -> Oracle {
        oracle
            .before(
                "When `shutdown` returns, every function that is to be waited for has ended.",
                "`shutdown` 返回时，每个应当等待的函数都已结束。",
                "ended",
                "shut down",
            )
            .always_results(
                "While a thread is left that is no daemon, the registry starts what it is asked \
                 to start.",
                "只要还有非守护线程，登记处就会启动要它启动的线程。",
                |results| match results.values_of("started").contains(&false) {
                    false => Ok(()),
                    true => Err(Text::new(
                        "`Err(ShutDown)` was returned.",
                        "返回了 `Err(ShutDown)`。",
                    )),
                },
            )
            .equals(
                "`shutdown` returns after every function has run, once each.",
                "`shutdown` 返回时，每个函数都运行过一次。",
                |results| results.count("ended"),
                count,
                message!(
                    |ended, expected| "Functions started: {expected}. Ended by then: {ended}.",
                    "启动的函数数：{expected}。到那时已结束的：{ended}。"
                ),
            )
    }

    pub fn waits_for_all_that_are_no_daemons() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![0, 1, 2]).completes(
            "`spawn` does not wait for the function, and `shutdown` returns when all functions \
             have ended.",
            "`spawn` 不等函数结束；所有函数都结束后 `shutdown` 返回。",
        );
        all_ended(oracle, |results| results.case()).sometimes(
            "Two functions can run at once.",
            "两个函数可以同时运行。",
            Text::new(
                "They never ran at once, under any schedule.",
                "在任何调度下，它们都没有同时运行。",
            ),
            |history| match history.spans("function")[..] {
                [ref a, ref b] => a.entered < b.left && b.entered < a.left,
                _ => history.case::<usize>() < 2,
            },
        )
    }

    pub fn never_waits_for_a_daemon() -> Oracle {
        let oracle = Oracle::new().completes(
            "A daemon runs, and `shutdown` does not wait for its end.",
            "守护线程会运行，而 `shutdown` 不等它结束。",
        );
        all_ended(oracle, |_| 1).always_results(
            "`spawn_daemon` runs the function.",
            "`spawn_daemon` 会运行函数。",
            |results| match results.value("daemon runs") {
                Some(false) => Err(Text::new(
                    "The function was dropped without having run.",
                    "函数没有运行就被丢弃了。",
                )),
                _ => Ok(()),
            },
        )
    }

    pub fn waits_for_those_that_start_late() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![2, 3]).completes(
            "Threads can start threads while `shutdown` waits, and then it waits for them too.",
            "`shutdown` 等待期间线程还可以启动线程，它也会等这些线程。",
        );
        all_ended(oracle, |results| results.case())
    }

    pub fn starts_nothing_afterwards() -> Oracle {
        Oracle::new()
            .completes(
                "`spawn`, `spawn_daemon` and `shutdown` return at once when the registry is shut \
                 down, and drop the function.",
                "登记处关闭之后，`spawn`、`spawn_daemon` 和 `shutdown` 都立刻返回，函数则被丢弃。",
            )
            .always_results(
                "Before `shutdown`, `spawn` returns `Ok`; after it, `Err(ShutDown)`, and so does \
                 `spawn_daemon`.",
                "`shutdown` 之前 `spawn` 返回 `Ok`；之后 `spawn` 和 `spawn_daemon` 都返回 \
                 `Err(ShutDown)`。",
                |results| {
                    if results.values_of("before").contains(&false) {
                        return Err(Text::new(
                            "`spawn` before `shutdown` returned `Err`.",
                            "`shutdown` 之前的 `spawn` 返回了 `Err`。",
                        ));
                    }
                    if results.values_of("after").contains(&true) {
                        return Err(Text::new(
                            "After `shutdown` it returned `Ok`.",
                            "`shutdown` 之后它返回了 `Ok`。",
                        ));
                    }
                    Ok(())
                },
            )
            .equals(
                "After `shutdown` no function is run.",
                "`shutdown` 之后不再运行任何函数。",
                |results| results.value::<usize>("ran").unwrap_or(0),
                |_| 0,
                message!(
                    |count| "Functions that ran: {count}.",
                    "运行了的函数数：{count}。"
                ),
            )
    }

    pub fn a_daemon_may_start_the_last_one() -> Oracle {
        Oracle::new()
            .cases(|_| vec![0])
            .completes(
                "`spawn` and `shutdown` return, in whatever order they come.",
                "无论谁先谁后，`spawn` 和 `shutdown` 都会返回。",
            )
            .before(
                "A function for which `spawn` returns `Ok` has ended when `shutdown` returns.",
                "凡是 `spawn` 返回 `Ok` 的函数，在 `shutdown` 返回时都已结束。",
                "ended",
                "shut down",
            )
            .always_results(
                "`spawn` returns `Ok` if the function runs, and `Err` if it does not.",
                "函数会运行则 `spawn` 返回 `Ok`，不运行则返回 `Err`。",
                |results| {
                    let (in_time, ended) = (results.value("in time"), results.count("ended"));
                    if in_time.is_none_or(|in_time: bool| usize::from(in_time) == ended) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!(
                            "`spawn` returned {}, and the function ran {ended} times.",
                            if ended == 0 { "`Ok`" } else { "`Err`" }
                        ),
                        format!(
                            "`spawn` 返回 {}，函数却运行了 {ended} 次。",
                            if ended == 0 { "`Ok`" } else { "`Err`" }
                        ),
                    ))
                },
            )
            .sometimes_results(
                "A daemon may start threads until `shutdown` returns.",
                "在 `shutdown` 返回之前，守护线程都可以启动线程。",
                Text::new(
                    "Whatever the order, `spawn` in a daemon returned `Err`.",
                    "无论什么次序，守护线程里的 `spawn` 都返回 `Err`。",
                ),
                |results| results.value("in time") == Some(true),
            )
    }

    pub fn a_panic_is_an_end_too() -> Oracle {
        let oracle = Oracle::new().completes(
            "A function that panics has ended, and its panic is taken.",
            "panic 的函数也算结束，而且 panic 会被接住。",
        );
        all_ended(oracle, |_| 1)
    }

    pub fn each_shutdown_waits() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![false]).completes(
            "Every `shutdown` returns when all functions have ended.",
            "所有函数都结束后，每个 `shutdown` 都会返回。",
        );
        all_ended(oracle, |results| 1 + usize::from(results.case::<bool>()))
    }
}
