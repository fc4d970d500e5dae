// canary: 69d4cab6c050a0d7c1e1f7de1e2d81ab
//! The hidden checks of exercise 31.

use kit::prelude::*;

kit::checks![is_one_flag, a_signal_is_over_after_clear, gives_up_later,];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use event::Event;
    use std::{thread, time::Duration};

    const SOON: Duration = Duration::from_millis(10);

    /// Each thread makes the calls that it is told; the first one is this thread, which
    /// sets the event in the end.
    pub fn is_one_flag(case: &Case) {
        let threads: Vec<Vec<String>> = case.get();
        let event = Event::new();
        let run = |calls: &[String]| {
            for name in calls {
                match name.as_str() {
                    "set" => call(name, (), || event.set()),
                    "clear" => call(name, (), || event.clear()),
                    "wait" => call(name, (), || event.wait()),
                    "is_set" => drop(call(name, (), || event.is_set())),
                    _ => drop(call(name, (), || event.wait_timeout(SOON))),
                }
            }
        };
        thread::scope(|scope| {
            for calls in &threads[1..] {
                scope.spawn(|| run(calls));
            }
            run(&threads[0]);
            call("set", (), || event.set());
        });
        call("is_set", (), || event.is_set());
        call("wait_timeout", (), || event.wait_timeout(SOON));
    }

    /// One thread waits while the event is set and cleared, as often as the case says,
    /// and after that others come, who wait for a while.
    pub fn a_signal_is_over_after_clear(case: &Case) {
        let (signals, late): (usize, usize) = case.get();
        let event = Event::new();
        thread::scope(|scope| {
            let event = &event;
            scope.spawn(|| call("wait", (), || event.wait()));
            while event.waiting() == 0 {
                thread::yield_now();
            }
            for _ in 0..signals {
                call("set", (), || event.set());
                call("clear", (), || event.clear());
            }
            for _ in 0..late {
                scope.spawn(|| call("wait_timeout", (), || event.wait_timeout(SOON)));
            }
        });
        mark("waiting", event.waiting());
    }

    /// The event is set after a longer time, or never.
    pub fn gives_up_later(case: &Case) {
        crate::public::scenarios::gives_up_when_its_time_is_over(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::counts_nobody;
    use std::time::Duration;

    pub fn is_one_flag() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    vec![vec!["set", "clear", "wait_timeout"], vec!["wait"]],
                    vec![vec![], vec!["clear", "wait_timeout", "is_set"], vec!["set"]],
                    vec![
                        vec!["set", "clear", "is_set"],
                        vec!["wait", "is_set"],
                        vec!["wait_timeout"],
                    ],
                ]
            })
            .completes(
                "The event is set in the end, so every thread comes to its end.",
                "事件最终处于已设置状态，所以每个线程都能结束。",
            )
            .linearizable(
                "The results are those of one flag that the calls look at and change one after \
                 the other.",
                "所有结果都等同于各次调用一个接一个地查看和修改同一个标志。",
                specs::Event,
            )
    }

    pub fn a_signal_is_over_after_clear() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![(1, 1), (1, 2), (2, 1)])
            .completes(
                "`waiting` counted the thread before `set`, so it goes on, whoever comes later.",
                "`set` 之前 `waiting` 已计入这个线程，所以不论后来谁来，它都会继续。",
            )
            .linearizable(
                "Whoever comes after `clear` waits for the next `set`.",
                "`clear` 之后才来的线程要等下一次 `set`。",
                specs::Event,
            );
        counts_nobody(oracle)
    }

    pub fn gives_up_later() -> Oracle {
        crate::public::oracles::gives_up_when_its_time_is_over().cases(|_| {
            [true, false]
                .map(|is_set| (is_set, Duration::from_hours(24)))
                .to_vec()
        })
    }
}
