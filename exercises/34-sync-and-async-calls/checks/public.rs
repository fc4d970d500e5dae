//! The checks of exercise 34 that you see.

use kit::prelude::*;

kit::checks![
    submits_and_calls,
    goes_through_its_states,
    everybody_gets_the_result,
    cancels_what_is_pending,
    cancel_wakes_who_waits,
];

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{
        sync::{Arc, mpsc},
        thread,
        time::Duration,
    };
    use sync_and_async_calls::{Executor, Future};

    /// A task that waits for a message which the main thread sends only after `submit`;
    /// then a synchronous call.
    pub fn submits_and_calls(_: &Case) {
        let executor = Executor::new();
        let (sender, messages) = mpsc::channel();
        let future = executor.submit(move || messages.recv().unwrap_or(0) + 1);
        // It fails only if the worker has died.
        let _ = sender.send(1);
        mark("submitted", future.result().ok());
        mark("called", executor.call(|| 7));
    }

    /// The first task keeps the worker busy while the next two are submitted. One of
    /// those is cancelled, and the other looks at its own future.
    pub fn goes_through_its_states(_: &Case) {
        let executor = Executor::new();
        let (go, gate) = mpsc::channel::<()>();
        let (give, mine) = mpsc::channel::<Arc<Future<u64>>>();
        let state = |future: &Future<u64>| format!("{:?}", future.state());
        let busy = executor.submit(move || {
            let _ = gate.recv();
            0
        });
        let cancelled = executor.submit(|| 1);
        let watched = executor.submit(move || {
            if let Ok(future) = mine.recv() {
                mark("in the task itself", state(&future));
            }
            2
        });
        let watched = Arc::new(watched);
        mark("while the worker is busy", state(&watched));
        cancelled.cancel();
        mark("after `cancel`", state(&cancelled));
        let _ = go.send(());
        let _ = give.send(Arc::clone(&watched));
        let _ = watched.result();
        mark("after `result`", state(&watched));
        mark("long after its end", state(&busy));
        mark("long after `cancel`", state(&cancelled));
    }

    /// Two threads wait for the same result, and one comes when it is there.
    pub fn everybody_gets_the_result(_: &Case) {
        let executor = Executor::new();
        let future = executor.submit(|| 7);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| mark("result", future.result().ok()));
            }
        });
        mark("result", future.result().ok());
        mark("at once", future.result_timeout(Duration::ZERO).ok());
    }

    /// The worker may or may not have begun when `cancel` comes.
    pub fn cancels_what_is_pending(_: &Case) {
        let executor = Executor::new();
        let future = executor.submit(|| {
            mark("ran", ());
            7
        });
        mark("cancelled", future.cancel());
        mark("cancelled again", future.cancel());
        mark("result", future.result().ok());
    }

    /// The worker is busy until the waiting threads have heard of the end.
    pub fn cancel_wakes_who_waits(_: &Case) {
        let executor = Executor::new();
        let (go, gate) = mpsc::channel::<()>();
        executor.submit(move || drop(gate.recv()));
        let future = executor.submit(|| mark("ran", ()));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| mark("result", format!("{:?}", future.result())));
            }
            mark("cancelled", future.cancel());
        });
        let _ = go.send(());
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn submits_and_calls() -> Oracle {
        let result = |name: &'static str| {
            move |results: &Results<'_>| results.value::<Option<u64>>(name).flatten()
        };
        let came_back = |value: &Option<u64>, expected: &Option<u64>| {
            let [value, expected] = [value, expected]
                .map(|value| value.map_or("an error".to_owned(), |value| value.to_string()));
            Text::new(
                format!("The task returned {expected}, and this came back: {value}."),
                format!("任务返回的是 {expected}，得到的却是 {value}。"),
            )
        };
        Oracle::new()
            .completes(
                "`submit` does not wait for its task.",
                "`submit` 不等待它的任务。",
            )
            .equals(
                "`result` returns what the task returned.",
                "`result` 返回任务的返回值。",
                result("submitted"),
                |_| Some(2),
                came_back,
            )
            .equals(
                "`call` returns what the task returned.",
                "`call` 返回任务的返回值。",
                result("called"),
                |_| Some(7),
                came_back,
            )
    }

    pub fn goes_through_its_states() -> Oracle {
        let oracle = Oracle::new().completes(
            "The tasks that are not cancelled come to their end.",
            "没有取消的任务都能结束。",
        );
        oracle.named_values(
            [
                (
                    "while the worker is busy",
                    "工作线程忙着别的任务时",
                    "Pending",
                ),
                ("in the task itself", "在任务自己里面", "Running"),
                ("after `result`", "`result` 返回之后", "Finished"),
                ("after `cancel`", "`cancel` 之后", "Cancelled"),
                ("long after its end", "任务结束很久之后", "Finished"),
                ("long after `cancel`", "`cancel` 很久之后", "Cancelled"),
            ],
            message!(
                |name, zh, expected| "The state {name} is `{expected}`.",
                "{zh}，状态是 `{expected}`。"
            ),
            message!(
                |state| "`state` returned `{state}`.",
                "`state` 返回的是 `{state}`。"
            ),
        )
    }

    pub fn everybody_gets_the_result() -> Oracle {
        Oracle::new()
            .completes(
                "Everybody who waits for the result is woken.",
                "每个等待结果的线程都会被唤醒。",
            )
            .equals(
                "Everybody gets the value, as often as they ask.",
                "每个线程都得到这个值，问几次都一样。",
                |results| {
                    let mut got: Vec<Option<u64>> = results.values_of("result");
                    got.extend(results.value::<Option<u64>>("at once"));
                    got
                },
                |_| vec![Some(7); 4],
                |got, _| {
                    let failed = got.iter().filter(|&&got| got != Some(7)).count();
                    Text::new(
                        format!("The task returned 7. Calls of `result` that did not: {failed}."),
                        format!("任务返回 7，没有返回 7 的 `result` 调用次数：{failed}。"),
                    )
                },
            )
    }

    pub fn cancels_what_is_pending() -> Oracle {
        Oracle::new()
            .completes(
                "`cancel` and `result` come to their end.",
                "`cancel` 和 `result` 都会结束。",
            )
            .outcomes(
                "Either the task is cancelled, and does not run, and has no result; or it runs, \
                 and cannot be cancelled any more.",
                "要么任务被取消，不运行，也没有结果；要么任务运行，并且不能再取消。",
                |results| {
                    json!({
                        "cancel": [results.value::<bool>("cancelled"), results.value::<bool>("cancelled again")],
                        "runs": results.count("ran"),
                        "result": results.value::<Option<u64>>("result").flatten(),
                    })
                },
                [
                    json!({ "cancel": [true, true], "runs": 0, "result": null }),
                    json!({ "cancel": [false, false], "runs": 1, "result": 7 }),
                ],
            )
    }

    pub fn cancel_wakes_who_waits() -> Oracle {
        Oracle::new()
            .completes(
                "`cancel` wakes everybody who waits for the result.",
                "`cancel` 会唤醒每个等待结果的线程。",
            )
            .always_results(
                "A cancelled task does not run, and all who waited for it are told so.",
                "被取消的任务不会运行，等待它的线程都会得知。",
                |results| {
                    let told: Vec<String> = results.values_of("result");
                    let cancelled = results.value("cancelled") == Some(true);
                    let right = told.len() == 2 && told.iter().all(|t| t == "Err(Cancelled)");
                    match (cancelled, results.count("ran")) {
                        (true, 0) if right => Ok(()),
                        (true, 0) => Err(Text::new(
                            format!("Those who waited were told {}.", told.join(", ")),
                            format!("等待的线程得到的是 {}。", told.join("、")),
                        )),
                        (false, _) => Err(Text::new(
                            "`cancel` returned `false` while the task was pending.",
                            "任务还在等待，`cancel` 却返回了 `false`。",
                        )),
                        _ => Err(Text::new("The task ran.", "任务运行了。")),
                    }
                },
            )
    }
}
