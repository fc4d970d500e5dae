//! The checks of exercise 31 that you see.

use kit::prelude::*;

kit::checks![
    lets_everybody_go,
    tells_the_truth,
    a_short_signal_is_enough,
    sleeps_until_it_is_set,
    one_road_has_green,
    gives_up_when_its_time_is_over,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use event::{Crossing, Event, Road};
    use std::{sync::mpsc, thread, time::Duration};

    const SOON: Duration = Duration::from_millis(10);
    /// So long that it is never over.
    const AGES: Duration = Duration::from_hours(600 * 365 * 24);

    /// Some threads wait, and then the event is set.
    pub fn lets_everybody_go(case: &Case) {
        let threads: usize = case.get();
        let event = Event::new();
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    event.wait();
                    mark("goes on", ());
                });
            }
            mark("about to set", ());
            event.set();
        });
    }

    /// One thread asks, at first alone, then while another waits.
    pub fn tells_the_truth(_: &Case) {
        let event = Event::new();
        mark("is_set of a new event", event.is_set());
        mark("wait_timeout of a new event", event.wait_timeout(SOON));
        event.set();
        mark("is_set after set", event.is_set());
        mark("wait_timeout after set", event.wait_timeout(SOON));
        event.wait();
        mark("is_set after wait", event.is_set());
        event.clear();
        mark("is_set after clear", event.is_set());
        mark("wait_timeout after clear", event.wait_timeout(SOON));
        mark("waiting when nobody does", event.waiting());
        thread::scope(|scope| {
            scope.spawn(|| event.wait());
            while event.waiting() == 0 {
                thread::yield_now();
            }
            mark("is_set while T1 waits", event.is_set());
            mark("wait_timeout while T1 waits", event.wait_timeout(SOON));
            event.clear();
            mark("waiting while T1 waits", event.waiting());
            event.set();
        });
        mark("waiting after T1 has ended", event.waiting());
    }

    /// Some threads wait, perhaps with a time limit of centuries. The event is set and cleared at once.
    pub fn a_short_signal_is_enough(case: &Case) {
        let (threads, limited): (usize, bool) = case.get();
        let event = Event::new();
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    if limited {
                        mark("heard", event.wait_timeout(AGES));
                    } else {
                        event.wait();
                    }
                });
            }
            while event.waiting() < threads {
                thread::yield_now();
            }
            event.set();
            event.clear();
        });
        mark("is_set", event.is_set());
    }

    /// A thread waits for what never comes.
    pub fn sleeps_until_it_is_set(_: &Case) {
        let event = Event::new();
        thread::scope(|scope| {
            scope.spawn(|| event.wait());
            park_forever()
        });
    }

    /// One car comes from the side road and goes back on the main road; another one
    /// takes the main road. The lights change, and when the first car is through they
    /// change back.
    pub fn one_road_has_green(_: &Case) {
        let crossing = Crossing::new();
        let (through, is_through) = mpsc::channel();
        thread::scope(|scope| {
            let crossing = &crossing;
            scope.spawn(move || {
                call("pass", "side", || crossing.pass(Road::Side));
                // It fails only if the other thread has died.
                let _ = through.send(());
                call("pass", "main", || crossing.pass(Road::Main));
            });
            scope.spawn(|| call("pass", "main", || crossing.pass(Road::Main)));
            call("switch", (), || crossing.switch());
            let _ = is_through.recv();
            call("switch", (), || crossing.switch());
        });
    }

    /// Two threads wait for a while, and the event is set meanwhile, or never.
    pub fn gives_up_when_its_time_is_over(case: &Case) {
        let (is_set, timeout): (bool, Duration) = case.get();
        let event = Event::new();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| call("wait_timeout", (), || event.wait_timeout(timeout)));
            }
            if is_set {
                event.set();
            }
        });
        mark("waiting", event.waiting());
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;
    use std::time::Duration;

    pub fn lets_everybody_go() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1, 2])
            .completes(
                "The event is set, so every thread that waits for it goes on, whenever it came.",
                "事件已设置，所以等它的线程都会继续，不论是什么时候来的。",
            )
            .before(
                "`wait` returns only after `set`, and what came before `set` is visible then.",
                "只有在 `set` 之后 `wait` 才返回，而且此时能看到 `set` 之前的事。",
                "about to set",
                "goes on",
            )
    }

    pub fn tells_the_truth() -> Oracle {
        let oracle = Oracle::new().completes(
            "`wait_timeout` comes to its end, `waiting` counts a thread that waits, and `wait` \
             returns when the event is set.",
            "`wait_timeout` 一定会结束，`waiting` 会计入等待的线程，事件已设置时 `wait` 会返回。",
        );
        oracle.named_values(
            [
                ("is_set of a new event", "新建事件的 `is_set`", json!(false)),
                (
                    "wait_timeout of a new event",
                    "新建事件的 `wait_timeout`",
                    json!(false),
                ),
                ("is_set after set", "`set` 之后的 `is_set`", json!(true)),
                (
                    "wait_timeout after set",
                    "`set` 之后的 `wait_timeout`",
                    json!(true),
                ),
                ("is_set after wait", "`wait` 之后的 `is_set`", json!(true)),
                (
                    "is_set after clear",
                    "`clear` 之后的 `is_set`",
                    json!(false),
                ),
                (
                    "wait_timeout after clear",
                    "`clear` 之后的 `wait_timeout`",
                    json!(false),
                ),
                (
                    "waiting when nobody does",
                    "没有线程等待时的 `waiting`",
                    json!(0),
                ),
                (
                    "is_set while T1 waits",
                    "T1 等待期间的 `is_set`",
                    json!(false),
                ),
                (
                    "wait_timeout while T1 waits",
                    "T1 等待期间的 `wait_timeout`",
                    json!(false),
                ),
                (
                    "waiting while T1 waits",
                    "T1 等待期间的 `waiting`",
                    json!(1),
                ),
                (
                    "waiting after T1 has ended",
                    "T1 结束之后的 `waiting`",
                    json!(0),
                ),
            ],
            message!(
                |name, zh, expected| "This returns `{expected}`: {name}.",
                "{zh}返回 `{expected}`。"
            ),
            message!(|said| "It returned `{said}`.", "实际返回的是 `{said}`。"),
        )
    }

    pub fn a_short_signal_is_enough() -> Oracle {
        Oracle::new()
            .cases(|_| vec![(1, false), (2, false), (1, true)])
            .completes(
                "`waiting` counted every thread before `set`, so all of them go on, though \
                 `clear` follows at once.",
                "`set` 之前 `waiting` 已计入每个线程，所以即使紧接着就是 `clear`，它们也都会继续。",
            )
            .equals(
                "`wait_timeout` says that the event was set, though it is cleared again.",
                "事件虽已清除，`wait_timeout` 仍如实返回它被设置过。",
                |results| results.value("heard").unwrap_or(true),
                |_| true,
                message!(
                    |heard| "It returned `{heard}`, long before its time was over.",
                    "时间远远没到，它就返回了 `{heard}`。"
                ),
            )
            .equals(
                "After `clear` the event is not set.",
                "`clear` 之后事件未设置。",
                |results| results.value("is_set").unwrap_or(false),
                |_| false,
                message!(
                    |is_set| "`is_set` returned `{is_set}` after `clear`.",
                    "`clear` 之后 `is_set` 返回了 `{is_set}`。"
                ),
            )
    }

    pub fn sleeps_until_it_is_set() -> Oracle {
        Oracle::new().comes_to_rest(
            "A thread that waits sleeps until the event is set. It does not look again and again.",
            "等待的线程一直睡到事件被设置，而不是一遍又一遍地看。",
        )
    }

    /// The lights as they change one after the other.
    struct Lights;

    impl Spec for Lights {
        /// The road that has green.
        type State = &'static str;

        fn initial(&self) -> Self::State {
            "main"
        }

        fn apply(
            &self,
            &green: &Self::State,
            name: &str,
            argument: &Value,
            _: Option<&Value>,
        ) -> Option<Self::State> {
            match name {
                "switch" if green == "main" => Some("side"),
                "switch" => Some("main"),
                _ => (argument == green).then_some(green),
            }
        }
    }

    pub fn one_road_has_green() -> Oracle {
        Oracle::new()
            .completes(
                "A car that waits goes on when its road gets green.",
                "等待的车在自己的路变成绿灯时继续。",
            )
            .linearizable(
                "A car passes only while its road has green, and the two roads never have green \
                 together.",
                "只有自己的路是绿灯时车才通过，两条路绝不同时是绿灯。",
                Lights,
            )
    }

    pub fn gives_up_when_its_time_is_over() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| {
                vec![
                    (true, Duration::from_millis(10)),
                    (false, Duration::from_millis(10)),
                ]
            })
            .completes(
                "Whoever waits with a timeout sleeps until the event is set or the time is over, \
                 and then returns.",
                "带超时等待的线程一直睡到事件被设置或时间已到，然后返回。",
            )
            .took_at_least(
                "`wait_timeout` gives up only when the whole timeout is over.",
                "只有等满整个超时时间，`wait_timeout` 才会放弃。",
                "wait_timeout",
                |result| result == false,
                Duration::from_millis(10),
            )
            .always_results(
                "`wait_timeout` returns `false` if nobody sets the event.",
                "没有线程 `set` 时 `wait_timeout` 返回 `false`。",
                |results| {
                    let (is_set, _): (bool, Duration) = results.case();
                    if is_set || !results.results_of("wait_timeout").contains(&true) {
                        return Ok(());
                    }
                    Err(Text::new(
                        "Nobody set the event, and it returned `true`.",
                        "没有线程设置过这个事件，它却返回了 `true`。",
                    ))
                },
            );
        counts_nobody(oracle)
    }

    /// Whoever is through is not counted any more.
    pub fn counts_nobody(oracle: Oracle) -> Oracle {
        oracle.equals(
            "A thread that has returned is not counted by `waiting`.",
            "已经返回的线程不再计入 `waiting`。",
            |results| results.value::<u64>("waiting").unwrap_or(0),
            |_| 0,
            message!(
                |waiting| "All threads have ended, and `waiting` returned {waiting}.",
                "所有线程都已结束，`waiting` 却返回 {waiting}。"
            ),
        )
    }
}
