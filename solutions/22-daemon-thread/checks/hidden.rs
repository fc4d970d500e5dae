// canary: 8c0235bd1a1e2a1657613445265566f5
//! The hidden checks of exercise 22.

use kit::prelude::*;

kit::checks![
    a_daemon_may_start_the_last_one,
    a_panic_is_an_end_too,
    each_shutdown_waits,
    shuts_down_asleep,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use daemon_thread::Threads;
    use std::{sync::mpsc, thread};

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

    /// A function never ends.
    pub fn shuts_down_asleep(_: &Case) {
        let threads = Threads::new();
        let _ = threads.spawn(|| {
            loop {
                thread::park();
            }
        });
        threads.shutdown();
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::all_ended;

    pub fn a_daemon_may_start_the_last_one() -> Oracle {
        Oracle::new()
            .cases(|_| vec![0, 1])
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
        let oracle = Oracle::new().cases(|_| vec![false, true]).completes(
            "Every `shutdown` returns when all functions have ended.",
            "所有函数都结束后，每个 `shutdown` 都会返回。",
        );
        all_ended(oracle, |results| 1 + usize::from(results.case::<bool>()))
    }

    pub fn shuts_down_asleep() -> Oracle {
        Oracle::new().comes_to_rest(
            "While a function runs `shutdown` sleeps. It does not look again and again.",
            "只要还有函数在运行，`shutdown` 就睡眠，而不是一遍又一遍地看。",
        )
    }
}
