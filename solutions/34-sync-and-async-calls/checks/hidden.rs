// canary: 744d5a318b025dbb83f743918aae2520
//! The hidden checks of exercise 34.

use kit::prelude::*;

mod model;
#[cfg(driver)]
mod watched;

kit::checks![small_programs, gives_up_in_time, sleeps_until_the_end,];

#[cfg(driver)]
mod scenarios {
    use super::model::{Call, Task};
    use super::watched::Watched;
    use super::*;
    use kit::programs;
    use std::{
        sync::{Arc, mpsc},
        thread,
        time::{Duration, Instant},
    };
    use sync_and_async_calls::Executor;

    /// A generated program. Its threads are there before the worker, as the model counts them.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<Task, Call>(case);
        let watched = thread::scope(|scope| {
            let mut starts = Vec::new();
            for calls in &program.threads {
                let (start, begin) = mpsc::channel::<Arc<Watched>>();
                starts.push(start);
                scope.spawn(move || {
                    if let Ok(watched) = begin.recv() {
                        programs::perform(calls, &|call| act(&watched, call));
                    }
                });
            }
            let watched = Arc::new(match program.object {
                Task::Queued => Watched::queued(),
                Task::Begun => Watched::begun(),
            });
            for start in starts {
                let _ = start.send(Arc::clone(&watched));
            }
            watched
        });
        programs::perform(&program.last, &|call| act(&watched, call));
    }

    fn act(watched: &Watched, call: &Call) -> Value {
        match call {
            Call::Result => json!(watched.result()),
            Call::Finish => json!(watched.finish()),
            Call::Cancel => json!(watched.cancel()),
            Call::State => json!(watched.state()),
            Call::ResultTimeout(limit) => json!(watched.result_timeout(limit.duration())),
            Call::ResultAgain(times) => json!(watched.result_again(*times)),
            Call::Call(number) => json!(watched.call(*number)),
            Call::Runs => json!(watched.runs()),
        }
    }

    /// Longer than anybody can stay awake.
    const LONG: Duration = Duration::from_hours(24);

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

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever is asked of a future, each answer fits one life of the task, waits only while it must, and gives up in time.",
            "无论怎样询问 future，每个回答都符合任务的同一段经历，只在必须等待时等待，并按时放弃。",
            super::model::Future,
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
