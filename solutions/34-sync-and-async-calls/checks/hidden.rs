// canary: 744d5a318b025dbb83f743918aae2520
//! The hidden checks of exercise 34.

use kit::prelude::*;

kit::checks![tells_one_story, gives_up_in_time, sleeps_until_the_end,];

/// What two threads ask of a future, one question after the other.
type Questions = [Vec<String>; 2];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{
        sync::mpsc,
        thread,
        time::{Duration, Instant},
    };
    use sync_and_async_calls::{Executor, Future};

    /// Longer than anybody can stay awake.
    const LONG: Duration = Duration::from_hours(24);

    fn ask(future: &Future<u64>, question: &str) {
        let text = |result: Result<u64, _>| {
            result.map_or_else(|error| format!("{error:?}"), |value| value.to_string())
        };
        match question {
            "state" => drop(call("state", (), || format!("{:?}", future.state()))),
            "cancel" => drop(call("cancel", (), || future.cancel())),
            "result" => drop(call("result", (), || text(future.result()))),
            _ => drop(call("result_timeout", (), || {
                text(future.result_timeout(Duration::ZERO))
            })),
        }
    }

    /// The worker is at the task, and two threads ask.
    pub fn tells_one_story(case: &Case) {
        let [mine, others]: Questions = case.get();
        let executor = Executor::new();
        let future = executor.submit(|| {
            call("run", (), || ());
            7
        });
        thread::scope(|scope| {
            let future = &future;
            scope.spawn(move || others.iter().for_each(|question| ask(future, question)));
            mine.iter().for_each(|question| ask(future, question));
        });
    }

    /// The task ends only after the first question has timed out.
    pub fn gives_up_in_time(_: &Case) {
        let executor = Executor::new();
        let (go, gate) = mpsc::channel::<()>();
        let future = executor.submit(move || {
            let _ = gate.recv();
            7
        });
        let early = call("result_timeout", (), || {
            format!("{:?}", future.result_timeout(LONG))
        });
        mark("early", early);
        thread::scope(|scope| {
            scope.spawn(|| {
                let start = Instant::now();
                let late = future.result_timeout(LONG);
                mark("late", (late.ok(), start.elapsed().as_secs()));
            });
            thread::sleep(Duration::from_secs(5));
            let _ = go.send(());
        });
        mark("result", future.result().ok());
    }

    /// A task that never ends.
    pub fn sleeps_until_the_end(_: &Case) {
        let executor = Executor::new();
        let future = executor.submit(|| park_forever());
        let _: Result<(), _> = future.result();
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    /// What is known of a task: the least that explains what was told so far.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    enum Known {
        Pending,
        Running,
        /// Its code has ended; whether the executor knows has not been told.
        Ended,
        Finished,
        Cancelled,
    }

    /// The life of one task that returns 7.
    struct Life;

    impl Spec for Life {
        type State = Known;

        fn initial(&self) -> Known {
            Known::Pending
        }

        fn apply(
            &self,
            &known: &Known,
            name: &str,
            _: &Value,
            result: Option<&Value>,
        ) -> Option<Known> {
            use Known::{Cancelled, Ended, Finished, Pending, Running};
            let Some(result) = result else {
                return Some(known);
            };
            let told = result.as_str().unwrap_or_default();
            match (name, told) {
                ("run", _) => matches!(known, Pending | Running).then_some(Ended),
                ("state", "Pending") => (known == Pending).then_some(Pending),
                ("state", "Running") => match known {
                    Pending | Running => Some(Running),
                    Ended => Some(Ended),
                    _ => None,
                },
                ("state", "Finished") | ("result" | "result_timeout", "7") => {
                    matches!(known, Ended | Finished).then_some(Finished)
                }
                ("state" | "result" | "result_timeout", "Cancelled") => {
                    (known == Cancelled).then_some(Cancelled)
                }
                ("result_timeout", "TimedOut") => {
                    matches!(known, Pending | Running | Ended).then_some(known)
                }
                ("cancel", _) if result == true => {
                    matches!(known, Pending | Cancelled).then_some(Cancelled)
                }
                ("cancel", _) => match known {
                    Pending => Some(Running),
                    Cancelled => None,
                    _ => Some(known),
                },
                _ => None,
            }
        }
    }

    pub fn tells_one_story() -> Oracle {
        let case = |mine: &[&str], others: &[&str]| -> Questions {
            [mine, others].map(|list| list.iter().map(|&text| text.to_owned()).collect())
        };
        Oracle::new()
            .cases(move |_| {
                vec![
                    case(&["result", "state"], &["state"]),
                    case(&["cancel", "state"], &["state"]),
                    case(&["cancel", "result"], &["cancel"]),
                    case(&["result_timeout", "state"], &["state"]),
                    case(&["result", "result_timeout"], &["cancel"]),
                ]
            })
            .completes("Every call comes to its end.", "每次调用都能结束。")
            .linearizable(
                "All answers fit one life of the task: pending, running, finished, or pending, \
                 cancelled. No later answer tells of an earlier state.",
                "所有回答都符合任务的同一段经历：等待、运行、结束，或者等待、取消；后来的回答不会退回到更早的状态。",
                Life,
            )
    }

    pub fn gives_up_in_time() -> Oracle {
        let long = std::time::Duration::from_hours(24);
        Oracle::new()
            .completes(
                "Whoever waits with a timeout sleeps, and goes on when the time is up.",
                "带超时等待的线程在睡眠，时间一到就继续。",
            )
            .always_results(
                "Whoever waits in vain is told `TimedOut`, and gets the result another time.",
                "白等一场的线程得到 `TimedOut`，下次再问仍能得到结果。",
                |results| {
                    let early: String = results.value("early").unwrap_or_default();
                    if early != "Err(TimedOut)" {
                        return Err(Text::new(
                            format!("While the task was running, `{early}` was returned."),
                            format!("任务还在运行时，返回的是 `{early}`。"),
                        ));
                    }
                    match results.value::<Option<u64>>("result").flatten() {
                        Some(7) => Ok(()),
                        _ => Err(Text::new(
                            "After a time-out the result did not come.",
                            "超时之后没有得到结果。",
                        )),
                    }
                },
            )
            .sometimes_results(
                "`result_timeout` returns when the task is finished, and not when the time is up.",
                "任务一结束 `result_timeout` 就返回，而不是等到时间用完。",
                Text::new(
                    "Whoever was waiting when the task finished, 5 seconds later, did not return \
                     with its result then, under any schedule.",
                    "任务在 5 秒后结束，在任何调度下，正在等待的线程都没有在那时带着结果返回。",
                ),
                |results| results.value("late") == Some((Some(7u64), 5u64)),
            )
            .took_at_least(
                "`result_timeout` gives up only when the whole timeout is over.",
                "只有等满整个超时时间，`result_timeout` 才会放弃。",
                "result_timeout",
                |_| true,
                long,
            )
    }

    pub fn sleeps_until_the_end() -> Oracle {
        Oracle::new().comes_to_rest(
            "Whoever waits for a result sleeps until it is there.",
            "等待结果的线程会一直睡到结果出来，而不是反复查看。",
        )
    }
}
